"""The catalogue's tables, and how its database is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import LibraryDamaged
from store.events.tables import EVENT_TABLES
from store.failures import PATIENCE_SECONDS, storage_errors
from store.layout import FORMAT_VERSION
from store.tasks.tables import TASK_TABLES

_CACHE_KIB = 256
"""Of a reader, and every thread is one; the system keeps the file's pages for all of them. With
2 MB each, sixteen threads took 30 MB more and looked passages up no sooner."""

_SCHEMA = """
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,      -- of the last commit
    generation INTEGER NOT NULL,    -- whose vectors are searched
    vector_rows INTEGER NOT NULL,   -- rows of its file that are committed
    notes_since INTEGER NOT NULL    -- what went after that commit is noted in `removed…`
);
INSERT INTO state VALUES (1, 0, 1, 0, 0);
CREATE TABLE generations (          -- the vectors of all passages, by one model, in one file
    number INTEGER PRIMARY KEY,
    model TEXT NOT NULL,            -- JSON of its card
    created_at TEXT NOT NULL,
    activated_at TEXT               -- when they were last chosen to be searched
);
CREATE TABLE files (
    key INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,      -- absolute, or inside the library's folder
    label TEXT NOT NULL,            -- as shown: relative to the folder that was indexed
    digest TEXT                     -- of its content; NULL until it was read to its end
);
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT,
    metadata TEXT NOT NULL,         -- JSON, merged from the parts
    sequence INTEGER NOT NULL       -- of the commit that changed it last
);
CREATE INDEX documents_by_sequence ON documents (sequence);
CREATE TABLE parts (                -- what one file says about one document
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (key),
    file INTEGER NOT NULL REFERENCES files (key),
    whole_file INTEGER NOT NULL,    -- 1 where the file is the document, 0 where it lists it
    digest TEXT NOT NULL,
    metadata TEXT NOT NULL,
    checksum INTEGER NOT NULL,      -- of all that it says, passages included
    UNIQUE (file, document)
);
CREATE INDEX parts_by_document ON parts (document);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    part INTEGER NOT NULL REFERENCES parts (key),
    document INTEGER NOT NULL REFERENCES documents (key),
    kind TEXT NOT NULL,
    language TEXT,                  -- of its own text
    page INTEGER,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    section INTEGER NOT NULL,       -- of its part: passages in a row that are read together
    vector_row INTEGER NOT NULL,
    vector_crc INTEGER NOT NULL,    -- CRC-32 of that row's bytes
    sequence INTEGER NOT NULL       -- of the commit that brought it
);
CREATE INDEX passages_by_part ON passages (part);
CREATE INDEX passages_by_document ON passages (document);
CREATE INDEX passages_by_sequence ON passages (sequence);
CREATE TABLE sketches (             -- of documents whose text says enough to tell copies by
    document INTEGER PRIMARY KEY REFERENCES documents (key),
    letters INTEGER NOT NULL,       -- equal where the text is the same
    minima BLOB,                    -- NULL where only the same text makes a copy
    head INTEGER                    -- the oldest of its copies, itself where it has none
);
CREATE INDEX sketches_by_letters ON sketches (letters);
CREATE INDEX copies_by_head ON sketches (head) WHERE head != document;
CREATE TABLE bands (                -- of heads: what two texts that are alike have in common
    band INTEGER,
    document INTEGER,
    PRIMARY KEY (band, document)
) WITHOUT ROWID;
CREATE TABLE removed (              -- passages that terms and views may still hold
    passage INTEGER PRIMARY KEY,
    section INTEGER NOT NULL,
    sequence INTEGER NOT NULL
);
CREATE INDEX removed_by_sequence ON removed (sequence);
CREATE TABLE removed_documents (
    document INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL
);
CREATE INDEX removed_documents_by_sequence ON removed_documents (sequence);
CREATE TABLE keys (                 -- who may ask over HTTP
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,    -- of its token, which is kept nowhere
    rights TEXT NOT NULL            -- JSON
);
"""


SCHEMA = _SCHEMA + TASK_TABLES + EVENT_TABLES
"""Every table of a catalogue, as a new one is made."""


def open_writable(path: Path) -> sqlite3.Connection:
    """Open the database to write, with its tables made where they are missing."""
    with storage_errors(path):
        connection = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            version = f"PRAGMA user_version = {FORMAT_VERSION};"
            connection.executescript(f"BEGIN; {SCHEMA} {version} COMMIT;")
        _require_format(connection, path)
        return connection


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Have the database open to write for the length of the block."""
    with storage_errors(path), closing(open_writable(path)) as connection:
        yield connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Have the database open to read for the length of the block."""
    with storage_errors(path), closing(open_readable(path)) as connection:
        yield connection


def open_readable(path: Path) -> sqlite3.Connection:
    """Open the database to read only, also where its folder is on a read-only disk."""
    with storage_errors(path):
        try:
            return _checked(path, "mode=ro")
        except sqlite3.OperationalError:
            # WAL wants to write beside the database: on a read-only disk nobody else writes either
            return _checked(path, "immutable=1")


def _checked(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{options}",
        uri=True,
        timeout=PATIENCE_SECONDS,
        check_same_thread=False,
    )
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    _require_format(connection, path)
    connection.execute("SELECT sequence FROM state").fetchone()
    return connection


def _require_format(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != FORMAT_VERSION:
        raise LibraryDamaged(
            f"{path} has format {found}, this Wenhai reads {FORMAT_VERSION}: use the Wenhai that "
            "wrote it, or index into a new folder"
        )
