"""Who changes a library: any process, one at a time, in turns that commit all or nothing."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from core.errors import LibraryDamaged, LibraryNotFound, StorageFailed
from core.types import ModelCard
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_readable, open_writable
from store.derived.term_writer import bring_up_to_date
from store.derived.vectors import VectorFile
from store.generations import enter_generation, require_model
from store.layout import LibraryLayout
from store.lock import PATIENCE_SECONDS, write_lock
from store.manifest import Manifest, read_manifest
from store.nearest.keeping import keep_codes
from store.turn import Turn


class LibraryWriter:
    """Changes the library in `root`, which is made where none is; a context manager.

    Whoever has a turn holds the write lock; between turns other processes have theirs. Nothing is
    visible to readers before a turn ends, and what was committed survives a kill at any moment: the
    catalogue commits last of what is truth (vectors lie behind it already), the terms are brought
    up to it afterwards and again in the next turn.
    """

    def __init__(
        self, root: Path, model: ModelCard, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._layout = LibraryLayout(root)
        self._model = model
        self._patience = patience_seconds

    def __enter__(self) -> "LibraryWriter":
        self._make_folder()
        with self._locked():
            self._make_library()
        self._reading = open_readable(self._layout.catalogue)
        return self

    def __exit__(self, *_: object) -> None:
        self._reading.close()

    @property
    def catalogue(self) -> Catalogue:
        """What the last turn of anybody left, to be read between turns."""
        return Catalogue(self._reading, self._layout.root)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Hold the lock, and commit what was changed in the block unless it raises.

        LibraryBusy if others hold it for longer than this writer's patience.
        """
        with self._locked(), closing(open_writable(self._layout.catalogue)) as connection:
            catalogue = Catalogue(connection, self._layout.root)
            turn = Turn(self._layout, connection, self._vectors(catalogue))
            try:
                yield turn
                turn.commit()
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            bring_up_to_date(self._layout, catalogue)
            turn.tidy()

    def keep_codes(self) -> None:
        """Bring the codes of a large library up to date, where that is worth it; between turns."""
        keep_codes(self._layout)

    def _locked(self) -> AbstractContextManager[None]:
        return write_lock(self._layout, self._patience)

    def _make_folder(self) -> None:
        root = self._layout.root
        try:
            root.mkdir(parents=True, exist_ok=True)
            own = {self._layout.writer_lock.name, self._layout.collections.name}
            foreign = {each.name for each in root.iterdir()} - own
        except OSError as error:
            raise StorageFailed(
                f"cannot make a library in {root} ({error.strerror}): name another folder with "
                "--library"
            ) from error
        if foreign and not self._layout.manifest.exists() and not self._layout.catalogue.exists():
            raise LibraryNotFound(
                f"{root} holds other files and no library: name another folder with --library"
            )

    def _make_library(self) -> None:
        """Make what is missing of a library; raise where it is another one's or damaged.

        The manifest comes last: where there is none, there is no library yet.
        """
        manifest = self._known_manifest()
        self._refuse_lost_catalogue()
        with closing(open_writable(self._layout.catalogue)) as connection:
            catalogue = Catalogue(connection, self._layout.root)
            if not catalogue.generations():
                enter_generation(connection, catalogue.state().generation, self._model, active=True)
            self._vectors(catalogue)
            if manifest != Manifest():
                # terms of another version, or nobody knows of which
                shutil.rmtree(self._layout.terms, ignore_errors=True)
            bring_up_to_date(self._layout, catalogue)
            if manifest != Manifest():
                Manifest().write(self._layout)

    def _known_manifest(self) -> Manifest | None:
        try:
            return read_manifest(self._layout)
        except LibraryNotFound:
            return None

    def _refuse_lost_catalogue(self) -> None:
        """Raise LibraryDamaged where vectors are left of a catalogue that is gone or empty."""
        catalogue = self._layout.catalogue
        lost = not catalogue.exists() or catalogue.stat().st_size == 0
        if lost and any(each.stat().st_size for each in self._layout.all_vectors()):
            raise LibraryDamaged(
                f"{catalogue} is missing or empty: restore it from a snapshot, or delete "
                f"{self._layout.root} and index the documents again"
            )

    def _vectors(self, catalogue: Catalogue) -> VectorFile:
        """Return the vector file in use, without what an interrupted turn left in it or beside."""
        state = catalogue.state()
        own = catalogue.model(state.generation)
        if own is None:
            raise LibraryDamaged(
                f"{self._layout.catalogue} names no generation {state.generation}: restore it "
                "from a snapshot"
            )
        require_model(own, self._model)
        vectors = VectorFile(self._layout.vectors(state.generation), own.dimension)
        if vectors.rows() < state.vector_rows:
            raise LibraryDamaged(
                f"{vectors.path} holds {vectors.rows()} of {state.vector_rows} vectors: run "
                "`wenhai doctor --repair`"
            )
        vectors.truncate(state.vector_rows)
        self._drop_files_of_nobody(catalogue)
        return vectors

    def _drop_files_of_nobody(self, catalogue: Catalogue) -> None:
        numbers = catalogue.generations()
        known = {*map(self._layout.vectors, numbers), *map(self._layout.vector_keys, numbers)}
        known.discard(self._layout.vector_keys(catalogue.state().generation))
        layout = self._layout
        known.update(layout.codes_of(catalogue.state().generation)[-1:])
        for path in [*layout.all_vectors(), *layout.all_vector_keys(), *layout.all_codes()]:
            if path not in known:
                path.unlink()
