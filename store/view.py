"""A library as it was at one commit, for searching: immutable, shared by all threads."""

import errno
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import DocumentNotFound, LibraryDamaged
from core.types import ModelCard
from store.calibration import read_calibration
from store.catalogue.copies import CopyGroups
from store.catalogue.identity import Identity
from store.catalogue.reading import Catalogue, StoredDocument, StoredPassage
from store.catalogue.schema import open_readable, reading
from store.derived.by_document import ByDocument
from store.derived.facts import Facts
from store.derived.passage_table import PassageTable
from store.derived.terms import Terms
from store.derived.vectors import VectorFile
from store.failures import storage_errors
from store.generations import RestingVectors, generation
from store.layout import LibraryLayout
from store.manifest import Manifest, read_manifest
from store.nearest.index import VectorIndex
from store.nearest.opening import Committed, newest_codes, open_index
from text.terms import TERMS_VERSION

_ATTEMPTS = 5


class LibraryView:
    """What a search works on: vectors, terms, passages and documents of one commit.

    Passages are addressed by position, 0 to `len(table.keys) - 1`. `before` is an earlier view of
    the same library: what both hold is taken from there. With a `generation`, the vectors are those
    of that one, though another may be searched; what it lacks is not there.
    """

    identity: Identity
    """What tells this library from another one that was put in its place."""

    table: PassageTable
    _facts: tuple[int, Facts] | None
    _resting: NDArray[np.int64] | None = None

    def __init__(
        self, root: Path, before: "LibraryView | None" = None, generation: int | None = None
    ) -> None:
        self._generation = generation
        self._layout = LibraryLayout(root)
        self.manifest: Manifest = read_manifest(self._layout)
        if not self._layout.catalogue.exists():
            raise LibraryDamaged(
                f"{self._layout.catalogue} is missing: restore it from a snapshot, or delete "
                f"{root} and index the documents again"
            )
        if self.manifest.terms_version != TERMS_VERSION:
            raise LibraryDamaged(
                f"terms in {root} were cut by another Wenhai: run `wenhai doctor --repair`, it "
                "cuts them anew"
            )
        self._threads = threading.local()
        self._facts_lock = threading.Lock()
        self._open(before)

    def _open(self, before: "LibraryView | None") -> None:
        for attempt in range(_ATTEMPTS):
            try:
                with storage_errors(self._layout.root):
                    self._open_once(before)
            except FileNotFoundError as error:
                # a writer has just replaced the vectors that the catalogue named: look again
                if attempt == _ATTEMPTS - 1:
                    raise LibraryDamaged(
                        f"{error.filename} is missing: run `wenhai doctor --repair`"
                    ) from error
            else:
                return

    def _open_once(self, before: "LibraryView | None") -> None:
        self.identity = self._identity(before)
        with closing(open_readable(self._layout.catalogue)) as connection:
            connection.execute("BEGIN")
            catalogue = Catalogue(connection, self._layout.root)
            self.state = catalogue.state()
            self.model = self._model(connection)
            known = before if before is not None and self._follows(before) else None
            self.table = (
                known.table.next(catalogue, known.state.sequence)
                if known is not None
                else PassageTable.of(catalogue)
            )
            if self._resting is not None:
                self.table = self.table.in_generation(self._resting)
            self.copies: CopyGroups = catalogue.copy_groups()
        self._facts = known._facts if known is not None else None
        self._codes = self._newest_codes()
        self.vectors = self._vectors(known)
        self.terms = Terms(self._layout.terms)
        self._calibrated = _version(self._layout.calibration)
        fitted = read_calibration(self._layout.calibration)
        # cosines mean something else with another model
        ours = fitted is not None and fitted.model == self.model.fingerprint
        self.calibration = fitted if ours else None

    def _identity(self, before: "LibraryView | None") -> Identity:
        if before is not None and before.identity.names(self._layout.catalogue):
            return before.identity
        return Identity.of(self._layout.catalogue)

    def _model(self, connection: sqlite3.Connection) -> ModelCard:
        """Return the model of the vectors; the state is then that of their generation."""
        number = self._generation or self.state.generation
        chosen = generation(connection, number)
        if not chosen.active:
            self._resting = RestingVectors(self._layout, number, chosen.model.dimension).keys()
            self.state = replace(self.state, generation=number, vector_rows=len(self._resting))
        return chosen.model

    def _follows(self, before: "LibraryView") -> bool:
        """Say whether all that changed since that view is noted."""
        return (
            self.identity == before.identity
            and self.state.generation == before.state.generation
            and self.state.notes_since <= before.state.sequence <= self.state.sequence
        )

    def _vectors(self, known: "LibraryView | None") -> VectorIndex:
        path, rows = self._layout.vectors(self.state.generation), self.state.vector_rows
        file = VectorFile(path, self.model.dimension)
        if rows and not path.exists():
            raise FileNotFoundError(errno.ENOENT, "no vectors", str(path))
        if file.rows() < rows:
            raise LibraryDamaged(
                f"{path} holds {file.rows()} of {rows} vectors: run `wenhai doctor --repair`"
            )
        committed = Committed(file, rows, self._codes)
        return open_index(committed, self.table, known.vectors if known is not None else None)

    def _newest_codes(self) -> Path | None:
        """Return the codes of the vectors; those of a generation that rests have none."""
        resting = self._resting is not None
        return None if resting else newest_codes(self._layout, self.state.generation)

    def is_current(self) -> bool:
        """Say whether the library is still as this view has it: commit, terms, what is derived."""
        if not self.identity.names(self._layout.catalogue):
            return False
        if self._calibrated != _version(self._layout.calibration):
            return False
        if self._codes != self._newest_codes():
            return False
        return self.catalogue.state() == self.state and self.terms.sequence == self.state.sequence

    @cached_property
    def by_document(self) -> ByDocument:
        """Its positions by document."""
        return ByDocument(self.table.documents)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue over a connection of the calling thread's own."""
        found: Catalogue | None = getattr(self._threads, "catalogue", None)
        if found is None:
            found = Catalogue(open_readable(self._layout.catalogue), self._layout.root)
            self._threads.catalogue = found
        return found

    @property
    def facts(self) -> Facts:
        """The facts about all documents, of this commit or a later one: read when first needed.

        What the view before had read is brought up to date.
        """
        with self._facts_lock:
            if self._facts is None or self._facts[0] < self.state.sequence:
                self._facts = self._facts_after(self._facts)
            return self._facts[1]

    def _facts_after(self, known: tuple[int, Facts] | None) -> tuple[int, Facts]:
        """Return the last commit and the facts of it; `known` are those of an earlier one."""
        path = self._layout.catalogue
        with reading(path) as connection:
            connection.execute("BEGIN")
            catalogue = Catalogue(connection, self._layout.root)
            now = catalogue.state()
            if known is None or now.notes_since > known[0]:
                return now.sequence, Facts.of(catalogue.records())
            since, facts = known
            removed = catalogue.removed_documents_since(since)
            return now.sequence, facts.next(catalogue.records(since), removed)

    def passages_at(self, positions: Iterable[int]) -> dict[int, StoredPassage]:
        """Return the passages at these positions, those removed since then left out."""
        keys = {int(self.table.keys[position]): position for position in positions}
        return {keys[key]: found for key, found in self.catalogue.passages(keys).items()}

    def positions_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the positions of these passage keys, -1 for those that this view does not hold."""
        if len(self.table.keys) == 0:
            return np.full(len(keys), -1, np.int64)
        positions = np.searchsorted(self.table.keys, keys)
        positions = np.minimum(positions, len(self.table.keys) - 1)
        return np.where(self.table.keys[positions] == keys, positions, -1)

    def document(self, document_id: str) -> StoredDocument:
        """Return the document of that id; DocumentNotFound if there is none."""
        found = self.catalogue.document(document_id)
        if found is None:
            raise DocumentNotFound(
                f'no document "{document_id}" here: take an id from the hits of a search'
            )
        return found


def _version(file: Path) -> tuple[int, int] | None:
    """Return what tells this file from others of the same name, None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
