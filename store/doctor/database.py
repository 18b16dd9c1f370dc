"""Is the catalogue's database whole? All else is derived from it or points into it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import LibraryDamaged
from core.wording import counted
from store.catalogue.reading import Catalogue
from store.catalogue.schema import SCHEMA, open_readable
from store.doctor.findings import RESTORE, Finding
from store.generations import generations
from store.layout import LibraryLayout

_SHOWN = 3
_INDEX_SIGNS = ("missing from index", "wrong # of entries in index", "non-unique entry in index")


def findings(layout: LibraryLayout) -> list[Finding]:
    """Return what keeps the catalogue from being read as what it is."""
    if not layout.catalogue.exists() or layout.catalogue.stat().st_size == 0:
        return [_broken("missing or empty", 1)]
    try:
        with closing(open_readable(layout.catalogue)) as connection:
            return _findings_in(connection, layout.root)
    except (LibraryDamaged, sqlite3.DatabaseError) as error:
        return [_broken(f"unreadable ({_cause(error)})", 1)]


@contextmanager
def one_commit(layout: LibraryLayout) -> Iterator[sqlite3.Connection]:
    """Read the catalogue as it is now, however long it takes; what is no text is shown as such."""
    with closing(open_readable(layout.catalogue)) as connection:
        connection.text_factory = lenient
        connection.execute("BEGIN")
        yield connection


def mend_indexes(connection: sqlite3.Connection) -> None:
    """Make the database's own indexes anew."""
    connection.execute("REINDEX")


def foreign_keys_hold(connection: sqlite3.Connection) -> bool:
    """Say whether every row points to rows that are there."""
    return connection.execute("PRAGMA foreign_key_check").fetchone() is None


def _findings_in(connection: sqlite3.Connection, root: Path) -> list[Finding]:
    if _tables(connection) != _expected_tables():
        return [_broken("not of the form that this Wenhai writes", 1)]
    complaints = _complaints(connection)
    if complaints and all(any(sign in each for sign in _INDEX_SIGNS) for each in complaints):
        what = f"catalogue: {counted(len(complaints), 'entry', 'entries')} of its indexes wrong"
        return [
            Finding("catalogue_indexes", what, len(complaints), "`--repair` makes the indexes anew")
        ]
    if complaints:
        return [_broken("; ".join(complaints[:_SHOWN]), len(complaints))]
    return _state_findings(connection, root)


def _state_findings(connection: sqlite3.Connection, root: Path) -> list[Finding]:
    try:
        active = Catalogue(connection, root).state()
        known = [each for each in generations(connection) if each.active]
    except (TypeError, ValueError) as error:
        return [_broken(f"its state or its generations cannot be read ({error})", 1)]
    if not known:
        return [_broken(f"it names no generation {active.generation} of vectors", 1)]
    if min(active.sequence, active.vector_rows, active.notes_since) < 0:
        return [_broken("its state has numbers below 0", 1)]
    return []


def _complaints(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("PRAGMA integrity_check").fetchall()
    return [text for (text,) in rows if text != "ok"]


def _tables(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
    )
    return set(rows.fetchall())


def _expected_tables() -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        return _tables(connection)


def _broken(how: str, count: int) -> Finding:
    return Finding("catalogue", f"catalogue: {how}", count, RESTORE, mendable=False)


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error)


def lenient(raw: bytes) -> str:
    """Return a text with marks where it cannot be read."""
    return raw.decode("utf-8", "replace")
