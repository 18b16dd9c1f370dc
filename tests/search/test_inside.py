"""Which passages of one document answer, and what is marked in them?"""

import pytest

from core.errors import DocumentNotFound, InvalidQuery
from search.asking.query import SearchRequest

WEIBO = "weibo-online-learning"


def texts(engine, q: str, document: str = WEIBO, **more) -> list[str]:
    found = engine.search_inside(document, SearchRequest(q, **more))
    return [hit.passages[0].passage.text for hit in found.hits]


def keys(engine, document: str = WEIBO) -> list[int]:
    view = engine.view
    found = view.catalogue.passages_of(view.document(document).key)
    return [each.key for each in found if each.passage.kind == "text"]


def test_the_passage_that_answers_comes_first(engine):
    assert texts(engine, "节点宕机怎么恢复", min_relevance=0)[0].startswith("高可用靠 checkpoint")


def test_a_question_in_another_language_finds_it_among_the_first(engine):
    found = texts(engine, "how do nodes recover from a crash", min_relevance=0)[:2]
    assert any(each.startswith("高可用靠 checkpoint") for each in found)


def test_each_passage_is_a_hit_of_its_own_and_proves_itself(engine):
    found = engine.search_inside(WEIBO, SearchRequest("参数服务器", min_relevance=0))
    assert {hit.document.id for hit in found.hits} == {WEIBO}
    assert found.total.value == len(found.hits) == len(keys(engine))
    first = found.hits[0].snippet
    marked = [first.text[mark.start : mark.end] for mark in first.highlights]
    assert "参数服务器" in "".join(marked)


def test_every_sentence_that_means_it_is_marked_in_its_own_passage(engine):
    asked = SearchRequest("how do nodes recover from a crash", min_relevance=0)
    for hit in engine.search_inside(WEIBO, asked).hits:
        for mark in hit.passages[0].highlights:
            assert mark.end <= len(hit.passages[0].passage.text)
        if not any(mark.kind == "keyword" for mark in hit.passages[0].highlights):
            assert [mark.kind for mark in hit.passages[0].highlights] == ["semantic"]


def test_a_document_on_other_matters_does_not_answer(engine):
    found = engine.search_inside(WEIBO, SearchRequest("怎样清洗空调滤网"))
    assert found.verdict.answer == "none"
    assert found.hits == ()
    assert 0 < len(found.nearest) <= 3


def test_words_in_quotation_marks_have_to_be_there(engine):
    assert texts(engine, '"WeiPS"', min_relevance=0)
    assert texts(engine, '"no such words"', min_relevance=0) == []


def test_pages_of_passages_follow_one_another(engine):
    whole = texts(engine, "参数服务器", min_relevance=0)
    parts = [texts(engine, "参数服务器", min_relevance=0, limit=2, offset=at) for at in (0, 2)]
    assert [*parts[0], *parts[1]] == whole[:4]


def test_by_words_only_passages_with_a_word_are_found(engine):
    found = {
        mode: texts(engine, "参数服务器 分片", mode=mode, min_relevance=0)
        for mode in ("hybrid", "semantic", "keyword")
    }
    assert len(found["hybrid"]) == len(found["semantic"]) == len(keys(engine))
    assert 0 < len(found["keyword"]) < len(keys(engine))
    assert all("参数" in text or "分片" in text for text in found["keyword"])


def test_what_cannot_be_asked_is_refused(engine):
    with pytest.raises(InvalidQuery):
        texts(engine, "?")
    with pytest.raises(DocumentNotFound):
        texts(engine, "参数服务器", "nothing")
    with pytest.raises(DocumentNotFound):
        texts(engine, "参数服务器", within="file_type = epub")


def test_only_the_chosen_passage_is_looked_through_for_its_meaning(engine):
    asked, every = SearchRequest("how do nodes recover from a crash"), keys(engine)
    marks = engine.marks_inside(WEIBO, asked, every, every[4])
    assert list(marks) == every
    semantic = [key for key, found in marks.items() if any(m.kind == "semantic" for m in found)]
    assert semantic == [every[4]]


def test_passages_that_are_gone_have_no_marks(engine):
    assert engine.marks_inside(WEIBO, SearchRequest("参数"), [10**9], 10**9) == {}


def test_who_may_see_only_some_documents_is_not_told_words_of_others(engine):
    asked = {"q": "parametr servr", "min_relevance": 0}
    assert engine.search_inside(WEIBO, SearchRequest(**asked)).corrected
    some = SearchRequest(**asked, within="language = zh")
    assert engine.search_inside(WEIBO, some).corrected is None
