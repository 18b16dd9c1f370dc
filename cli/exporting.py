"""`wenhai export`: the library as a catalogue, to read, to keep or to index elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from cli.options import CollectionOption, LibraryOption, settings
from cli.searching import FilterOption
from core.errors import StorageFailed
from core.wording import counted

if TYPE_CHECKING:
    from store.catalogue.reading import Catalogue

SOME_TOO_LONG = 3
_STDOUT = "-"
_READ_BACK = (".jsonl", ".ndjson")


def export(
    file: Annotated[str, typer.Argument(metavar="FILE|-", show_default=False)],
    library: LibraryOption = None,
    collection: CollectionOption = None,
    *,
    filter_: FilterOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
) -> None:
    """Write a line of JSON for each document, which `wenhai index FILE` reads back.

    Exit code 0: all are written; 3: all are, but some are too long to be read back; 1: failed.
    """
    from cli.progress import following
    from indexer.export import exported

    too_long: list[str] = []
    with _one_commit(settings(library, collection=collection).library) as catalogue:
        only = None if filter_ is None else _passing(filter_, catalogue)
        total = catalogue.counts()["documents"] if only is None else len(only)
        with _target(file, force=force) as stream, following(total) as told:
            for done, line in enumerate(exported(catalogue, only), 1):
                stream.write(f"{line.text}\n")
                too_long += [line.document_id] if line.too_long else []
                told(done, "", "")
    typer.echo(f"{counted(total, 'document')} written", err=True)
    if too_long:
        typer.echo(f"too long to be read back: {', '.join(too_long)}", err=True)
        raise typer.Exit(SOME_TOO_LONG)


@contextmanager
def _one_commit(root: Path) -> Iterator["Catalogue"]:
    """Read the library as it is now, whatever others write meanwhile."""
    from store.catalogue.reading import Catalogue
    from store.catalogue.schema import open_readable
    from store.failures import storage_errors
    from store.layout import LibraryLayout
    from store.manifest import read_manifest

    layout = LibraryLayout(root)
    read_manifest(layout)
    with storage_errors(root), closing(open_readable(layout.catalogue)) as connection:
        connection.execute("BEGIN")
        yield Catalogue(connection, root)


def _passing(condition: str, catalogue: "Catalogue") -> set[int]:
    from search.filtering.masks import passing
    from store.derived.facts import Facts

    return set(passing(condition, Facts.of(catalogue.records())).tolist())


@contextmanager
def _target(file: str, *, force: bool) -> Iterator[TextIO]:
    """Give what is written to: a file that is there whole or not at all, or stdout."""
    if file == _STDOUT:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        return
    from store.failures import storage_errors

    path = Path(file)
    if path.suffix.lower() not in _READ_BACK:
        raise StorageFailed(f"{file} would not be read back: give it a name that ends in .jsonl")
    if path.exists() and not force:
        raise StorageFailed(f"{file} is there already: name another file, or add --force")
    draft = path.with_name(f"{path.name}.new")
    try:
        with (
            storage_errors(path.parent),
            draft.open("w", encoding="utf-8", newline="\n") as stream,
        ):
            yield stream
        draft.replace(path)
    except OSError as error:
        raise StorageFailed(f"cannot write {file}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
