"""Libraries of a few texts."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.types import Metadata, Page, SourceDocument
from indexer.parts import part_of
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter
from text.folding import fold

Library = Callable[[Mapping[str, str]], Engine]
LegsBring = Callable[[int], None]


@pytest.fixture
def legs_bring(monkeypatch: pytest.MonkeyPatch) -> LegsBring:
    """Return what lets each leg bring no more passages than that."""

    def limit(count: int) -> None:
        monkeypatch.setattr("search.retrieve.DEPTH", count)
        monkeypatch.setattr("search.retrieve.WORDS_BESIDE_MEANING", count)

    return limit


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """Return what makes a library of texts, each a document of that id."""

    def build(texts: Mapping[str, str]) -> Engine:
        root: Path = tmp_path_factory.mktemp("texts") / "library"
        sources = [
            SourceDocument(name, Metadata(f"《{name}》"), (Page(text),))
            for name, text in texts.items()
        ]
        parts = [part_of(source) for source in sources]
        said = [each.text for part in parts for each in part.passages]
        vectors = encoder.encode_passages([fold(each).text for each in said])
        with LibraryWriter(root, encoder.card) as writer, writer.turn() as turn:
            turn.add("texts", "texts", parts, dict(zip(said, vectors, strict=True)))
        return Engine(root, encoder)

    return build
