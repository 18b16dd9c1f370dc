"""What the library holds: documents, their passages and the files they came from, read only."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from core.types import Metadata, ModelCard, Passage
from store.catalogue.copies import CopyGroups
from store.catalogue.parts import API_FILE, Part
from store.derived.facts import Record

_BATCH = 500
_COLUMN_BLOCK = 65_536
_Value = TypeVar("_Value", int, str)


@dataclass(frozen=True, slots=True)
class State:
    """Where the library stands: the last commit, and the vector rows that belong to it.

    What was removed after the commit `notes_since` is noted.
    """

    sequence: int
    generation: int
    vector_rows: int
    notes_since: int


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its key in the catalogue, the document and the section it belongs to."""

    key: int
    document: int
    section: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document's facts, merged from its parts.

    `path` and `label` (as people know it) name the file that is the document; None where a
    catalogue or a result page only lists it. `sequence` is the commit that changed it last.
    """

    key: int
    id: str
    metadata: Metadata
    path: Path | None
    label: str | None
    sequence: int


@dataclass(frozen=True, slots=True)
class StatedPart:
    """What one file says about one document, as it is stored."""

    digest: str
    metadata: Mapping[str, Any]
    passages: Sequence[Passage]


PassageColumns = tuple[str, str, str, str, str, str]
"""Key, document, section, whether it is a title, the document's language, its own, vector row."""


class Catalogue:
    """Questions to the database of the library in `root`; for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, root: Path) -> None:
        self._connection = connection
        self._root = root

    def state(self) -> State:
        """Return where the library stands now."""
        row = self._connection.execute(
            "SELECT sequence, generation, vector_rows, notes_since FROM state"
        )
        return State(*row.fetchone())

    def model(self, generation: int) -> ModelCard | None:
        """Return the model that made the vectors of that generation, None if there is none."""
        row = self._connection.execute(
            "SELECT model FROM generations WHERE number = ?", [generation]
        ).fetchone()
        return ModelCard(**json.loads(row[0])) if row else None

    def generations(self) -> list[int]:
        """Return the numbers of all generations of vectors."""
        rows = self._connection.execute("SELECT number FROM generations ORDER BY number")
        return [number for (number,) in rows]

    def records(self, since: int = -1) -> Iterator[Record]:
        """Return what is known of the documents that changed after that commit, by key."""
        # with the plus, all of them are read in the order of their keys and not by an index
        return self._connection.execute(
            f"SELECT key, id, metadata FROM documents"  # noqa: S608
            f" WHERE {'+' if since < 0 else ''}sequence > ? ORDER BY key",
            [since],
        )

    def passage_columns(self, since: int = -1) -> Iterator[PassageColumns]:
        """Yield the numbers of all passages that came after that commit, ascending by key.

        Block by block: keys, documents, sections, whether it is a title, vector rows, each as text
        with commas between, and the languages as JSON. A row of Python's own for each passage takes
        twice as long.
        """
        # keys grow from commit to commit, so that the order of both is the same
        first = self._connection.execute(
            "SELECT key FROM passages WHERE sequence > ? ORDER BY sequence, key LIMIT 1", [since]
        ).fetchone()
        last = first[0] - 1 if first else None
        while last is not None:
            *columns, last = self._connection.execute(
                "SELECT group_concat(key), group_concat(document), group_concat(section),"
                " group_concat(kind = 'title'), group_concat(vector_row),"
                " json_group_array(coalesce(language, '')), max(key)"
                " FROM (SELECT * FROM passages WHERE key > ? ORDER BY key LIMIT ?)",
                [last, _COLUMN_BLOCK],
            ).fetchone()
            if last is not None:
                yield tuple(columns)

    def languages_of_changed(self, since: int) -> dict[int, str]:
        """Return the language, "" for unknown, of each document that changed after that commit."""
        rows = self._connection.execute(
            "SELECT key, coalesce(language, '') FROM documents WHERE sequence > ?", [since]
        )
        return dict(rows.fetchall())

    def copy_groups(self) -> CopyGroups:
        """Return which documents say the same as others."""
        rows = self._connection.execute(
            "SELECT document, head, letters FROM sketches WHERE document IN"
            " (SELECT document FROM sketches WHERE head != document"
            " UNION SELECT head FROM sketches WHERE head != document) ORDER BY document"
        ).fetchall()
        return CopyGroups(*np.array(rows, np.int64).reshape(-1, 3).T)

    def copies(self) -> set[str]:
        """Return the ids of the documents that are copies of another."""
        rows = self._connection.execute(
            "SELECT d.id FROM sketches s JOIN documents d ON d.key = s.document"
            " WHERE s.head != s.document"
        )
        return {document_id for (document_id,) in rows}

    def passages(self, keys: Iterable[int]) -> dict[int, StoredPassage]:
        """Return the passages of these keys that are still there."""
        found: dict[int, StoredPassage] = {}
        for marks, batch in _batches(list(keys)):
            found.update((each.key, each) for each in self._passages(f"key IN ({marks})", batch))
        return found

    def passages_of(self, document: int) -> list[StoredPassage]:
        """Return a document's passages in the order of its text."""
        return list(self._passages("document = ? ORDER BY key", [document]))

    def unknown_texts(self, path: str, parts: Iterable[Part]) -> list[str]:
        """Return the texts of these parts that the file did not give the same document before."""
        texts: dict[str, None] = {}
        for part in parts:
            known = self.known_vectors(path, part.document.id)
            texts.update((p.text, None) for p in part.passages if p.text not in known)
        return list(texts)

    def known_vectors(self, path: str, document_id: str) -> dict[str, tuple[int, int]]:
        """Return vector row and checksum of each text that the file gave this document."""
        rows = self._connection.execute(
            "SELECT p.text, p.vector_row, p.vector_crc FROM passages p"
            " JOIN parts t ON t.key = p.part JOIN files f ON f.key = t.file"
            " JOIN documents d ON d.key = t.document WHERE f.path = ? AND d.id = ?",
            [path, document_id],
        )
        return {text: (row, crc) for text, row, crc in rows}

    def file_digest(self, path: str) -> str | None:
        """Return the digest of the content that was read to its end, None if it never was."""
        row = self._connection.execute("SELECT digest FROM files WHERE path = ?", [path])
        found = row.fetchone()
        return found[0] if found else None

    def files(self) -> dict[str, int]:
        """Return the key of each file that the library knows."""
        return dict(self._connection.execute("SELECT path, key FROM files").fetchall())

    def parts(self, path: str) -> dict[str, str]:
        """Return the digest of what the file says about each document id."""
        rows = self._connection.execute(
            "SELECT d.id, p.digest FROM parts p JOIN documents d ON d.key = p.document"
            " JOIN files f ON f.key = p.file WHERE f.path = ?",
            [path],
        )
        return dict(rows.fetchall())

    def stated_part(self, path: str, document_id: str) -> StatedPart | None:
        """Return what the file says about the document, None if it says nothing."""
        row = self._connection.execute(
            "SELECT p.key, p.digest, p.metadata FROM parts p JOIN documents d ON d.key = p.document"
            " JOIN files f ON f.key = p.file WHERE f.path = ? AND d.id = ?",
            [path, document_id],
        ).fetchone()
        if row is None:
            return None
        key, digest, metadata = row
        passages = [each.passage for each in self._passages("part = ? ORDER BY key", [key])]
        return StatedPart(digest, json.loads(metadata), passages)

    def sources(self, document_id: str) -> dict[str, int]:
        """Return path and key of each file that speaks of the document."""
        rows = self._connection.execute(
            "SELECT f.path, f.key FROM files f JOIN parts p ON p.file = f.key"
            " JOIN documents d ON d.key = p.document WHERE d.id = ?",
            [document_id],
        )
        return dict(rows.fetchall())

    def elsewhere(self, document_id: str, path: str) -> tuple[str, str] | None:
        """Return the title that another file gives this document, and that file's label."""
        row = self._connection.execute(
            "SELECT d.title, f.label FROM documents d JOIN parts p ON p.document = d.key"
            " JOIN files f ON f.key = p.file WHERE d.id = ? AND f.path NOT IN (?, ?) LIMIT 1",
            [document_id, path, API_FILE],
        ).fetchone()
        return (row[0], row[1]) if row else None

    def removed_documents_since(self, sequence: int) -> list[int]:
        """Return the keys of the documents that went after that commit."""
        rows = self._connection.execute(
            "SELECT document FROM removed_documents WHERE sequence > ?", [sequence]
        )
        return [document for (document,) in rows]

    def passages_since(self, sequence: int) -> Iterator[StoredPassage]:
        """Return the passages that came after that commit, one by one."""
        return self._passages("sequence > ? ORDER BY sequence, key", [sequence])

    def removed_since(self, sequence: int) -> list[tuple[int, int]]:
        """Return key and section of each passage that went after that commit."""
        rows = self._connection.execute(
            "SELECT passage, section FROM removed WHERE sequence > ?", [sequence]
        )
        return rows.fetchall()

    def _passages(self, condition: str, values: Sequence[int]) -> Iterator[StoredPassage]:
        rows = self._connection.execute(
            "SELECT key, document, section, text, start, end, page, kind, language"  # noqa: S608
            f" FROM passages WHERE {condition}",
            values,
        )
        return (
            StoredPassage(key, document, section, Passage(*rest))
            for key, document, section, *rest in rows
        )

    def documents(self, keys: Iterable[int]) -> dict[int, StoredDocument]:
        """Return the documents of these keys that are still there."""
        found = (self._document("d.key = ?", key) for key in keys)
        return {each.key: each for each in found if each is not None}

    def document_ids(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the ids of the documents of these keys that are still there."""
        found: dict[int, str] = {}
        for marks, batch in _batches(keys):
            ids = f"SELECT key, id FROM documents WHERE key IN ({marks})"  # noqa: S608
            found.update(self._connection.execute(ids, batch))
        return found

    def keys_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the keys of those of these documents that are there."""
        found: dict[str, int] = {}
        for marks, batch in _batches(ids):
            keys = f"SELECT id, key FROM documents WHERE id IN ({marks})"  # noqa: S608
            found.update(self._connection.execute(keys, batch))
        return found

    def document(self, document_id: str) -> StoredDocument | None:
        """Return the document of that id, None where there is none."""
        return self._document("d.id = ?", document_id)

    def _document(self, condition: str, value: int | str) -> StoredDocument | None:
        row = self._connection.execute(
            "SELECT d.key, d.id, d.metadata, f.path, f.label, d.sequence FROM documents d"  # noqa: S608
            " LEFT JOIN parts p ON p.document = d.key AND p.whole_file"
            f" LEFT JOIN files f ON f.key = p.file WHERE {condition}",
            [value],
        ).fetchone()
        if row is None:
            return None
        key, document_id, metadata, path, label, sequence = row
        facts = Metadata.from_dict(json.loads(metadata))
        place = self._root / path if path else None
        return StoredDocument(key, document_id, facts, place, label, sequence)

    def counts(self) -> dict[str, int]:
        """Return how many files, documents and passages there are."""
        return {
            table: self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("files", "documents", "passages")
        }

    def languages(self) -> dict[str, int]:
        """Return the number of documents in each language, the commonest first."""
        rows = self._connection.execute(
            "SELECT coalesce(language, 'unknown'), count(*) FROM documents"
            " GROUP BY 1 ORDER BY 2 DESC"
        )
        return dict(rows.fetchall())


def _batches(values: Sequence[_Value]) -> Iterator[tuple[str, Sequence[_Value]]]:
    """Return the values, as many at once as a statement takes, each time with their marks."""
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        yield ",".join("?" * len(batch)), batch
