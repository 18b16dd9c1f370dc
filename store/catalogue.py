"""What the library holds: documents, their passages and the files they came from, read only."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.types import Metadata, Passage
from store.copies import CopyGroups

_BATCH = 500


@dataclass(frozen=True, slots=True)
class State:
    """Where the library stands: the last commit, and the vector rows that belong to it."""

    sequence: int
    generation: int
    vector_rows: int


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
    catalogue or a result page only lists it.
    """

    key: int
    id: str
    metadata: Metadata
    path: Path | None
    label: str | None


@dataclass(frozen=True, slots=True)
class PassageTable:
    """All passages as columns, one row each, ascending by key.

    `languages` are those of the documents, `own_languages` those of the passages themselves;
    passages in a row that are read together have one number in `sections`.
    """

    keys: NDArray[np.int64]
    documents: NDArray[np.int64]
    sections: NDArray[np.int64]
    titles: NDArray[np.bool_]
    languages: NDArray[np.str_]
    own_languages: NDArray[np.str_]
    vector_rows: NDArray[np.int64]


class Catalogue:
    """Questions to the catalogue's database; one connection, for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def state(self) -> State:
        """Return where the library stands now."""
        row = self._connection.execute("SELECT sequence, generation, vector_rows FROM state")
        return State(*row.fetchone())

    def passage_table(self) -> PassageTable:
        """Return every passage's numbers, for the search to work on."""
        rows = self._connection.execute(
            "SELECT p.key, p.document, p.section, p.kind = 'title', coalesce(d.language, ''),"
            " coalesce(p.language, ''), p.vector_row"
            " FROM passages p JOIN documents d ON d.key = p.document ORDER BY p.key"
        ).fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * 7
        return PassageTable(
            np.array(columns[0], np.int64),
            np.array(columns[1], np.int64),
            np.array(columns[2], np.int64),
            np.array(columns[3], np.bool_),
            np.array(columns[4], np.str_),
            np.array(columns[5], np.str_),
            np.array(columns[6], np.int64),
        )

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
        wanted = list(keys)
        found: dict[int, StoredPassage] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            found.update((each.key, each) for each in self._passages(f"key IN ({marks})", batch))
        return found

    def passages_of(self, document: int) -> list[StoredPassage]:
        """Return a document's passages in the order of its text."""
        return list(self._passages("document = ? ORDER BY key", [document]))

    def passages_since(self, sequence: int) -> Iterator[StoredPassage]:
        """Return the passages that came after that commit, one by one."""
        return self._passages("sequence > ? ORDER BY key", [sequence])

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
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            found.update(
                self._connection.execute(
                    f"SELECT key, id FROM documents WHERE key IN ({marks})",  # noqa: S608
                    batch,
                )
            )
        return found

    def document(self, document_id: str) -> StoredDocument | None:
        """Return the document of that id, None where there is none."""
        return self._document("d.id = ?", document_id)

    def _document(self, condition: str, value: int | str) -> StoredDocument | None:
        row = self._connection.execute(
            "SELECT d.key, d.id, d.metadata, f.path, f.label FROM documents d"  # noqa: S608
            " LEFT JOIN parts p ON p.document = d.key AND p.whole_file"
            f" LEFT JOIN files f ON f.key = p.file WHERE {condition}",
            [value],
        ).fetchone()
        if row is None:
            return None
        key, document_id, metadata, path, label = row
        facts = Metadata.from_dict(json.loads(metadata))
        return StoredDocument(key, document_id, facts, Path(path) if path else None, label)

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
