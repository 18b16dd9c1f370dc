"""Events come, are read all at once, and go: the newest 100,000 are kept.

They have transactions of their own, apart from those that change documents: a writer is waited for
no longer than its turn takes, searches never wait, and the disk need not confirm each of them, so
that a power cut may take the last few.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, get_args

from store.catalogue.schema import reading, writing
from store.layout import LibraryLayout

EventType = Literal["view", "click", "download"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

MOST_EVENTS = 100_000
"""Of more, the oldest go."""

LONGEST_SESSION = 64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a visitor did with a document, both by id; `at` is in seconds since 1970.

    `origin` is the document on whose page it was recommended.
    """

    type: EventType
    document: str
    at: float
    origin: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class EventsState:
    """What changes whenever events come or go: how many there are, and the key of the last."""

    count: int
    last: int


class EventStore:
    """The events of one library; safe to call from several threads and processes."""

    def __init__(self, layout: LibraryLayout) -> None:
        self._path = layout.catalogue

    def add(self, events: Sequence[Event]) -> int:
        """Keep the events, those on documents that have just gone left out; return how many."""
        with self._writing() as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT INTO events (type, document, at, origin, session)"
                " SELECT ?, id, ?, (SELECT id FROM documents WHERE id = ?), ?"
                " FROM documents WHERE id = ?",
                [(each.type, each.at, each.origin, each.session, each.document) for each in events],
            )
            added = connection.total_changes - before
            connection.execute(
                "DELETE FROM events WHERE key <= (SELECT max(key) FROM events) - ?", [MOST_EVENTS]
            )
        return added

    def remove(self, session: str | None = None) -> int:
        """Remove all events, or those of one session; return how many there were."""
        condition = "" if session is None else " WHERE session = ?"
        with self._writing() as connection:
            return connection.execute(
                f"DELETE FROM events{condition}",  # noqa: S608
                [] if session is None else [session],
            ).rowcount

    def state(self) -> EventsState:
        """Return what tells these events from those of another moment."""
        with reading(self._path) as connection:
            row = connection.execute("SELECT count(*), coalesce(max(key), 0) FROM events")
            return EventsState(*row.fetchone())

    def all(self) -> list[Event]:
        """Return every event, the oldest first."""
        with reading(self._path) as connection:
            rows = connection.execute(
                "SELECT type, document, at, origin, session FROM events ORDER BY key"
            )
            return [Event(*row) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with writing(self._path) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")


def forget_documents(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Drop, in the open transaction, the events of those of the documents that are gone."""
    gone = [
        (each,)
        for each in ids
        if not connection.execute("SELECT 1 FROM documents WHERE id = ?", [each]).fetchone()
    ]
    connection.executemany("DELETE FROM events WHERE document = ?", gone)
    connection.executemany("UPDATE events SET origin = NULL WHERE origin = ?", gone)
