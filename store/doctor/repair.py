"""How is a library mended? What follows from what is whole is made anew; nothing else changes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import astuple, replace
from pathlib import Path

from core.errors import LibraryDamaged
from core.types import ModelCard
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_writable
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
from store.doctor.database import lenient, one_commit
from store.doctor.examine import library_in, row_findings
from store.doctor.findings import RESTORE
from store.doctor.vectors import Embed, EmbeddedSome, Replacement
from store.failures import storage_errors
from store.layout import LibraryLayout
from store.lock import rebuild_lock, write_lock
from store.nearest.keeping import keep_codes

EmbedderOf = Callable[[ModelCard], Embed]
"""Gives what embeds as the library's own model does, or raises ModelMismatch."""


def repair(root: Path, embedder_of: EmbedderOf, embedded: EmbeddedSome) -> None:
    """Mend what can be mended; `embedded` is told how many passages got a new vector.

    Others write meanwhile, but for the moment in which the mended takes its place. LibraryDamaged
    if the catalogue is beyond repair.
    """
    layout = library_in(root)
    with storage_errors(root), rebuild_lock(layout):
        _mend_database(layout)
        with one_commit(layout) as connection:
            rows_wrong = any(each.mendable for each in row_findings(connection))
        replacement = _replacement(layout, embedder_of, embedded)
        with write_lock(layout), closing(_open(layout)) as connection:
            if replacement is not None:
                # what came since it was filled
                replacement.fill(connection, vectors.committed(layout, connection), embedded)
            if rows_wrong or replacement is not None:
                _mend_rows(layout, connection, replacement, rows_wrong=rows_wrong)
            catalogue = Catalogue(connection, root)
            if describing.terms_are_others(layout) or not terms.caught_up(layout, catalogue):
                _mend_terms(layout, connection)
            describing.mend(layout)
            vectors.cut_tail(layout, connection)
            codes.mend(layout, connection)
            leftovers.delete(layout, connection)
        keep_codes(layout)


def _mend_database(layout: LibraryLayout) -> None:
    """Make the database's own indexes anew where they are wrong; all else is beyond repair."""
    broken = database.findings(layout)
    if broken and broken[0].mendable:
        with write_lock(layout), closing(_open(layout)) as connection:
            database.mend_indexes(connection)
        broken = database.findings(layout)
    if broken:
        raise LibraryDamaged(f"{broken[0].what}: {RESTORE}")


def _replacement(
    layout: LibraryLayout, embedder_of: EmbedderOf, embedded: EmbeddedSome
) -> Replacement | None:
    """Return whole vectors to take the place of those that are not, None where all are."""
    with one_commit(layout) as connection:
        if not vectors.lack(layout, connection):
            return None
        embed = embedder_of(vectors.active(connection).model)
    with ExitStack() as held:
        with write_lock(layout):
            with closing(_open(layout)) as writing:
                replacement = Replacement(layout, writing, embed)
            connection = held.enter_context(one_commit(layout))
            rows = vectors.committed(layout, connection)
        replacement.fill(connection, rows, embedded)
    return replacement


def _mend_rows(
    layout: LibraryLayout,
    connection: sqlite3.Connection,
    replacement: Replacement | None,
    *,
    rows_wrong: bool,
) -> None:
    """Mend rows and let whole vectors take over, in one commit.

    Where rows changed, nobody knows how: views and terms begin anew.
    """
    with _transaction(connection):
        before = Catalogue(connection, layout.root).state()
        sequence = before.sequence + 1
        state = replace(before, sequence=sequence)
        if rows_wrong:
            relations.mend(connection, sequence)
            stated.mend(connection, sequence)
            copies.mend(connection)
            connection.execute("DELETE FROM removed")
            connection.execute("DELETE FROM removed_documents")
            state = replace(state, notes_since=sequence)
        if replacement is not None:
            state = replacement.take_over(connection, state)
        connection.execute(
            "UPDATE state SET sequence = ?, generation = ?, vector_rows = ?, notes_since = ?",
            astuple(state),
        )
        if not database.foreign_keys_hold(connection):
            raise LibraryDamaged(f"catalogue: rows that point nowhere: {RESTORE}")


def _mend_terms(layout: LibraryLayout, connection: sqlite3.Connection) -> None:
    """Cut the terms anew for a commit of their own, so that servers open them."""
    connection.execute("UPDATE state SET sequence = sequence + 1")
    terms.cut_anew(layout, Catalogue(connection, layout.root))


def _open(layout: LibraryLayout) -> sqlite3.Connection:
    """Open the catalogue to mend it: until that is done, rows may point nowhere."""
    connection = open_writable(layout.catalogue)
    connection.text_factory = lenient
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
