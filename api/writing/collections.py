"""Several libraries under one server: made, listed, dropped, and opened when first asked."""

import secrets
import shutil
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from api.writing.library import Library
from core.errors import CollectionNotEmpty, CollectionNotFound, InvalidSetting, LibraryError
from search.engine import Engine
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_readable
from store.failures import storage_errors
from store.layout import LibraryLayout
from store.tasks.tasks import TaskStore
from store.writer import LibraryWriter

EngineOpener = Callable[[Path], Engine]
"""Opens the library in a folder, with the model that it is of."""


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """What is known of a collection without opening it."""

    name: str
    documents: int


@dataclass(frozen=True, slots=True)
class _Opened:
    library: Library
    app: ASGIApp


class Collections:
    """The collections beside a library; `build` makes the application of each."""

    def __init__(
        self, beside: Library, open_engine: EngineOpener, build: Callable[[Library], ASGIApp]
    ) -> None:
        self._beside = beside
        self._open_engine = open_engine
        self._build = build
        self._opened: dict[str, _Opened] = {}
        self._lock = threading.Lock()

    def facts(self) -> list[CollectionFacts]:
        """Return every collection, by name."""
        return [self.facts_of(name) for name in self._layout.collection_names()]

    def facts_of(self, name: str) -> CollectionFacts:
        """Return what is known of the collection; CollectionNotFound if there is none."""
        layout = self._there(name)
        with (
            storage_errors(layout.root),
            closing(open_readable(layout.catalogue)) as connection,
        ):
            counts = Catalogue(connection, layout.root).counts()
        return CollectionFacts(name, counts["documents"])

    def create(self, name: str) -> bool:
        """Make an empty collection of that name; False if there is one already."""
        layout = LibraryLayout(self._layout.collection(name))
        with self._lock:
            new = not layout.manifest.exists()
            if new:
                with LibraryWriter(layout.root, self._beside.engine.encoder.card):
                    pass
        return new

    def drop(self, name: str, *, force: bool) -> None:
        """Delete the collection for good; CollectionNotEmpty unless it is empty or forced."""
        found = self.facts_of(name)
        layout = LibraryLayout(self._layout.collection(name))
        if not force and (found.documents or TaskStore(layout).something_waits()):
            raise CollectionNotEmpty(
                f'collection "{name}" holds {found.documents:,} documents or tasks under way: '
                "delete them first, or ask with force=true"
            )
        with self._lock, storage_errors(layout.root):
            if (opened := self._opened.pop(name, None)) is not None:
                opened.library.worker.stop()
            gone = layout.root.with_name(f".{name}-{secrets.token_hex(4)}")
            layout.root.rename(gone)
            shutil.rmtree(gone)

    def application(self, name: str) -> ASGIApp:
        """Return what answers for the collection, opened if need be; CollectionNotFound."""
        layout = self._there(name)
        with self._lock:
            if name not in self._opened:
                engine, prefix = self._open_engine(layout.root), f"/v1/collections/{name}"
                library = Library(engine, self._beside.closing, prefix)
                library.worker.start()
                self._opened[name] = _Opened(library, self._build(library))
            return self._opened[name].app

    def resume(self) -> None:
        """Open the collections with tasks that a stop has interrupted."""
        for name in self._layout.collection_names():
            with suppress(LibraryError):
                if TaskStore(LibraryLayout(self._layout.collection(name))).something_waits():
                    self.application(name)

    def stop(self) -> None:
        """End all work after the turns under way."""
        with self._lock:
            for opened in self._opened.values():
                opened.library.worker.stop()
            self._opened.clear()

    @property
    def _layout(self) -> LibraryLayout:
        return self._beside.layout

    def _there(self, name: str) -> LibraryLayout:
        try:
            layout = LibraryLayout(self._layout.collection(name))
        except InvalidSetting as error:
            raise CollectionNotFound(str(error)) from None
        if not layout.manifest.exists():
            self._opened.pop(name, None)
            raise CollectionNotFound(
                f'no collection "{name}" here: /v1/collections lists those that there are, PUT '
                "makes one"
            )
        return layout
