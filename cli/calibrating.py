"""`wenhai calibrate`: what does relevance mean in this library?"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import JsonOption, LibraryOption, ModelOption, open_encoder, settings
from core.errors import InvalidSetting

if TYPE_CHECKING:
    from evaluation.calibration import Shares


def calibrate(  # noqa: PLR0913 - one parameter for each option
    dataset: Annotated[
        Path | None,
        typer.Argument(metavar="[DATASET]", help="Judged queries, as for `wenhai evaluate`."),
    ] = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    *,
    unanswerable: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Queries that nothing answers, one a line."),
    ] = None,
    wrongly: Annotated[
        float,
        typer.Option(min=0, max=0.5, help="Share of answerable queries that may be refused."),
    ] = 0.02,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to what is shipped.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit what relevance means in the library to queries that it answers and others that it cannot.

    From then on, that share of the queries that it answers lies below the cut-off.
    """
    from evaluation.calibration import fitted
    from evaluation.readers.choice import read_dataset
    from evaluation.readers.queries import read_plain
    from search.engine import Engine
    from store.calibration import drop_calibration, write_calibration
    from store.layout import LibraryLayout
    from store.manifest import read_manifest

    chosen = settings(library, model)
    layout = LibraryLayout(chosen.library)
    read_manifest(layout)
    if reset == (dataset is not None):
        raise InvalidSetting("name a DATASET to fit to, or --reset to go back to what is shipped")
    if dataset is None:
        drop_calibration(layout.calibration)
        typer.echo(f"{chosen.library} judges relevance as shipped again", err=as_json)
        return
    judged = read_dataset(dataset)
    if unanswerable is not None and unanswerable.exists() and unanswerable.samefile(dataset):
        raise InvalidSetting(f"{unanswerable} is the judged set: name queries that nothing answers")
    queries = read_plain(unanswerable) if unanswerable else judged.unanswerable
    found = fitted(Engine(chosen.library, open_encoder(chosen)), judged, queries, wrongly)
    write_calibration(layout.calibration, found.calibration)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    typer.echo(f"fitted to {len(judged.queries):,} answerable and {len(queries):,} other queries")
    if found.before is not None:
        typer.echo(_line("as shipped", found.before))
    typer.echo(_line("fitted, by the other half", found.after))


def _line(name: str, shares: "Shares") -> str:
    return f"{name:<26}refused rightly {shares.refused:6.1%}, wrongly {shares.false_refusals:6.1%}"
