"""Libraries made of titles and texts, and what suggests out of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.types import Metadata, Page, SourceDocument
from indexer.parts import part_of
from models import Encoder
from search.asking.query import SearchRequest
from search.engine import Engine
from search.suggesting.suggester import Suggester, Suggestion
from store.writer import LibraryWriter


class Shelf:
    """A library that documents come to, and the suggester of an engine that follows it."""

    def __init__(self, root: Path, encoder: Encoder) -> None:
        self._root = root
        self._encoder = encoder
        with LibraryWriter(root, encoder.card):
            pass
        self.engine = Engine(root, encoder)
        self.suggester = Suggester(self.engine)

    def put(self, name: str, titles: Sequence[str], *texts: str) -> None:
        """Let a file of that name list these documents, each with all of the texts."""
        pages = tuple(Page(text) for text in texts)
        parts = [
            part_of(SourceDocument(f"{name}-{number}", Metadata(title), pages))
            for number, title in enumerate(titles)
        ]
        passages = list({passage.text for part in parts for passage in part.passages})
        vectors = self._encoder.encode_passages(passages) if passages else []
        with LibraryWriter(self._root, self._encoder.card) as writer, writer.turn() as turn:
            turn.add(f"/{name}", name, parts, dict(zip(passages, vectors, strict=True)))
        self.engine.follow()

    def remove(self, *document_ids: str) -> None:
        with LibraryWriter(self._root, self._encoder.card) as writer, writer.turn() as turn:
            for each in document_ids:
                assert turn.changes.remove_document(each)
        self.engine.follow()

    def answer(self, q: str) -> str:
        return self.engine.search(SearchRequest(q)).verdict.answer

    def suggest(self, q: str, limit: int = 8) -> list[Suggestion]:
        """Return what is suggested, once all has been read."""
        return list(self.suggester.suggest(q, limit, wait=True).suggestions)

    def texts(self, q: str, limit: int = 8) -> list[str]:
        return [each.text for each in self.suggest(q, limit)]


@pytest.fixture
def shelf(tmp_path: Path, encoder: Encoder) -> Shelf:
    """Return an empty library."""
    return Shelf(tmp_path / "library", encoder)


@pytest.fixture(scope="module")
def new_shelf(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Callable[[Sequence[str]], Shelf]:
    """Return what makes a library of titles."""

    def make(titles: Sequence[str]) -> Shelf:
        made = Shelf(tmp_path_factory.mktemp("shelf") / "library", encoder)
        made.put("titles", titles)
        return made

    return make
