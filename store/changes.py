"""Changes to the catalogue: files come with parts of documents, and go with them."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.types import Metadata, Passage, SourceDocument
from store.catalogue import State
from store.copies import CopyFinder

PASSAGES_A_SECTION = 6
"""What stands beside a passage says what it is about: so many in a row make a section."""

_SECTION_BITS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """What one file says about one document, cut into passages.

    `digest` is of everything it says: an equal one means that nothing has to be done.
    """

    document: SourceDocument
    language: str | None
    digest: str
    whole_file: bool
    passages: Sequence[Passage]


class Changes:
    """Writes to the catalogue's database inside the transaction that is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self) -> None:
        """Open a transaction; nothing of it is there for others before `commit`."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._copies = CopyFinder(self._connection)

    def commit(self, state: State) -> None:
        """Make the transaction and the library's new state durable, both or neither."""
        self._copies.settle()
        self._connection.execute(
            "UPDATE state SET sequence = ?, generation = ?, vector_rows = ?",
            [state.sequence, state.generation, state.vector_rows],
        )
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Forget the transaction, if one is open."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def file(self, path: Path, label: str) -> int:
        """Return the key of the file, entered if it is new."""
        self._connection.execute(
            "INSERT INTO files (path, label) VALUES (?, ?)"
            " ON CONFLICT (path) DO UPDATE SET label = excluded.label",
            [str(path), label],
        )
        row = self._connection.execute("SELECT key FROM files WHERE path = ?", [str(path)])
        return int(row.fetchone()[0])

    def file_digest(self, path: Path) -> str | None:
        """Return the digest of the content that was read to its end, None if it never was."""
        row = self._connection.execute("SELECT digest FROM files WHERE path = ?", [str(path)])
        found = row.fetchone()
        return found[0] if found else None

    def files(self) -> dict[Path, int]:
        """Return the key of each file that the library knows."""
        rows = self._connection.execute("SELECT path, key FROM files")
        return {Path(path): key for path, key in rows}

    def finish_file(self, file: int, digest: str) -> None:
        """Note that everything the file says is in the library."""
        self._connection.execute("UPDATE files SET digest = ? WHERE key = ?", [digest, file])

    def remove_file(self, file: int, sequence: int) -> None:
        """Take out the file with all that only it says."""
        for document_id in self.document_ids(file):
            self.remove_part(file, document_id, sequence)
        self._connection.execute("DELETE FROM files WHERE key = ?", [file])

    def parts(self, path: Path) -> dict[str, str]:
        """Return the digest of what the file says about each document id."""
        rows = self._connection.execute(
            "SELECT d.id, p.digest FROM parts p JOIN documents d ON d.key = p.document"
            " JOIN files f ON f.key = p.file WHERE f.path = ?",
            [str(path)],
        )
        return dict(rows.fetchall())

    def elsewhere(self, document_id: str, path: Path) -> tuple[str, str] | None:
        """Return the title that another file gives this document, and that file's label."""
        row = self._connection.execute(
            "SELECT d.title, f.label FROM documents d JOIN parts p ON p.document = d.key"
            " JOIN files f ON f.key = p.file WHERE d.id = ? AND f.path != ? LIMIT 1",
            [document_id, str(path)],
        ).fetchone()
        return (row[0], row[1]) if row else None

    def document_ids(self, file: int) -> set[str]:
        """Return the ids of the documents that the file says something about."""
        rows = self._connection.execute(
            "SELECT d.id FROM parts p JOIN documents d ON d.key = p.document WHERE p.file = ?",
            [file],
        )
        return {document_id for (document_id,) in rows}

    def add_part(self, file: int, part: Part, first_row: int, sequence: int) -> None:
        """Enter the part; its passages have the vector rows from `first_row` on."""
        source = part.document
        document = self._document(source)
        metadata = {**source.metadata.to_dict(), "language": part.language}
        key = self._connection.execute(
            "INSERT INTO parts (document, file, whole_file, digest, metadata)"
            " VALUES (?, ?, ?, ?, ?)",
            [document, file, part.whole_file, part.digest, _json(metadata)],
        ).lastrowid
        self._connection.executemany(
            "INSERT INTO passages (part, document, kind, language, page, start, end, text,"
            " section, vector_row, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                [
                    key,
                    document,
                    p.kind,
                    p.language,
                    p.page,
                    p.start,
                    p.end,
                    p.text,
                    _section(key, at),
                    first_row + at,
                    sequence,
                ]
                for at, p in enumerate(part.passages)
            ),
        )
        self._merge_parts(document)

    def remove_part(self, file: int, document_id: str, sequence: int) -> None:
        """Take out what the file says about the document, and the document if nobody else does."""
        key, document = self._connection.execute(
            "SELECT p.key, d.key FROM parts p JOIN documents d ON d.key = p.document"
            " WHERE p.file = ? AND d.id = ?",
            [file, document_id],
        ).fetchone()
        self._connection.execute(
            "INSERT INTO removed SELECT key, section, ? FROM passages WHERE part = ?",
            [sequence, key],
        )
        self._connection.execute("DELETE FROM passages WHERE part = ?", [key])
        self._connection.execute("DELETE FROM parts WHERE key = ?", [key])
        self._merge_parts(document)

    def forget_removed(self, sequence: int) -> None:
        """Drop the notes on removed passages that the terms no longer hold."""
        self._connection.execute("DELETE FROM removed WHERE sequence <= ?", [sequence])

    def renumber_rows(self) -> list[int]:
        """Give the passages the rows 0, 1, 2, … and return which rows they had, in that order."""
        rows = self._connection.execute("SELECT key, vector_row FROM passages ORDER BY key")
        pairs = rows.fetchall()
        self._connection.executemany(
            "UPDATE passages SET vector_row = ? WHERE key = ?",
            ([new, key] for new, (key, _) in enumerate(pairs)),
        )
        return [old for _, old in pairs]

    def _document(self, source: SourceDocument) -> int:
        self._connection.execute(
            "INSERT INTO documents (id, title, metadata) VALUES (?, ?, '{}')"
            " ON CONFLICT (id) DO NOTHING",
            [source.id, source.metadata.title],
        )
        row = self._connection.execute("SELECT key FROM documents WHERE id = ?", [source.id])
        return int(row.fetchone()[0])

    def _merge_parts(self, document: int) -> None:
        """Write what the parts say together; without any part the document goes."""
        self._copies.changed(document)
        rows = self._connection.execute(
            "SELECT metadata FROM parts WHERE document = ? ORDER BY key", [document]
        ).fetchall()
        if not rows:
            self._connection.execute("DELETE FROM documents WHERE key = ?", [document])
            return
        merged = merge([Metadata.from_dict(json.loads(text)) for (text,) in rows])
        self._connection.execute(
            "UPDATE documents SET title = ?, language = ?, metadata = ? WHERE key = ?",
            [merged.title, merged.language, _json(merged.to_dict()), document],
        )


def merge(parts: Sequence[Metadata]) -> Metadata:
    """Return the facts of all parts; where two differ, what the later one says.

    Of two titles one of which begins with the other, the shorter counts: result pages put no sign
    between a title and what follows, and where only one page was cut right, that one is shorter.
    """
    values: dict[str, object] = {}
    for part in parts:
        values.update(part.to_dict())
    titles = [part.title for part in parts]
    values["title"] = min((t for t in titles if titles[-1].startswith(t)), key=len)
    return Metadata.from_dict(values)


def _section(part: int | None, place: int) -> int:
    """Return the number of the section that holds the passage at this place of the part."""
    return ((part or 0) << _SECTION_BITS) | (place // PASSAGES_A_SECTION)


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False)
