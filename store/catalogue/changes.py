"""Changes to the catalogue: files come with parts of documents, and go with them."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import Metadata, Passage, SourceDocument
from store.catalogue.copies import CopyFinder
from store.catalogue.parts import API_FILE, Part, checksum
from store.catalogue.reading import State
from store.derived.vectors import VectorFile, checksums
from store.events.events import forget_documents

PASSAGES_A_SECTION = 6
"""What stands beside a passage says what it is about: so many in a row make a section."""

SECTION_BITS = 20
_BLOCK = 1000

Numbers = NDArray[np.int64]


NOTES_KEPT = 200
"""For so many commits it is noted what was removed, so that views can follow step by step."""

Place = tuple[int, int]
"""The row of a vector, and the checksum of its bytes."""


class Changes:
    """Writes to the catalogue's database inside the transaction that is open."""

    def __init__(self, connection: sqlite3.Connection, sequence: int) -> None:
        self._connection = connection
        self._sequence = sequence
        self._copies = CopyFinder(connection)
        self._nameless: set[int] = set()
        self._gone: set[str] = set()
        self.touched = False
        """Whether any document changed."""

    def commit(self, state: State | None) -> None:
        """Make the transaction durable, with the library's new state where documents changed."""
        if state is not None:
            self._drop_nameless()
            self._copies.settle()
            forget_documents(self._connection, self._gone)
            self._connection.execute(
                "UPDATE state SET sequence = ?, generation = ?, vector_rows = ?, notes_since = ?",
                astuple(state),
            )
        self._connection.execute("COMMIT")

    def forget_removed(self, sequence: int) -> None:
        """Drop the notes on what was removed up to that commit."""
        for table in ("removed", "removed_documents"):
            self._connection.execute(f"DELETE FROM {table} WHERE sequence <= ?", [sequence])  # noqa: S608

    def file(self, path: str, label: str) -> int:
        """Return the key of the file, entered if it is new."""
        self._connection.execute(
            "INSERT INTO files (path, label) VALUES (?, ?)"
            " ON CONFLICT (path) DO UPDATE SET label = excluded.label",
            [path, label],
        )
        row = self._connection.execute("SELECT key FROM files WHERE path = ?", [path])
        return int(row.fetchone()[0])

    def finish_file(self, file: int, digest: str) -> None:
        """Note that everything the file says is in the library."""
        self._connection.execute("UPDATE files SET digest = ? WHERE key = ?", [digest, file])

    def remove_file(self, file: int) -> None:
        """Take out the file with all that only it says."""
        for document_id in self.document_ids(file):
            self.remove_part(file, document_id)
        self._connection.execute("DELETE FROM files WHERE key = ?", [file])

    def document_ids(self, file: int) -> set[str]:
        """Return the ids of the documents that the file says something about."""
        rows = self._connection.execute(
            "SELECT d.id FROM parts p JOIN documents d ON d.key = p.document WHERE p.file = ?",
            [file],
        )
        return {document_id for (document_id,) in rows}

    def has_part(self, file: int, document_id: str) -> bool:
        """Say whether the file says something about the document."""
        found = self._connection.execute(
            "SELECT 1 FROM parts p JOIN documents d ON d.key = p.document"
            " WHERE p.file = ? AND d.id = ?",
            [file, document_id],
        )
        return found.fetchone() is not None

    def add_part(self, file: int, part: Part, places: Sequence[Place]) -> None:
        """Enter the part; `places` says for each passage which vector is its own."""
        document = self._document(part.document)
        facts = _json(_facts(part))
        told = checksum(facts, part.whole_file, map(_row, part.passages))
        key = self._connection.execute(
            "INSERT INTO parts (document, file, whole_file, digest, metadata, checksum)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [document, file, part.whole_file, part.digest, facts, told],
        ).lastrowid
        self._connection.executemany(
            "INSERT INTO passages (part, document, kind, language, page, start, end, text,"
            " section, vector_row, vector_crc, sequence)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                [key, document, *_row(p), _section(key, at), *place, self._sequence]
                for at, (p, place) in enumerate(zip(part.passages, places, strict=True))
            ),
        )
        self._merge_parts(document)

    def change_facts(self, file: int, part: Part) -> bool:
        """Write the facts of a part whose passages are those that are there; False if they differ.

        Nothing is embedded or looked up anew then.
        """
        row = self._connection.execute(
            "SELECT p.key, d.key FROM parts p JOIN documents d ON d.key = p.document"
            " WHERE p.file = ? AND d.id = ?",
            [file, part.document.id],
        ).fetchone()
        if row is None:
            return False
        key, document = row
        stored = self._connection.execute(
            "SELECT kind, language, page, start, end, text FROM passages WHERE part = ?"
            " ORDER BY key",
            [key],
        ).fetchall()
        if stored != [_row(each) for each in part.passages]:
            return False
        facts = _json(_facts(part))
        self._connection.execute(
            "UPDATE parts SET digest = ?, metadata = ?, whole_file = ?, checksum = ? WHERE key = ?",
            [part.digest, facts, part.whole_file, checksum(facts, part.whole_file, stored), key],
        )
        self._merge_parts(document)
        return True

    def remove_part(self, file: int, document_id: str) -> None:
        """Take out what the file says about the document, and the document if nobody else does."""
        key, document = self._connection.execute(
            "SELECT p.key, d.key FROM parts p JOIN documents d ON d.key = p.document"
            " WHERE p.file = ? AND d.id = ?",
            [file, document_id],
        ).fetchone()
        self._connection.execute(
            "INSERT INTO removed SELECT key, section, ? FROM passages WHERE part = ?",
            [self._sequence, key],
        )
        self._connection.execute("DELETE FROM passages WHERE part = ?", [key])
        self._connection.execute("DELETE FROM parts WHERE key = ?", [key])
        self._merge_parts(document)

    def remove_document(self, document_id: str) -> bool:
        """Take out the document, whoever speaks of it; False if there is none of that id.

        Its files are still known by their digests: it comes back only when one of them changes.
        """
        files = self._connection.execute(
            "SELECT p.file FROM parts p JOIN documents d ON d.key = p.document WHERE d.id = ?",
            [document_id],
        ).fetchall()
        for (file,) in files:
            self.remove_part(file, document_id)
        return bool(files)

    def renumber_rows(self) -> list[int]:
        """Give the passages the rows 0, 1, 2, … and return which rows they had, in that order."""
        rows = self._connection.execute("SELECT key, vector_row FROM passages ORDER BY key")
        pairs = rows.fetchall()
        self._connection.executemany(
            "UPDATE passages SET vector_row = ? WHERE key = ?",
            ([new, key] for new, (key, _) in enumerate(pairs)),
        )
        return [old for _, old in pairs]

    def place_vectors(self, keys: Numbers, rows: Numbers, vectors: VectorFile) -> None:
        """Note for each of these passages which row of the file is its vector."""
        stored = vectors.read()
        for start in range(0, len(keys), _BLOCK):
            block = slice(start, start + _BLOCK)
            sums = checksums(stored[rows[block]].astype(np.float32))
            self._connection.executemany(
                "UPDATE passages SET vector_row = ?, vector_crc = ? WHERE key = ?",
                zip(rows[block].tolist(), sums, keys[block].tolist(), strict=True),
            )

    def _document(self, source: SourceDocument) -> int:
        self._connection.execute(
            "INSERT INTO documents (id, title, metadata, sequence) VALUES (?, ?, '{}', ?)"
            " ON CONFLICT (id) DO NOTHING",
            [source.id, source.metadata.title, self._sequence],
        )
        row = self._connection.execute("SELECT key FROM documents WHERE id = ?", [source.id])
        return int(row.fetchone()[0])

    def _drop_nameless(self) -> None:
        """Take out documents of which only facts from the API are left: their files are gone."""
        for document in list(self._nameless):
            self._connection.execute("DELETE FROM parts WHERE document = ?", [document])
            self._merge_parts(document)

    def _merge_parts(self, document: int) -> None:
        """Write what the parts say together; without any part the document goes."""
        self.touched = True
        self._copies.changed(document)
        rows = self._connection.execute(
            "SELECT p.metadata, f.path = ? FROM parts p JOIN files f ON f.key = p.file"
            " WHERE p.document = ? ORDER BY p.key",
            [API_FILE, document],
        ).fetchall()
        self._nameless.discard(document)
        if not rows:
            gone = self._connection.execute(
                "DELETE FROM documents WHERE key = ? RETURNING id", [document]
            )
            self._gone.update(document_id for (document_id,) in gone.fetchall())
            self._connection.execute(
                "INSERT INTO removed_documents VALUES (?, ?)", [document, self._sequence]
            )
            return
        told = [(Metadata.from_dict(json.loads(text)), by_hand) for text, by_hand in rows]
        merged = merge(
            [facts for facts, by_hand in told if not by_hand],
            [facts for facts, by_hand in told if by_hand],
        )
        if not merged.title and all(by_hand for _, by_hand in told):
            self._nameless.add(document)
        self._connection.execute(
            "UPDATE documents SET title = ?, language = ?, metadata = ?, sequence = ?"
            " WHERE key = ?",
            [merged.title, merged.language, _json(merged.to_dict()), self._sequence, document],
        )


def merge(parts: Sequence[Metadata], by_hand: Sequence[Metadata] = ()) -> Metadata:
    """Return the facts of all parts; where two differ, what the later one says, or the API's.

    Of two titles one of which begins with the other, the shorter counts: result pages put no sign
    between a title and what follows, and where only one page was cut right, that one is shorter.
    """
    every = [*parts, *by_hand]
    values: dict[str, object] = {}
    for part in every:
        values.update(part.to_dict())
    values["fields"] = {name: value for part in every for name, value in part.fields.items()}
    titles = [part.title for part in parts]
    shortest = min((t for t in titles if titles[-1].startswith(t)), key=len, default="")
    given = [part.title for part in by_hand if part.title]
    values["title"] = given[-1] if given else shortest
    return Metadata.from_dict(values)


def _facts(part: Part) -> dict[str, Any]:
    return {**part.document.metadata.to_dict(), "language": part.language}


def _row(passage: Passage) -> tuple[Any, ...]:
    """Return what the catalogue holds of the passage itself."""
    each = passage
    return (each.kind, each.language, each.page, each.start, each.end, each.text)


def _section(part: int | None, place: int) -> int:
    """Return the number of the section that holds the passage at this place of the part."""
    return ((part or 0) << SECTION_BITS) | (place // PASSAGES_A_SECTION)


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False)
