"""Under a filter that keeps one document in a thousand, nothing is missed."""

from dataclasses import replace

import numpy as np
import pytest

from core.types import Metadata, Passage, SourceDocument
from search import words
from search.asking.query import MODES, SearchRequest
from search.documents import Ranking
from search.engine import Engine
from search.filtering.masks import passing
from search.recommending.centring import Centre
from search.retrieve import DEPTH, Candidates
from store.catalogue.parts import Part
from store.writer import LibraryWriter

COUNT = 12_000
RARE = "page_count = 7"
QUESTION = "checkpoint recovery"


def part(number: int) -> Part:
    # the longer a text, the less the word in it counts
    text = f"checkpoint {'of number ' * (1 + number % 37)}{number}"
    metadata = Metadata(f"{number}", page_count=number % 1000 + 1, language="en")
    passage = Passage(text, 0, len(text), 1, language="en")
    return Part(SourceDocument(f"d{number}", metadata), "en", "1", False, [passage])


@pytest.fixture(scope="module")
def engine(encoder, tmp_path_factory) -> Engine:
    """Return a library of documents that all hold the word, with vectors at random."""
    root = tmp_path_factory.mktemp("recall") / "library"
    parts = [part(number) for number in range(COUNT)]
    random = np.random.default_rng(1).normal(size=(COUNT, encoder.card.dimension))
    rows = (random / np.linalg.norm(random, axis=1, keepdims=True)).astype(np.float32)
    vectors = {each.passages[0].text: row for each, row in zip(parts, rows, strict=True)}
    with LibraryWriter(root, encoder.card) as writer, writer.turn() as turn:
        turn.add("all", "all", parts, vectors)
    return Engine(root, encoder)


def exact(engine: Engine, mode: str, filter_: str) -> Ranking:
    """Return the ranking of every document that passes, each one scored."""
    some = engine.rank(QUESTION, mode)
    everything = np.arange(len(engine.view.table.keys))
    whole = Ranking.of(
        some.retriever, some.question, Candidates(everything, everything[:0]), "fold"
    )
    kept = np.isin(whole.keys, passing(filter_, engine.view.facts))
    return replace(
        whole,
        keys=whole.keys[kept],
        best=whole.best.rows(np.flatnonzero(kept)),
        relevances=whole.relevances[kept],
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("asked_for_by_number", [0, 10_000])
def test_a_rare_filter_gives_what_exact_search_gives(
    engine, mode, asked_for_by_number, monkeypatch
):
    monkeypatch.setattr(words, "_ASKED_FOR_BY_NUMBER", asked_for_by_number)
    wanted = exact(engine, mode, RARE)
    request = SearchRequest(QUESTION, mode, limit=100, min_relevance=0, filter=RARE)
    page = engine.search(request)
    assert [hit.document.key for hit in page.hits] == wanted.keys.tolist()
    assert [hit.relevance for hit in page.hits] == wanted.relevances.tolist()
    assert (page.total.value, page.total.relation) == (COUNT // 1000, "eq")


@pytest.mark.parametrize("mode", MODES)
def test_a_filter_that_keeps_nothing_gives_nothing(engine, mode):
    page = engine.search(SearchRequest(QUESTION, mode, filter="page_count > 9999"))
    assert (page.verdict.answer, page.hits, page.nearest) == ("none", (), ())
    assert (page.total.value, page.total.relation) == (0, "eq")
    assert engine.similar("d3", filter_="page_count > 9999") == ()


@pytest.mark.parametrize("mode", MODES)
def test_a_filter_that_keeps_many_leaves_each_leg_as_many_as_without(engine, mode):
    half = "page_count <= 500"
    page = engine.search(SearchRequest(QUESTION, mode, min_relevance=0, filter=half))
    assert page.total.value >= DEPTH
    assert page.total.relation == "gte"
    best = exact(engine, mode, half)
    assert [hit.document.key for hit in page.hits] == best.keys[:10].tolist()
    assert [hit.relevance for hit in page.hits] == best.relevances[:10].tolist()


def test_similar_documents_are_looked_for_among_those_that_pass(engine):
    found = engine.similar("d3", 50, RARE)
    assert {each.document.metadata.page_count for each in found} == {7}
    assert len(found) == COUNT // 1000
    closeness = [each.reason.closeness for each in found]
    centre = Centre.of(engine.view)
    positions = np.flatnonzero(np.arange(COUNT) % 1000 == 6)
    cosines = centre.vectors(positions) @ centre.vectors(np.array([3]))[0]
    assert closeness == pytest.approx(np.sort(cosines)[::-1].tolist(), abs=1e-5)
