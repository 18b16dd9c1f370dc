"""Chinese done right, by the judged sets in data/judgements: spellings, homophones, rare words."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from search.asking.query import SearchRequest
from search.documents import Ranking
from search.verdict import ANSWERING_RELEVANCE

JUDGEMENTS = Path(__file__).parents[2] / "data" / "judgements"
EVERY_DOCUMENT = 1000

Rank = Callable[..., Ranking]


@pytest.fixture(scope="module")
def rank(engine) -> Rank:
    """Return a function that ranks each query once in each mode."""
    return cache(lambda q, mode="hybrid": engine.rank(q, mode))


def judged(name: str) -> list[Any]:
    text = (JUDGEMENTS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def spellings() -> list[Any]:
    groups = [each["spellings"] for each in judged("spellings.jsonl")]
    return [pytest.param(group, id=group[0]) for group in groups]


def homophones() -> list[Any]:
    return [
        pytest.param(each, id=f"{each['query']}-{each['homophone']}")
        for each in judged("homophones.jsonl")
    ]


def rare_words() -> list[tuple[str, str]]:
    rare = {each["_id"]: each["text"] for each in judged("queries.jsonl") if each["kind"] == "rare"}
    lines = (JUDGEMENTS / "qrels.trec").read_text().splitlines()
    return [
        (rare[query], document) for query, _, document, _ in map(str.split, lines) if query in rare
    ]


@pytest.mark.parametrize("group", spellings())
def test_spellings_of_one_query_give_the_same_ranking(rank, group):
    first, *others = (rank(spelling) for spelling in group)
    for other in others:
        assert other.ids(EVERY_DOCUMENT) == first.ids(EVERY_DOCUMENT)
        assert other.relevances == pytest.approx(first.relevances, abs=1e-6)


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_everyday_questions_with_english_names_have_no_answer_in_english_texts(engine, mode):
    questions = (JUDGEMENTS / "unanswerable-names.txt").read_text(encoding="utf-8").splitlines()
    best = [ranking.relevances.max() for ranking in engine.rankings(questions, mode)]
    assert len(best) == 30
    assert sum(each >= ANSWERING_RELEVANCE for each in best) <= 3


@pytest.mark.parametrize("case", homophones())
def test_a_homophone_is_no_keyword_hit(rank, case):
    found = rank(case["query"], "keyword").ids(EVERY_DOCUMENT)
    assert case["document"] not in found


@pytest.mark.parametrize("case", homophones())
def test_a_homophone_is_never_above_a_document_about_the_query(rank, case):
    found = rank(case["query"]).ids(EVERY_DOCUMENT)
    above = found[: found.index(case["document"])] if case["document"] in found else found
    assert set(case["about"]) <= set(above)


@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
@pytest.mark.parametrize(("word", "document"), rare_words())
def test_a_word_that_no_dictionary_has_finds_its_document_first(rank, word, document, mode):
    assert rank(word, mode).ids(1) == [document]


@pytest.mark.parametrize(
    ("q", "document", "shown"),
    [
        ("虾饺皮", "hk-dim-sum-tc", "蝦餃皮"),
        ("卤肉饭", "taiwan-home-cooking-tw", "滷肉飯"),
        ("双筒望远镜", "stargazing-tw", "雙筒"),
        ("鮟鱇魚", "sea-fish-kitchen-zh", "𩽾𩾌鱼"),
        ("𰻞𰻞麵", "noodle-kitchen-zh", "𰻝𰻝面"),
        ("參數服務器", "weibo-online-learning", "参数服务器"),
    ],
)
def test_what_is_shown_and_marked_is_in_the_script_of_the_document(engine, q, document, shown):
    page = engine.search(SearchRequest(q, limit=20))
    (hit,) = (each for each in page.hits if each.document.id == document)
    marked = {
        each.passage.text[mark.start : mark.end]
        for each in hit.passages
        for mark in each.highlights
    }
    assert shown in marked
