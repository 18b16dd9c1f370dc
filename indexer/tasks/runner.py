"""Tasks are worked through: waiting items → parts → vectors → one turn that records results too."""

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryError, ModelUnavailable
from indexer.embedding import embedded
from indexer.tasks.planning import ItemRefused, Planned, planned
from indexer.tasks.uploads import drop_from_disk, forget_if_unused, index_upload
from models.encoder import Encoder
from store.catalogue.etags import etag, fulfilled
from store.catalogue.parts import API_FILE, Part
from store.catalogue.reading import Catalogue, StoredDocument
from store.catalogue.schema import open_readable
from store.layout import LibraryLayout
from store.tasks.progress import ItemResult, WaitingItem, record, still_waiting, waiting_items
from store.tasks.tasks import TaskStore
from store.tasks.types import Outcome
from store.turn import TextVectors, Turn
from store.writer import LibraryWriter

_TEXTS_A_TURN = 256
_ITEMS_A_TURN = 1000
_LABEL = "api"


class TaskRunner:
    """Works through the tasks of one library; `committed` is called after each turn."""

    def __init__(self, root: Path, encoder: Encoder, committed: Callable[[], None]) -> None:
        self._layout = LibraryLayout(root)
        self._tasks = TaskStore(self._layout)
        self._encoder = encoder
        self._committed = committed

    def run(self, stopping: threading.Event) -> None:
        """Do what waits until nothing does, or until it is to stop."""
        with (
            LibraryWriter(self._layout.root, self._encoder.card) as writer,
            closing(open_readable(self._layout.catalogue)) as reading,
        ):
            while not stopping.is_set() and (block := self._next_block(reading)):
                self._tasks.start({each.item.task for each in block})
                if block[0].item.action == "upload":
                    index_upload(writer, self._encoder, block[0].item, self._layout.root)
                    self._committed()
                else:
                    self._work(writer, block, _GivenUp(stopping, reading, block))
            if not stopping.is_set() and _wastes_rows(writer.catalogue):
                with writer.turn() as turn:
                    turn.compact()
                self._committed()

    def _next_block(self, reading: sqlite3.Connection) -> list[Planned]:
        """Return what is done in the next turn: an upload, or items of different documents."""
        catalogue = Catalogue(reading, self._layout.root)
        block: list[Planned] = []
        documents: set[str | None] = set()
        new_texts = 0
        for item in waiting_items(reading):
            plan = planned(item, catalogue)
            again = plan.refusal is None and item.document in documents
            if block and (again or item.action == "upload"):
                break
            block.append(plan)
            if plan.refusal is None:
                documents.add(item.document)
            if plan.part is not None:
                new_texts += len(catalogue.unknown_texts(API_FILE, [plan.part]))
            full = new_texts >= _TEXTS_A_TURN or len(block) == _ITEMS_A_TURN
            if item.action == "upload" or full:
                break
        return block

    def _work(
        self, writer: LibraryWriter, block: Sequence[Planned], given_up: Callable[[], bool]
    ) -> None:
        """Do the items in one turn; if that fails unexpectedly, each in a turn of its own."""
        started = time.monotonic()
        try:
            vectors = self._embed(writer.catalogue, block, given_up)
            if vectors is None:
                return
            self._commit(writer, block, vectors, started)
        except (LibraryError, ModelUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - one broken item never stops a batch
            if len(block) > 1:
                for each in block:
                    self._work(writer, [each], given_up)
                return
            refusal = ItemRefused("internal_error", f"unexpected {type(error).__name__}: {error}")
            self._commit(writer, [Planned(block[0].item, refusal=refusal)], {}, started)
        self._committed()

    def _embed(
        self, catalogue: Catalogue, block: Sequence[Planned], given_up: Callable[[], bool]
    ) -> TextVectors | None:
        """Return the vectors of what is new, None where nobody waits for them any more."""
        parts = [each.part for each in block if each.part is not None]
        texts = catalogue.unknown_texts(API_FILE, parts)
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(texts), _TEXTS_A_TURN):
            if start and given_up():
                return None
            some = texts[start : start + _TEXTS_A_TURN]
            vectors |= embedded(self._encoder, some)
        return vectors

    def _commit(
        self,
        writer: LibraryWriter,
        block: Sequence[Planned],
        vectors: TextVectors,
        started: float,
    ) -> None:
        with writer.turn() as turn:
            waiting = still_waiting(turn.connection, [each.item for each in block])
            applied = _Applied(turn, vectors)
            for each in block:
                if each.item.key in waiting:
                    applied.do(each)
            record(turn.connection, applied.results, time.monotonic() - started)
        drop_from_disk(self._layout.root, applied.unused_uploads)


class _GivenUp:
    """Says, when called, whether the work on a block is for nothing: stopped, or all cancelled."""

    def __init__(
        self, stopping: threading.Event, reading: sqlite3.Connection, block: Sequence[Planned]
    ) -> None:
        self._stopping = stopping
        self._reading = reading
        self._items = [each.item for each in block]

    def __call__(self) -> bool:
        return self._stopping.is_set() or not still_waiting(self._reading, self._items)


class _Applied:
    """What the items of a turn did: their results, and files that nothing speaks of any more."""

    def __init__(self, turn: Turn, vectors: TextVectors) -> None:
        self._turn = turn
        self._vectors = vectors
        self.results: list[ItemResult] = []
        self.unused_uploads: list[str] = []

    def do(self, plan: Planned) -> None:
        """Do one item; where others changed the document since it was planned, it waits on."""
        item = plan.item
        try:
            if plan.refusal is not None:
                raise plan.refusal
            document = self._turn.catalogue.document(item.document or "")
            if not fulfilled(item.condition, document):
                raise ItemRefused("precondition_failed", _not_as_asked(document))
            if plan.part is None:
                outcome: Outcome | None = self._deleted(document)
            else:
                outcome = self._said(item, plan.part, document)
        except ItemRefused as refusal:
            self.results.append(ItemResult(item, None, refusal.code, refusal.reason))
        else:
            if outcome is not None:
                self.results.append(ItemResult(item, outcome))

    def _deleted(self, document: StoredDocument | None) -> Outcome:
        if document is None:
            raise ItemRefused("document_not_found", "no document of that id is here")
        sources = self._turn.catalogue.sources(document.id)
        self._turn.changes.remove_document(document.id)
        self._forget_unused(sources)
        return "deleted"

    def _said(
        self, item: WaitingItem, part: Part, document: StoredDocument | None
    ) -> Outcome | None:
        catalogue = self._turn.catalogue
        before = catalogue.stated_part(API_FILE, part.document.id)
        if item.action == "patch" and planned(item, catalogue).part != part:
            return None
        if not self._vectors.keys() >= set(catalogue.unknown_texts(API_FILE, [part])):
            return None
        sources = catalogue.sources(part.document.id)
        sources.pop(API_FILE, None)
        replaced = sources if item.action == "put" else {}
        if before is not None and before.digest == part.digest and not replaced:
            return "unchanged"
        self._turn.add(API_FILE, _LABEL, [part], self._vectors)
        for file in replaced.values():
            self._turn.changes.remove_part(file, part.document.id)
        self._forget_unused(replaced)
        return "updated" if document else "created"

    def _forget_unused(self, sources: Mapping[str, int]) -> None:
        for path, file in sources.items():
            self.unused_uploads += forget_if_unused(self._turn, path, file)


def _not_as_asked(document: StoredDocument | None) -> str:
    if document is None:
        return "no document of that id is here any more: look, and send it again"
    return f"the document is {etag(document)} now: read it again, and send what is to become of it"


def _wastes_rows(catalogue: Catalogue) -> bool:
    """Say whether a rewrite of the vectors may be worth it: the turn decides."""
    return catalogue.state().vector_rows > 2 * catalogue.counts()["passages"]
