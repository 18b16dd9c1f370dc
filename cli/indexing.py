"""`wenhai index` and `wenhai status`: what goes into a library, and what is in it."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import (
    CollectionOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    open_encoder,
    settings,
)
from core.types import Problem
from core.wording import counted

SOME_LEFT_OUT = 3
STOPPED = 130
_LINES_A_REASON = 3


def index(  # noqa: PLR0913 - one parameter for each option
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", show_default=False)],
    library: LibraryOption = None,
    model: ModelOption = None,
    collection: CollectionOption = None,
    *,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take out files under PATH that are gone.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring files and folders into the library: new and changed ones are read, others skipped.

    Exit code 0: everything is in; 3: the rest is in, but something could not be read; 1: failed.
    """
    from cli.progress import IndexProgress
    from core.memory import share_pools
    from indexer.build import LibraryBuilder
    from indexer.scan import existing
    from store.writer import LibraryWriter

    share_pools()
    chosen = settings(library, model, collection)
    for path in paths:
        existing(path)  # before a library is made for nothing
    encoder = open_encoder(chosen)
    try:
        with LibraryWriter(chosen.library, encoder.card) as writer, IndexProgress() as progress:
            report = LibraryBuilder(writer, encoder, progress).index(paths, prune=prune)
    except KeyboardInterrupt:
        typer.echo("stopped: what was committed stays, the next run goes on from there", err=True)
        raise typer.Exit(STOPPED) from None
    counts = asdict(report)
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False))
    else:
        _print_report(counts, chosen.library)
        for line in problem_lines(report.problems):
            typer.echo(line, err=True)
    if report.problems:
        raise typer.Exit(SOME_LEFT_OUT)


def status(
    library: LibraryOption = None,
    collection: CollectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what the library holds, which model made it and how much disk it takes."""
    from search.status import library_status

    facts = library_status(settings(library, collection=collection).library)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' '):<15} {_shown(value)}")


def _print_report(counts: dict[str, Any], library: Path) -> None:
    copies = f" ({counts['copies']:,} of them copies of others)" if counts["copies"] else ""
    typer.echo(
        f"{counted(counts['indexed'], 'file')} indexed, {counts['unchanged']:,} unchanged, "
        f"{counts['removed']:,} removed; {counted(counts['documents'], 'document')}{copies} with "
        f"{counted(counts['passages'], 'passage')} embedded into {library}"
    )
    if other := counts["other_types"]:
        types = ", ".join(f"{suffix or 'no suffix'} {count:,}" for suffix, count in other.items())
        typer.echo(f"{counted(sum(other.values()), 'file')} of other types passed over: {types}")


def problem_lines(problems: list[Problem]) -> list[str]:
    """Return a line for each problem; of one reason in one file only the first three, and a count.

    A file of a thousand broken lines must not bury the one file that is encrypted.
    """
    lines: list[str] = []
    seen: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        key = (problem.where.split(": line ")[0], problem.reason)
        seen[key] += 1
        if seen[key] <= _LINES_A_REASON:
            lines.append(f"left out: {problem.where}: {problem.reason}")
    more = [(key, count - _LINES_A_REASON) for key, count in seen.items()]
    lines += [f"left out: {w}: {n:,} more lines: {r}" for (w, r), n in more if n > 0]
    return lines


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)
