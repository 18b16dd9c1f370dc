"""`wenhai snapshot`: a library in one file, checked, and a library again."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import CollectionOption, JsonOption, LibraryOption, settings
from core.errors import StorageFailed
from core.wording import counted

if TYPE_CHECKING:
    from store.snapshot.facts import SnapshotFacts

snapshot_app = typer.Typer(
    help="A library as one portable file, with checksums; made while it is in use.",
    no_args_is_help=True,
)

_File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


@snapshot_app.command()
def create(
    file: _File,
    library: LibraryOption = None,
    collection: CollectionOption = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the library to FILE, as its last commit has it; searches and writes go on meanwhile."""
    from cli.progress import ByteBar
    from store.layout import LibraryLayout
    from store.snapshot.create import create

    root = settings(library, collection=collection).library
    if file.exists() and not force:
        raise StorageFailed(f"{file} is there already: name another file, or add --force")
    with ByteBar() as bar:
        facts = create(root, file, bar)
    if any(LibraryLayout(root).collections.glob("*/")):
        typer.echo(
            "collections are not in it: name each with --collection NAME and a file", err=True
        )
    _print(f"{file} holds", facts, as_json=as_json)


@snapshot_app.command()
def verify(file: _File, *, as_json: JsonOption = False) -> None:
    """Look whether every byte of FILE is as it was written; exit code 1 where one is not."""
    from cli.progress import ByteBar
    from store.snapshot.restore import verify

    with ByteBar() as bar:
        facts = verify(file, bar)
    _print(f"{file} is whole:", facts, as_json=as_json)


@snapshot_app.command()
def restore(
    file: _File,
    library: LibraryOption = None,
    collection: CollectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make the library of FILE in an empty or new folder; it is there whole or not at all."""
    from cli.progress import ByteBar
    from store.snapshot.restore import restore

    root = settings(library, collection=collection).library
    with ByteBar() as bar:
        facts = restore(file, root, bar)
    _print(f"{root} holds", facts, as_json=as_json)


def _print(beginning: str, facts: "SnapshotFacts", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(facts), ensure_ascii=False))
        return
    typer.echo(
        f"{beginning} {counted(facts.counts['documents'], 'document')} with "
        f"{counted(facts.counts['passages'], 'passage')}, commit {facts.sequence}, "
        f"made {facts.created_at}"
    )
