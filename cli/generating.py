"""`wenhai rebuild` and `wenhai generations`: another model for a library that is in use."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.options import JsonOption, LibraryOption, encoder_named, settings
from core.errors import InvalidSetting, UnknownGeneration
from core.settings import Settings

generations_app = typer.Typer(
    help="Vectors of one library by several models: compare them, switch, and switch back.",
    no_args_is_help=False,
)

_Number = Annotated[int, typer.Argument(metavar="N", show_default=False)]


def rebuild(
    model: Annotated[
        str,
        typer.Option(metavar="NAME_OR_PATH", help="The model to embed with.", show_default=False),
    ],
    library: LibraryOption = None,
) -> None:
    """Embed the library's passages with another MODEL, beside those that are searched meanwhile.

    A run that was stopped goes on where it was. Then: `wenhai generations`.
    """
    from cli.progress import PassageBar
    from indexer.rebuild import rebuild
    from store.generations import active_generation

    chosen = settings(library, model)
    active_generation(chosen.library)  # before a model is loaded for nothing
    encoder = encoder_named(chosen, model)
    with PassageBar() as bar:
        number = rebuild(chosen.library, encoder, bar)
    active = active_generation(chosen.library).number
    typer.echo(
        f"generation {number} is ready: compare it with `wenhai generations diff {active} "
        f"{number}`, search it with `wenhai generations activate {number}`"
    )


@generations_app.callback(invoke_without_command=True)
def generations(
    context: typer.Context, library: LibraryOption = None, *, as_json: JsonOption = False
) -> None:
    """List the generations of vectors, and which one is searched."""
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict

    from store.generations import library_generations

    every = library_generations(settings(library).library)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in every], ensure_ascii=False))
        return
    table = Table("", "model", "dimension", "made", "last searched from", box=None)
    for each in every:
        mark = "*" if each.active else ""
        row = [f"{each.number}{mark}", each.model.name, str(each.model.dimension)]
        table.add_row(*row, each.created_at, each.activated_at or "never")
    Console(highlight=False).print(table)


@generations_app.command()
def activate(number: _Number, library: LibraryOption = None) -> None:
    """Search the vectors of generation N from now on; a server that runs follows."""
    chosen = settings(library)
    _activate(chosen, number)
    typer.echo(f"generation {number} is searched now; `wenhai generations rollback` takes it back")


@generations_app.command()
def rollback(library: LibraryOption = None) -> None:
    """Search again what was searched before the last `activate`."""
    from indexer.rebuild import previous

    chosen = settings(library)
    number = previous(chosen.library)
    if number is None:
        raise UnknownGeneration("no other generation was searched before: nothing to go back to")
    _activate(chosen, number)
    typer.echo(f"generation {number} is searched again")


@generations_app.command("drop")
def drop_command(number: _Number, library: LibraryOption = None) -> None:
    """Delete the vectors of generation N, which must not be the one that is searched."""
    from indexer.rebuild import drop

    drop(settings(library).library, number)
    typer.echo(f"generation {number} is gone")


@generations_app.command()
def diff(
    first: Annotated[int, typer.Argument(metavar="A", show_default=False)],
    second: Annotated[int, typer.Argument(metavar="B", show_default=False)],
    judgements: Annotated[
        Path | None,
        typer.Option(metavar="DATASET", help="Judged queries to measure both with."),
    ] = None,
    library: LibraryOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Compare the answers of generations A and B: overlap of the first ten, and quality if judged.

    Without judgements, the titles of up to 200 documents are the queries.
    """
    from cli.progress import asking
    from evaluation.generations import compare_generations, read_queries
    from search.engine import Engine

    chosen = settings(library)
    models = {each: _model_of(chosen, each) for each in (first, second)}
    engines = [
        Engine(chosen.library, encoder_named(chosen, models[each]), generation=each)
        for each in (first, second)
    ]
    asked = read_queries(judgements, engines[0].view)
    with asking(2 * len(asked.queries)) as told:
        found = compare_generations(engines, asked, told)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    _print_diff(found.to_dict(), first, second)


def _activate(chosen: Settings, number: int) -> None:
    from cli.progress import PassageBar
    from indexer.rebuild import activate

    encoder = encoder_named(chosen, _model_of(chosen, number))
    with PassageBar() as bar:
        activate(chosen.library, number, encoder, bar)


def _model_of(chosen: Settings, number: int) -> str:
    from store.generations import library_generations

    every = {each.number: each.model.name for each in library_generations(chosen.library)}
    if number not in every:
        known = ", ".join(map(str, every))
        raise InvalidSetting(f"no generation {number} here: there are {known}")
    return every[number]


def _print_diff(found: dict[str, Any], first: int, second: int) -> None:
    console = Console(highlight=False)
    console.print(
        f"{found['queries']:,} queries: {found['overlap@10']:.1%} of the first ten documents are "
        f"the same, the first one for {found['same_first']:.1%}"
    )
    if not found["metrics"]:
        return
    table = Table("", str(first), str(second), "difference", "p (Holm)", box=None)
    for name, each in found["metrics"].items():
        values = [each["first"], each["second"], each["difference"], each["p_corrected"]]
        table.add_row(name, *(f"{value:.4f}" for value in values))
    console.print(table)
