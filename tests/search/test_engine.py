"""Answers over the sample corpus: the right documents, the right page, honest numbers."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from core.errors import DocumentNotFound, InvalidQuery
from search.asking.query import SearchRequest

JUDGEMENTS = Path(__file__).parents[2] / "data" / "judgements"


def ids(engine, q: str, **more) -> list[str]:
    return [hit.document.id for hit in engine.search(SearchRequest(q, **more)).hits]


def relevant_documents() -> dict[str, set[str]]:
    found = defaultdict(set)
    for line in (JUDGEMENTS / "qrels.trec").read_text().splitlines():
        query, _, document, _ = line.split()
        found[query].add(document)
    return found


@pytest.mark.parametrize("q", ["参数服务器", "parameter server", "參數伺服器"])
def test_parameter_servers_come_first_in_every_language_and_script(engine, q):
    judged = relevant_documents()["q001"]
    assert set(ids(engine, q)[:3]) <= judged


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("參數服務器", "参数服务器"),
        ("Ｐａｒａｍｅｔｅｒ ｓｅｒｖｅｒ", "parameter server"),
        ("⽬标检测", "目标检测"),
    ],
)
def test_spellings_of_one_query_give_the_same_answer(engine, spelling, other):
    first, second = (engine.search(SearchRequest(each)) for each in (spelling, other))
    assert [hit.document.id for hit in first.hits] == [hit.document.id for hit in second.hits]
    assert first.total == second.total


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_nearly_every_judged_query_has_a_relevant_document_among_its_first_five(engine, mode):
    queries = {}
    for line in (JUDGEMENTS / "queries.jsonl").read_text().splitlines():
        queries[json.loads(line)["_id"]] = json.loads(line)["text"]
    judged = relevant_documents()
    asked = {"limit": 5, "min_relevance": 0, "mode": mode, "semantic_marks": False}
    found = [
        bool(documents & set(ids(engine, queries[query], **asked)))
        for query, documents in judged.items()
    ]
    least = {"hybrid": 0.97, "semantic": 0.95, "keyword": 0.6}[mode]
    assert sum(found) / len(found) >= least


def test_pages_follow_one_another_without_overlap_up_to_the_total(engine):
    total = engine.search(SearchRequest("机器学习")).total.value
    pages = [ids(engine, "机器学习", limit=3, offset=start) for start in range(0, total + 3, 3)]
    everything = [each for page in pages for each in page]
    assert len(everything) == len(set(everything)) == total
    assert pages[-1] == [] or total % 3


def test_a_passage_knows_its_page_and_its_marks_stand_on_its_text(engine):
    best = engine.search(SearchRequest("参数服务器")).hits[0].passages[0]
    marked = {best.passage.text[each.start : each.end] for each in best.highlights}
    assert best.passage.page
    assert any("参数" in each for each in marked)


def test_a_question_that_is_asked_again_is_not_answered_twice(engine):
    first = engine.search(SearchRequest("什么是在线学习"))
    again = engine.search(SearchRequest("什么是在线学习"))
    assert again.hits is first.hits
    assert engine.search(SearchRequest("什么是在线学习", limit=3)).hits == first.hits[:3]


def test_what_nothing_answers_is_said_and_the_nearest_are_shown(engine):
    page = engine.search(SearchRequest("qwzx 8812 blorptastic"))
    assert (page.verdict.answer, page.hits, page.total.value) == ("none", (), 0)
    assert 0 < len(page.nearest) <= 3


def test_similar_documents_share_the_matter_and_leave_out_the_document_itself(engine):
    similar = engine.similar("parameter-server-architecture", limit=5)
    found = [each.document.id for each in similar]
    assert "parameter-server-architecture" not in found
    assert {"stale-gradients-async-sgd", "allreduce-vs-parameter-server-zh"} <= set(found)
    assert [each.similarity for each in similar] == sorted(
        (each.similarity for each in similar), reverse=True
    )


def test_a_document_that_is_not_there_is_named(engine):
    with pytest.raises(DocumentNotFound, match='"no-such"'):
        engine.similar("no-such")


@pytest.mark.parametrize("q", ["", "   ", "\u200b", "\x00\ud800"])
def test_a_query_that_says_nothing_is_refused(engine, q):
    with pytest.raises(InvalidQuery, match="q is empty"):
        engine.search(SearchRequest(q))


@pytest.mark.parametrize("q", ["?!。", "+", '""', "（ ）", "^_^"])
def test_a_query_of_signs_alone_is_refused(engine, q):
    with pytest.raises(InvalidQuery, match="q holds nothing but signs"):
        engine.search(SearchRequest(q, min_relevance=0))


@pytest.mark.parametrize(
    "q", ["🙂", "∑", "a" * 2000, "的", "\ud800 参数", "DROP TABLE; --", "\u202eabc"]
)
def test_odd_queries_are_answered_without_harm(engine, q):
    page = engine.search(SearchRequest(q, min_relevance=0))
    assert len(page.hits) == 10
