"""The sample corpus and its judged sets agree with one another and with data/README.md."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import rjieba

from text.folding import fold
from text.language import east_asian_language

DATA = Path(__file__).parents[1] / "data"
JUDGEMENTS = DATA / "judgements"
KINDS = {
    "keyword",
    "question",
    "cross-lingual",
    "traditional",
    "misspelt",
    "mixed",
    "phrase",
    "rare",
    "unanswerable",
}


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


DOCUMENTS = lines(DATA / "corpus" / "catalogue.jsonl")
QUERIES = lines(JUDGEMENTS / "queries.jsonl")
HOMOPHONES = lines(JUDGEMENTS / "homophones.jsonl")
JUDGED = [line.split() for line in (JUDGEMENTS / "qrels.trec").read_text().splitlines()]
UNANSWERABLE = (JUDGEMENTS / "unanswerable.txt").read_text(encoding="utf-8").splitlines()
TEXTS = {
    each["id"]: fold("\n".join([each["title"], *(s["text"] for s in each["snippets"])])).text
    for each in DOCUMENTS
}


def holding(words: str) -> set[str]:
    return {document for document, text in TEXTS.items() if fold(words).text in text}


def relevant() -> dict[str, set[str]]:
    found = defaultdict(set)
    for query, _, document, _ in JUDGED:
        found[query].add(document)
    return found


RELEVANT = relevant()


def of_kind(kind: str, field: str = "text") -> list[Any]:
    return [each for each in QUERIES if each["kind"] == kind and field in each]


def named(query: dict[str, str]) -> str:
    return query["text"]


def test_documents_have_ids_of_their_own_and_pages_that_ascend_within_them():
    assert len(TEXTS) == len(DOCUMENTS)
    for each in DOCUMENTS:
        pages = [snippet["page"] for snippet in each["snippets"]]
        assert pages == sorted(pages)
        assert 1 <= pages[0] <= pages[-1] <= each["page_count"]


def test_queries_have_ids_and_texts_of_their_own_and_known_kinds():
    assert [each["_id"] for each in QUERIES] == [f"q{n + 1:03}" for n in range(len(QUERIES))]
    assert len({each["text"] for each in QUERIES}) == len(QUERIES)
    assert {each["kind"] for each in QUERIES} == KINDS
    assert {each["language"] for each in QUERIES} == {"zh", "en"}


def test_each_judgement_grades_a_known_document_for_a_known_query_once():
    pairs = Counter((query, document) for query, _, document, _ in JUDGED)
    assert max(pairs.values()) == 1
    assert {query for query, _ in pairs} <= {each["_id"] for each in QUERIES}
    assert {document for _, document in pairs} <= set(TEXTS)
    assert {grade for *_, grade in JUDGED} == {"1", "2", "3"}


def test_what_can_be_answered_has_an_answer_and_what_cannot_has_no_judgement():
    answered = {query for query, *_, grade in JUDGED if grade == "3"}
    answerable = {each["_id"] for each in QUERIES if each["kind"] != "unanswerable"}
    assert answered == answerable == set(RELEVANT)


@pytest.mark.parametrize("query", of_kind("phrase", "quoted"), ids=named)
def test_a_phrase_is_judged_to_be_where_it_stands_word_for_word(query):
    assert query["quoted"] == f'"{query["text"]}"'
    assert RELEVANT[query["_id"]] == holding(query["text"])


@pytest.mark.parametrize("query", of_kind("phrase", "operator"), ids=named)
def test_an_operator_is_obeyed_by_every_document_judged(query):
    sign, word = query["operator"][0], query["operator"][1:]
    assert query["operator"] in query["text"].split()
    with_it = RELEVANT[query["_id"]] & holding(word)
    assert with_it == (RELEVANT[query["_id"]] if sign == "+" else set())


@pytest.mark.parametrize("query", of_kind("rare"), ids=named)
def test_a_rare_word_stands_in_no_document_but_those_judged(query):
    assert RELEVANT[query["_id"]] == holding(query["text"])


@pytest.mark.parametrize(
    "word", [each["text"] for each in of_kind("rare") if each["language"] == "zh"]
)
def test_the_dictionary_does_not_know_a_rare_chinese_word(word):
    known = {each for each in rjieba.cut(fold(word).text, False) if len(each) > 1}
    assert word not in known


def test_spellings_of_a_group_differ_and_no_group_comes_twice():
    groups = [each["spellings"] for each in lines(JUDGEMENTS / "spellings.jsonl")]
    every = [spelling for group in groups for spelling in group]
    assert len(every) == len(set(every))
    assert all(len(group) >= 2 for group in groups)


@pytest.mark.parametrize("case", HOMOPHONES, ids=lambda case: case["query"])
def test_a_homophone_stands_in_its_document_and_the_query_does_not(case):
    assert case["document"] in holding(case["homophone"]) - holding(case["query"])
    assert case["about"]
    assert set(case["about"]) <= set(TEXTS) - {case["document"]}
    assert set(case["about"]) & holding(case["query"])


def test_three_hundred_different_queries_without_an_answer_are_half_chinese():
    chinese = sum(east_asian_language(each) == "zh" for each in UNANSWERABLE)
    assert (len(UNANSWERABLE), len(set(UNANSWERABLE)), chinese) == (300, 300, 150)
    assert not set(UNANSWERABLE) & {each["text"] for each in QUERIES}


def test_the_readme_counts_what_is_there():
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    passages = sum(len(each["snippets"]) for each in DOCUMENTS)
    assert f"{len(DOCUMENTS)} documents, {passages} passages" in readme
    assert f"{len(QUERIES)} queries" in readme
    for kind, count in Counter(each["kind"] for each in QUERIES).items():
        assert f"| `{kind}` | {count} |" in readme


def test_judged_neighbours_are_other_documents_here_and_every_seed_has_a_good_one():
    judged = [line.split() for line in (JUDGEMENTS / "neighbours.trec").read_text().splitlines()]
    ids = {each["id"] for each in DOCUMENTS}
    pairs = [(seed, document) for seed, _, document, _ in judged]
    assert len(set(pairs)) == len(pairs)
    assert {each for pair in pairs for each in pair} <= ids
    assert all(seed != document for seed, document in pairs)
    seeds = {seed for seed, _ in pairs}
    assert len(seeds) == 30
    assert {seed for seed, _, _, grade in judged if int(grade) >= 2} == seeds
