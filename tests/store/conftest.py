"""A small library made of vectors that need no model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.types import Metadata, ModelCard, Passage, SourceDocument
from store.catalogue.parts import Part
from store.turn import Turn
from store.view import LibraryView
from store.writer import LibraryWriter

AXES = np.eye(4, dtype=np.float32)


class SmallLibrary:
    """Writes and reads one library; each passage's vector is the axis that it names."""

    card = ModelCard("test-model", 4, "query: ", "passage: ", "1")

    def __init__(self, root: Path) -> None:
        self.root = root

    def writer(self) -> LibraryWriter:
        return LibraryWriter(self.root, self.card, patience_seconds=0.1)

    def view(self) -> LibraryView:
        return LibraryView(self.root)

    def part(self, document_id: str, *texts: str, digest: str = "1") -> Part:
        cut = [Passage(document_id, 0, 0, None, "title")]
        cut += [Passage(text, 0, len(text), number) for number, text in enumerate(texts, 1)]
        source = SourceDocument(document_id, Metadata(document_id))
        return Part(source, "en", digest, False, cut)

    def add(self, file: str, *parts: Part, axis: int = 0) -> None:
        with self.writer() as writer, writer.turn() as turn:
            self.enter(turn, file, *parts, axis=axis)

    def enter(self, turn: Turn, file: str, *parts: Part, axis: int = 0) -> None:
        texts = turn.catalogue.unknown_texts(file, parts)
        turn.add(file, file, parts, dict.fromkeys(texts, AXES[axis]))

    def texts(self) -> list[str]:
        view = self.view()
        found = view.passages_at(range(len(view.table.keys)))
        return [each.passage.text for each in found.values() if each.passage.kind == "text"]


@pytest.fixture
def new_library(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], SmallLibrary]:
    """Return a function that gives another library each time, which is not there yet."""
    return lambda: SmallLibrary(tmp_path_factory.mktemp("new") / "library")


@pytest.fixture
def library(new_library: Callable[[], SmallLibrary]) -> SmallLibrary:
    """Return a library that is not there yet."""
    return new_library()
