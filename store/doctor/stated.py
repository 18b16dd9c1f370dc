"""Is what the parts say still what was written, and are the documents made of it?"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from core.types import Metadata
from core.wording import counted
from store.catalogue.changes import merge
from store.catalogue.parts import API_FILE, checksum
from store.doctor.findings import Finding

_SHOWN = 3
_PASSAGES = "SELECT part, kind, language, page, start, end, text FROM passages ORDER BY part, key"
_PARTS = "SELECT key, digest, metadata, whole_file, checksum FROM parts ORDER BY key"
_READ_ANEW = (
    "`wenhai index` reads these files anew; send again what came over HTTP, or restore a snapshot"
)

Row = tuple[Any, ...]


def findings(connection: sqlite3.Connection) -> list[Finding]:
    """Return which parts were altered, and whether documents differ from their parts."""
    found: list[Finding] = []
    altered = dict(_altered(connection))
    if altered:
        count = counted(len(altered), "part")
        what = f"{count} not as written: {_named(connection, list(altered))}"
        noted = all(digest == "" for digest in altered.values())
        remedy = _READ_ANEW if noted else f"after `--repair`, {_READ_ANEW}"
        found.append(Finding("parts", what, len(altered), remedy, mendable=not noted))
    if differing := sum(1 for _ in _differing(connection)):
        what = f"{counted(differing, 'document')} not as the parts say"
        found.append(Finding("documents", what, differing, "`--repair` merges the parts anew"))
    return found


def mend(connection: sqlite3.Connection, sequence: int) -> None:
    """Have altered parts read anew when they are next indexed, and merge what differs."""
    for part, _ in list(_altered(connection)):
        connection.execute(
            "UPDATE files SET digest = NULL WHERE key = (SELECT file FROM parts WHERE key = ?)",
            [part],
        )
        connection.execute("UPDATE parts SET digest = '' WHERE key = ?", [part])
        _make_readable(connection, part)
    for document, facts in list(_differing(connection)):
        connection.execute(
            "UPDATE documents SET title = ?, language = ?, metadata = ?, sequence = ?"
            " WHERE key = ?",
            [facts.title, facts.language, _json(facts), sequence, document],
        )


def _altered(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield key and digest of the parts whose checksum is not that of what they say.

    An empty digest is that of a part that is to be read anew.
    """
    told = groupby(connection.execute(_PASSAGES), lambda row: row[0])
    following = next(told, None)
    for key, digest, metadata, whole_file, expected in connection.execute(_PARTS):
        while following is not None and following[0] < key:
            following = next(told, None)
        own: Iterator[Row] = iter(())
        if following is not None and following[0] == key:
            own = (row[1:] for row in following[1])
        if checksum(metadata, whole_file, own) != expected:
            yield key, digest


def _differing(connection: sqlite3.Connection) -> Iterator[tuple[int, Metadata]]:
    """Yield each document that is not what its parts say together, and what they say."""
    rows = connection.execute(
        "SELECT d.key, d.title, d.language, d.metadata, p.metadata, f.path = ?"
        " FROM documents d JOIN parts p ON p.document = d.key JOIN files f ON f.key = p.file"
        " ORDER BY d.key, p.key",
        [API_FILE],
    )
    for (key, *stored), parts in groupby(rows, lambda row: row[:4]):
        told = [(_facts(metadata), by_hand) for *_, metadata, by_hand in parts]
        merged = merge(
            [facts for facts, by_hand in told if not by_hand],
            [facts for facts, by_hand in told if by_hand],
        )
        if stored != [merged.title, merged.language, _json(merged)]:
            yield key, merged


def _make_readable(connection: sqlite3.Connection, part: int) -> None:
    """Write facts that are no JSON and texts that are no text as far as they can be read."""
    (metadata,) = connection.execute("SELECT metadata FROM parts WHERE key = ?", [part]).fetchone()
    connection.execute(
        "UPDATE parts SET metadata = ? WHERE key = ?", [_json(_facts(metadata)), part]
    )
    rows = connection.execute("SELECT key, text FROM passages WHERE part = ?", [part]).fetchall()
    connection.executemany(
        "UPDATE passages SET text = ? WHERE key = ?", ((text, key) for key, text in rows)
    )


def _facts(metadata: str) -> Metadata:
    """Return the facts that a part states, a mark in place of a title that cannot be read."""
    try:
        return Metadata.from_dict(json.loads(metadata))
    except (ValueError, TypeError, AttributeError):
        return Metadata("\ufffd")


def _named(connection: sqlite3.Connection, parts: list[int]) -> str:
    """Return where the first of these parts come from."""
    marks = ",".join("?" * len(parts[:_SHOWN]))
    rows = connection.execute(
        f"SELECT d.id, f.label FROM parts p JOIN files f ON f.key = p.file"  # noqa: S608
        f" JOIN documents d ON d.key = p.document WHERE p.key IN ({marks})",
        parts[:_SHOWN],
    )
    return ", ".join(f"{document} in {label}" for document, label in rows)


def _json(facts: Metadata) -> str:
    return json.dumps(facts.to_dict(), ensure_ascii=False)
