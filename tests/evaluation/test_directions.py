from dataclasses import replace

import pytest

from evaluation.directions import Judged, by_direction
from evaluation.metrics import DEFAULTS, measured

TWO = Judged(
    query_languages={"zh": "zh", "en": "en"},
    document_languages={"z1": ["zh"], "z2": ["zh"], "e1": ["en"], "e2": ["en"]},
    grades={"zh": {"z1": 1, "e1": 1}, "en": {"e1": 1}},
    ranked={"zh": ["z2", "z1", "e1"], "en": ["z1", "e2", "e1"]},
)


def directions(judged):
    return by_direction(judged, measured(DEFAULTS, judged.grades, judged.ranked))


def test_into_a_language_only_its_documents_are_ranked():
    found = {name: each.means()["RR@10"] for name, each in directions(TWO).items()}
    assert found == pytest.approx(
        {"en>en": 1 / 2, "en>both": 1 / 3, "zh>en": 1, "zh>zh": 1 / 2, "zh>both": 1 / 2}
    )


def test_a_query_counts_only_where_a_document_answers_it():
    assert "en>zh" not in directions(TWO)


def test_the_ranking_is_filtered_before_it_is_cut():
    deep = replace(TWO, ranked={**TWO.ranked, "zh": [*(f"z{n}" for n in range(1, 300)), "e1"]})
    spread = {f"z{n}": ["zh"] for n in range(300)}
    deep = replace(deep, document_languages={**deep.document_languages, **spread})
    assert directions(deep)["zh>en"].means()["R@100"] == 1


def test_where_there_is_one_language_there_is_one_direction():
    alone = Judged({"q": "zh"}, {"a": ["zh"], "b": ["zh"]}, {"q": {"a": 1}}, {"q": ["a", "b"]})
    assert list(directions(alone)) == ["zh>zh"]


def test_three_languages_are_pooled_as_all():
    third = {**TWO.document_languages, "j1": ["ja"]}
    assert "zh>all" in directions(replace(TWO, document_languages=third))


def test_an_odd_document_is_no_language_unless_it_answers():
    odd = {f"z{n}": ["zh"] for n in range(99)} | {"x": ["la"]}
    judged = Judged({"q": "zh"}, odd, {"q": {"z1": 1}}, {"q": ["z1"]})
    assert list(directions(judged)) == ["zh>zh"]
    answering = replace(judged, grades={"q": {"z1": 1, "x": 1}})
    assert list(directions(answering)) == ["zh>la", "zh>zh", "zh>both"]


def test_documents_in_no_known_language_count_in_the_pool_alone():
    unknown = {**TWO.document_languages, "e1": []}
    assert list(directions(replace(TWO, document_languages=unknown))) == [
        "en>both",
        "zh>zh",
        "zh>both",
    ]


def test_a_document_with_copies_in_both_languages_is_in_both():
    both = {**TWO.document_languages, "z1": ["zh", "en"]}
    found = directions(replace(TWO, document_languages=both, grades={"en": {"z1": 1}}))
    assert {name: each.means()["RR@10"] for name, each in found.items()} == {
        "en>en": 1.0,
        "en>zh": 1.0,
        "en>both": 1.0,
    }
