"""What one writer changes between taking the lock and giving it back."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UnknownGeneration
from core.types import ModelCard
from store.catalogue.changes import NOTES_KEPT, Changes, Place
from store.catalogue.parts import Part
from store.catalogue.reading import Catalogue
from store.derived.passage_table import PassageTable
from store.derived.vectors import VectorFile, checksums
from store.failures import storage_errors
from store.generations import (
    RestingVectors,
    enter_generation,
    generation,
    generations,
    now,
    require_whole,
    rows_of,
)
from store.layout import LibraryLayout

_ROWS_WORTH_A_REWRITE = 1000
_BLOCK = 1000

TextVectors = Mapping[str, NDArray[np.float32]]
"""The vector of each text."""


class Turn:
    """One transaction on the library; `changes` and `connection` write into it as well."""

    def __init__(
        self, layout: LibraryLayout, connection: sqlite3.Connection, vectors: VectorFile
    ) -> None:
        self._layout = layout
        self._vectors = vectors
        self._appended = vectors.rows()
        self.connection = connection
        self.catalogue = Catalogue(connection, layout.root)
        connection.execute("BEGIN IMMEDIATE")
        self._state = self.catalogue.state()
        self.sequence = self._state.sequence + 1
        self.changes = Changes(connection, self.sequence)
        self._left: list[Path] = []

    def add(self, path: str, label: str, parts: Sequence[Part], vectors: TextVectors) -> int:
        """Enter what a file says, in place of what it said about the same documents; its key.

        `vectors` has those of `catalogue.unknown_texts`; what the file said before keeps its own.
        """
        with storage_errors(self._layout.root):
            file = self.changes.file(path, label)
            for part in parts:
                if self.changes.change_facts(file, part):
                    continue
                places = self._places(part, vectors, path)
                if self.changes.has_part(file, part.document.id):
                    self.changes.remove_part(file, part.document.id)
                self.changes.add_part(file, part, places)
            return file

    def _places(self, part: Part, vectors: TextVectors, path: str) -> list[Place]:
        """Return where the vector of each passage is, those that are new having been appended."""
        known = self.catalogue.known_vectors(path, part.document.id)
        new = list(dict.fromkeys(p.text for p in part.passages if p.text not in known))
        if new:
            rows = np.stack([vectors[text] for text in new])
            self._vectors.append(rows)
            places = zip(count(self._appended), checksums(rows), strict=False)
            known.update(zip(new, places, strict=True))
            self._appended += len(new)
        return [known[each.text] for each in part.passages]

    def keep_only(self, file: int, document_ids: Collection[str]) -> None:
        """Take out what the file said about other documents than these."""
        with storage_errors(self._layout.root):
            for document_id in self.changes.document_ids(file).difference(document_ids):
                self.changes.remove_part(file, document_id)

    def compact(self) -> None:
        """Write the vectors anew without the rows that no passage has, where that is worth it."""
        live = self.catalogue.counts()["passages"]
        if self._appended - live < live + _ROWS_WORTH_A_REWRITE:
            return
        with storage_errors(self._layout.root):
            number = max(self.catalogue.generations()) + 1
            old = generation(self.connection, self._state.generation)
            stored = self._vectors.read()
            rows = self.changes.renumber_rows()
            compacted = VectorFile(self._layout.vectors(number), old.model.dimension)
            compacted.truncate(0)
            for start in range(0, len(rows), _BLOCK):
                compacted.append(stored[rows[start : start + _BLOCK]].astype(np.float32))
            enter_generation(self.connection, number, old.model, active=True)
            self.connection.execute("DELETE FROM generations WHERE number = ?", [old.number])
            self._left = [self._layout.vectors(old.number), *self._layout.codes_of(old.number)]
            self._search(number, compacted)

    def begin_generation(self, model: ModelCard) -> int:
        """Return the number of the model's generation, which is entered if it has none."""
        every = generations(self.connection)
        for each in every:
            if each.model == model:
                return each.number
        number = every[-1].number + 1
        enter_generation(self.connection, number, model, active=False)
        return number

    def drop_generation(self, number: int) -> None:
        """Take out a generation that is not searched; UnknownGeneration if there is none."""
        if generation(self.connection, number).active:
            raise UnknownGeneration(f"generation {number} is searched: activate another one first")
        self.connection.execute("DELETE FROM generations WHERE number = ?", [number])
        self._left = [self._layout.vectors(number), self._layout.vector_keys(number)]

    def activate(self, number: int) -> None:
        """Let the vectors of that generation be searched; those searched up to now rest.

        LibraryDamaged if it lacks passages, UnknownGeneration if there is none.
        """
        chosen = generation(self.connection, number)
        if chosen.active:
            return
        with storage_errors(self._layout.root):
            old, table = self._state.generation, PassageTable.of(self.catalogue)
            resting = RestingVectors(self._layout, number, chosen.model.dimension)
            rows = rows_of(resting.cut(), table.keys)
            require_whole(rows, number)
            left = RestingVectors(self._layout, old, self._vectors.dimension)
            keys = np.full(self._appended, -1, np.int64)
            keys[table.vector_rows] = table.keys
            left.write_keys(keys)
            self.changes.place_vectors(table.keys, rows, resting.vectors)
            self.connection.execute(
                "UPDATE generations SET activated_at = ? WHERE number = ?", [now(), number]
            )
            self._left = [self._layout.vector_keys(number), *self._layout.codes_of(old)]
            self._search(number, resting.vectors)

    def _search(self, number: int, vectors: VectorFile) -> None:
        self._vectors, self._appended = vectors, vectors.rows()
        self._state = replace(self._state, generation=number)
        self.changes.touched = True

    def commit(self) -> None:
        """Make the changes durable and visible, or raise and make none."""
        with storage_errors(self._layout.root):
            if not self.changes.touched:
                self.changes.commit(None)
                return
            self._vectors.flush()
            notes_since = max(self._state.notes_since, self.sequence - NOTES_KEPT)
            self.changes.forget_removed(notes_since)
            self._state = replace(
                self._state,
                sequence=self.sequence,
                vector_rows=self._appended,
                notes_since=notes_since,
            )
            self.changes.commit(self._state)

    def tidy(self) -> None:
        """Drop the files that nobody needs after the commit."""
        for path in self._left:
            path.unlink(missing_ok=True)
