import math

import pytest

from core.errors import InvalidSetting
from evaluation.metrics import DEFAULTS, depth_of, measured, parsed


def test_the_measures_are_those_of_sums_done_by_hand():
    found = measured(DEFAULTS, {"q": {"a": 3, "b": 1}}, {"q": ["x", "b", "a"]})
    ideal = 3 + 1 / math.log2(3)
    gained = 1 / math.log2(3) + 3 / math.log2(4)
    assert found.means() == pytest.approx(
        {"nDCG@10": gained / ideal, "RR@10": 1 / 2, "R@100": 1.0, "P@10": 0.2}
    )


def test_a_query_without_an_answer_counts_as_nothing_found():
    found = measured(DEFAULTS, {"q": {"a": 1}, "r": {"b": 1}}, {"q": ["a"]})
    assert found.per_query["r"] == {"nDCG@10": 0, "RR@10": 0, "R@100": 0, "P@10": 0}
    assert found.means()["RR@10"] == 0.5
    assert found.of(["q"]).means()["RR@10"] == 1


def test_nothing_judged_is_nothing_measured():
    assert measured(DEFAULTS, {}, {}).per_query == {}


def test_no_measure_looks_deeper_than_100_unless_it_says_so():
    ranked = {"q": [f"x{n}" for n in range(150)] + ["a"]}
    shallow, deep = parsed(["AP"]), parsed(["AP", "R@1000"])
    assert (depth_of(shallow), depth_of(deep)) == (100, 1000)
    assert measured(shallow, {"q": {"a": 1}}, ranked).means()["AP"] == 0
    assert measured(deep, {"q": {"a": 1}}, ranked).means()["R@1000"] == 1


@pytest.mark.parametrize("name", ["AP", "Success@5", "P(rel=2)@5", "Bpref", "Judged@10"])
def test_any_measure_of_ir_measures_can_be_asked_for(name):
    found = measured(parsed([name]), {"q": {"a": 2}}, {"q": ["a"]})
    assert found.means()[name] >= 0
    assert len(found.means()) == len(DEFAULTS) + 1


def test_a_default_measure_that_is_asked_for_comes_once():
    assert parsed(["nDCG@10"]) == list(DEFAULTS)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("NDGC@10", "none that ir-measures can take .measure not found: NDGC."),
        ("nDCG@ten", "none that ir-measures can take"),
        ("nDCG(", "none that ir-measures can take"),
        ("nDCG@0", "looks at no document: give it @1 or more"),
        ("P", "invalid param cutoff is not given"),
        ("RBP(rel=1)", "cannot be calculated as it is: run `pip install ir-measures.cwl_eval.`"),
    ],
)
def test_an_unknown_measure_is_refused_with_advice(name, message):
    with pytest.raises(InvalidSetting, match=message):
        parsed([name])
