"""What is wrong with a library? Looked at while others search it and write to it."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from core.errors import LibraryDamaged, LibraryNotFound
from store.catalogue.reading import Catalogue
from store.doctor import (
    codes,
    copies,
    database,
    describing,
    leftovers,
    relations,
    stated,
    terms,
    vectors,
)
from store.doctor.database import one_commit
from store.doctor.findings import Finding
from store.failures import storage_errors
from store.layout import LibraryLayout
from store.lock import writers_kept_out

_ATTEMPTS = 5


def examine(root: Path) -> list[Finding]:
    """Return everything that is wrong with the library; LibraryNotFound if there is none.

    The catalogue and its vectors are looked at as one commit has them; the write lock is held only
    for what a writer changes beside it.
    """
    layout = library_in(root)
    with storage_errors(root):
        if broken := database.findings(layout):
            return broken
        found = [*describing.findings(layout), *_of_one_commit(layout)]
        with writers_kept_out(layout), one_commit(layout) as connection:
            found += vectors.tail(layout, connection)
            found += codes.findings(layout, connection)
            found += terms.findings(layout, Catalogue(connection, root))
            found += leftovers.findings(layout, connection)
        return found


def library_in(root: Path) -> LibraryLayout:
    """Return the layout of what is, or was, a library."""
    if not holds_library(root):
        raise LibraryNotFound(f"no library in {root}: name its folder with --library")
    return LibraryLayout(root)


def holds_library(root: Path) -> bool:
    """Say whether a library is or was in this folder, and not only the beginnings of one."""
    layout = LibraryLayout(root)
    return layout.manifest.exists() or _holds_documents(layout)


def _holds_documents(layout: LibraryLayout) -> bool:
    """Say whether the catalogue may hold any; one whose making was interrupted holds none."""
    if not layout.catalogue.exists():
        return False
    try:
        with one_commit(layout) as connection:
            return Catalogue(connection, layout.root).counts()["documents"] > 0
    except (LibraryDamaged, sqlite3.DatabaseError):
        return True


def _of_one_commit(layout: LibraryLayout) -> list[Finding]:
    for _ in range(_ATTEMPTS):
        with suppress(FileNotFoundError), one_commit(layout) as connection:
            # a writer may just have replaced the vectors that this commit names
            found = vectors.findings(layout, connection)
            return [*row_findings(connection), *found]
    with one_commit(layout) as connection:
        return [*row_findings(connection), *vectors.missing(layout, connection)]


def row_findings(connection: sqlite3.Connection) -> list[Finding]:
    """Return what in the catalogue's rows contradicts other rows, or their checksums."""
    return [
        *relations.findings(connection),
        *stated.findings(connection),
        *copies.findings(connection),
    ]
