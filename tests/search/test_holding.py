"""What holds the words of a question answers, whatever the model makes of them."""

from pathlib import Path

import pytest

from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.asking.query import SearchRequest
from search.documents import ANSWERING_RELEVANCE
from search.engine import Engine
from store.writer import LibraryWriter

ABOUT_SHIPS = "The ship left the harbour at noon with a cargo of timber. "


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Engine:
    """Return an engine over forty pages on ships; one names zanzibar77, a few a lighthouse."""
    folder = tmp_path_factory.mktemp("shelf")
    for number in range(40):
        extra = "Its papers say zanzibar77." if number == 7 else f"It was voyage {number}."
        extra += " A lighthouse stood there." if number in (3, 4, 5) else ""
        (folder / f"{number}.md").write_text(f"# Log {number}\n\n{ABOUT_SHIPS * 9}{extra}\n")
    root: Path = folder / "library"
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])
    return Engine(root, encoder)


def found(engine: Engine, q: str, mode: str = "hybrid") -> list[str]:
    page = engine.search(SearchRequest(q, mode=mode, duplicates="all", limit=50))
    assert page.total.value == len(page.hits)
    return sorted(hit.document.metadata.title for hit in page.hits)


@pytest.mark.parametrize(
    "q", ["zanzibar77", '"zanzibar77"', "+zanzibar77", '"papers say zanzibar77"']
)
@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_what_stands_in_one_document_is_found_there_alone(shelf, q, mode):
    assert found(shelf, q, mode) == ["Log 7"]


def test_a_rare_word_is_among_what_answers(shelf):
    assert "Log 7" in found(shelf, "papers zanzibar77")


def test_the_commonest_word_of_a_library_is_in_all_of_it(shelf):
    assert len(found(shelf, "harbour")) == 40


def test_a_word_is_counted_where_it_stands(shelf):
    assert found(shelf, "lighthouse") == ["Log 3", "Log 4", "Log 5"]


@pytest.mark.parametrize("q", ["zanzibar78", '"zanzibar78"', "how do I cancel my gym membership"])
def test_what_stands_nowhere_is_answered_by_nothing(shelf, q):
    assert found(shelf, q) == []


def test_where_only_meaning_counts_words_do_not(shelf):
    best = shelf.rank("zanzibar77", "semantic").relevances.max()
    assert best < ANSWERING_RELEVANCE
