"""Every hit proves itself: by the words that were asked for, or by the sentence that means them."""

import pytest

from search.asking.query import SearchRequest
from search.engine import Engine


def kinds(engine, q: str, **more) -> list[set[str]]:
    page = engine.search(SearchRequest(q, limit=5, min_relevance=0, **more))
    return [{mark.kind for mark in hit.passages[0].highlights} for hit in page.hits]


def test_every_best_passage_has_a_mark_whatever_the_language(engine):
    for q in ("how does a parameter server survive a crash", "梯度消失怎么办", "怎么办"):
        assert all(kinds(engine, q))


def test_where_no_word_matches_a_whole_sentence_is_marked(engine):
    page = engine.search(SearchRequest("节点宕机以后参数怎么恢复", limit=20, min_relevance=0))
    english = [hit for hit in page.hits if hit.document.metadata.language == "en"]
    assert english
    for hit in english:
        best = hit.passages[0]
        meant = [mark for mark in best.highlights if mark.kind == "semantic"]
        assert all(mark.end - mark.start > 15 for mark in meant)
        assert len(meant) == 1


def test_where_the_words_match_no_sentence_is_marked(engine):
    assert kinds(engine, "参数服务器")[0] == {"keyword"}


def test_by_words_alone_nothing_is_marked_for_its_meaning(engine):
    assert set().union(*kinds(engine, "parameter server", mode="keyword")) == {"keyword"}


def test_by_meaning_alone_everything_is(engine):
    assert kinds(engine, "参数服务器", mode="semantic") == [{"semantic"}] * 5


def test_the_snippet_shows_the_marks_of_its_passages(engine):
    for q in ("参数服务器", "how does a parameter server survive a crash"):
        for hit in engine.search(SearchRequest(q, snippet_columns=2000)).hits:
            in_passages = [mark.kind for found in hit.passages for mark in found.highlights]
            in_snippet = [mark.kind for mark in hit.snippet.highlights]
            assert sorted(in_snippet) == sorted(in_passages)


class NoPassages:
    """The real encoder, for questions only."""

    def __init__(self, encoder):
        self.card = encoder.card
        self.encode_queries = encoder.encode_queries


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_who_wants_no_such_marks_pays_nothing_for_them(sample_library, encoder, mode):
    engine = Engine(sample_library, NoPassages(encoder))
    assert list(engine.rankings(["overfitting", "过拟合"], mode))
    assert engine.search(SearchRequest("过拟合", mode, semantic_marks=False, min_relevance=0)).hits
