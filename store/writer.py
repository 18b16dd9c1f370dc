"""The one process that changes a library: adds, replaces, removes, and commits all or nothing."""

import shutil
import sqlite3
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
from filelock import FileLock, Timeout

from core.errors import LibraryBusy, LibraryDamaged, LibraryNotFound, StorageFailed
from core.types import ModelCard
from store.catalogue import Catalogue
from store.changes import Changes, Part
from store.failures import storage_errors
from store.layout import LibraryLayout
from store.manifest import Manifest, read_manifest
from store.schema import open_writable
from store.term_writer import TermWriter
from store.vectors import VectorFile, Vectors
from text.terms import TERMS_VERSION

_ROWS_WORTH_A_REWRITE = 1000


class LibraryWriter:
    """Holds the library's write lock; a context manager.

    Nothing is visible to readers before `commit`, and what was committed survives a kill at any
    moment: the catalogue commits last of what is truth (vectors lie behind it already), the terms
    are brought up to it afterwards and again when the library is next opened to write.
    """

    def __init__(self, root: Path, model: ModelCard) -> None:
        self._layout = LibraryLayout(root)
        self._model = model
        self._lock = FileLock(self._layout.writer_lock)

    def __enter__(self) -> "LibraryWriter":
        self._make_folder()
        with storage_errors(self._layout.root):
            self._take_lock()
            try:
                self._open()
            except BaseException:
                self._lock.release()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with storage_errors(self._layout.root):
            try:
                self.changes.rollback()
                self._terms.close()
                self._connection.close()
            finally:
                self._lock.release()
            if isinstance(error, sqlite3.Error):
                raise error

    def _make_folder(self) -> None:
        root = self._layout.root
        try:
            root.mkdir(parents=True, exist_ok=True)
            foreign = {each.name for each in root.iterdir()} - {self._layout.writer_lock.name}
        except OSError as error:
            raise StorageFailed(
                f"cannot make a library in {root} ({error.strerror}): name another folder with "
                "--library"
            ) from error
        if foreign and not self._layout.manifest.exists() and not self._layout.catalogue.exists():
            raise LibraryNotFound(
                f"{root} holds other files and no library: name another folder with --library"
            )

    def _take_lock(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise LibraryBusy(
                f"another process is writing to {self._layout.root}: wait until it has finished"
            ) from None

    def _open(self) -> None:
        manifest = self._own_manifest()
        self._refuse_lost_catalogue()
        self._connection = open_writable(self._layout.catalogue)
        self._catalogue = Catalogue(self._connection)
        self.changes = Changes(self._connection)
        self._state = self._catalogue.state()
        self._vectors = self._committed_vectors()
        self._terms = self._current_terms(manifest)
        self._begin()

    def _current_terms(self, manifest: Manifest) -> TermWriter:
        """Return the terms, brought up to the catalogue; those of another version cut anew."""
        outdated = manifest.terms_version != TERMS_VERSION
        if outdated:
            shutil.rmtree(self._layout.terms, ignore_errors=True)
        terms = TermWriter(self._layout.terms)
        terms.catch_up(self._catalogue)
        if outdated:
            replace(manifest, terms_version=TERMS_VERSION).write(self._layout)
        return terms

    def _own_manifest(self) -> Manifest:
        """Return the manifest of the library, a new one where there is no library yet."""
        try:
            manifest = read_manifest(self._layout)
        except LibraryNotFound:
            if self._layout.catalogue.exists():
                raise LibraryDamaged(
                    f"{self._layout.manifest} is missing: restore it from a copy, or delete "
                    f"{self._layout.root} and index the documents again"
                ) from None
            manifest = Manifest(self._model)
            manifest.write(self._layout)
        manifest.require_model(self._model)
        return manifest

    def _refuse_lost_catalogue(self) -> None:
        """Raise LibraryDamaged where vectors are left of a catalogue that is gone or empty."""
        catalogue = self._layout.catalogue
        lost = not catalogue.exists() or catalogue.stat().st_size == 0
        if lost and any(each.stat().st_size for each in self._layout.all_vectors()):
            raise LibraryDamaged(
                f"{catalogue} is missing or empty: restore it from a copy, or delete "
                f"{self._layout.root} and index the documents again"
            )

    def _committed_vectors(self) -> VectorFile:
        """Return the vector file in use, without what an interrupted run left in it or beside."""
        vectors = self._vector_file(self._state.generation)
        if vectors.rows() < self._state.vector_rows:
            raise LibraryDamaged(
                f"{vectors.path} holds {vectors.rows()} of {self._state.vector_rows} vectors: "
                f"restore it from a copy, or delete {self._layout.root} and index again"
            )
        vectors.truncate(self._state.vector_rows)
        for other in self._layout.all_vectors():
            if other != vectors.path:
                other.unlink()
        return vectors

    def _vector_file(self, generation: int) -> VectorFile:
        return VectorFile(self._layout.vectors(generation), self._model.dimension)

    def _begin(self) -> None:
        self.changes.begin()
        self._pending = replace(self._state, sequence=self._state.sequence + 1)
        self._changes_before = self._connection.total_changes

    def add(self, file: int, parts: Sequence[Part], vectors: Vectors) -> None:
        """Enter what a file says, replacing what it said before about the same documents.

        `vectors` has one row for each passage of each part, in their order.
        """
        with storage_errors(self._layout.root):
            known = self.changes.document_ids(file)
            for part in parts:
                if part.document.id in known:
                    self.changes.remove_part(file, part.document.id, self._pending.sequence)
                self.changes.add_part(file, part, self._pending.vector_rows, self._pending.sequence)
                rows = self._pending.vector_rows + len(part.passages)
                self._pending = replace(self._pending, vector_rows=rows)
            self._vectors.append(vectors)

    def keep_only(self, file: int, document_ids: Collection[str]) -> None:
        """Take out what the file said about other documents than these."""
        with storage_errors(self._layout.root):
            for document_id in self.changes.document_ids(file).difference(document_ids):
                self.changes.remove_part(file, document_id, self._pending.sequence)

    def remove_file(self, file: int) -> None:
        """Take out the file with all that only it says."""
        with storage_errors(self._layout.root):
            self.changes.remove_file(file, self._pending.sequence)

    def copies_among(self, document_ids: AbstractSet[str]) -> int:
        """Return how many of these documents are copies of another, as of the last commit."""
        return len(self._catalogue.copies() & document_ids)

    def commit(self) -> None:
        """Make all changes since the last commit durable and visible, or raise and make none."""
        if self._connection.total_changes == self._changes_before:
            return
        with storage_errors(self._layout.root):
            self._vectors.flush()
            self.changes.forget_removed(self._terms.sequence())
            self.changes.commit(self._pending)
            self._state = self._pending
            self._terms.catch_up(self._catalogue)
            self._begin()

    def compact(self) -> None:
        """Write the vectors anew without the rows of removed passages, where that is worth it."""
        live = self._catalogue.counts()["passages"]
        if self._state.vector_rows - live < live + _ROWS_WORTH_A_REWRITE:
            return
        with storage_errors(self._layout.root):
            generation = self._state.generation + 1
            stored = self._vectors.read()
            rows = self.changes.renumber_rows()
            compacted = self._vector_file(generation)
            compacted.truncate(0)
            for start in range(0, len(rows), _ROWS_WORTH_A_REWRITE):
                block = rows[start : start + _ROWS_WORTH_A_REWRITE]
                compacted.append(stored[block].astype(np.float32))
            self._vectors = compacted
            self._pending = replace(self._pending, generation=generation, vector_rows=live)
            self.commit()
            self._committed_vectors()
