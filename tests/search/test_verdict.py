"""Relevance: by sums done by hand."""

import numpy as np
import pytest

from search.asking.query import Query
from search.retrieve import Question, Scored
from search.verdict import (
    ANSWERS,
    PAIRS,
    STANDS_OUT,
    Calibration,
    Weights,
    features,
    relevance,
    verdict,
)

SCORES = ("cosines", "z", "coverage", "section_coverage", "fused")
CHINESE, ENGLISH = "zh", None


def asked(language: str | None, information: float = 100, shared: float = 0) -> Question:
    return Question(Query("text", (), language), "hybrid", shared, information=information)


def scored(*, across: bool = False, **scores: float) -> Scored:
    columns = {name: np.array([scores.get(name, 0.0)], np.float32) for name in SCORES}
    return Scored(np.array([0]), across=np.array([across]), **columns)


def chance(question: Question, *, across: bool = False, **scores: float) -> float:
    shipped = Calibration("shipped", {"hybrid": [ANSWERS["hybrid"]]})
    return float(relevance(scored(across=across, **scores), question, shipped)[0])


def test_relevance_is_a_logistic_function_of_cosine_and_evidence():
    log_odds = 132.4 * 0.9 + 12.45 * 0.3 - 120.4
    found = chance(asked(CHINESE), cosines=0.9, section_coverage=0.3)
    assert found == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-3)


def test_the_same_cosine_says_more_across_languages():
    assert chance(asked(CHINESE), cosines=0.85) < 0.5
    assert chance(asked(CHINESE), cosines=0.85, across=True) > 0.5
    assert chance(asked(ENGLISH), cosines=0.85, across=True) > 0.5


def test_what_a_short_query_says_proves_little():
    sure = chance(asked(CHINESE, information=8), cosines=0.88, section_coverage=0.6)
    unsure = chance(asked(CHINESE, information=0.5), cosines=0.88, section_coverage=0.6)
    assert sure > 0.9
    assert unsure < 0.5


@pytest.mark.parametrize(
    ("language", "across", "pair"),
    [
        (CHINESE, False, "zh>zh"),
        (ENGLISH, False, "en>en"),
        (CHINESE, True, "zh>en"),
        (ENGLISH, True, "en>zh"),
    ],
)
def test_each_pair_of_languages_has_its_bias(language, across, pair):
    row = features(scored(across=across), asked(language))[0]
    assert [PAIRS[at] for at in np.flatnonzero(row[3:])] == [pair]


def test_names_in_a_query_make_the_same_cosine_say_less_across_languages():
    without, half, nothing_else = (
        chance(asked(CHINESE, shared=share), cosines=0.83, across=True) for share in (0, 0.5, 1)
    )
    assert without > half > nothing_else > chance(asked(CHINESE), cosines=0.83)


def test_the_lesser_of_both_judges_counts():
    both = Calibration("shipped", {"hybrid": [ANSWERS["hybrid"], STANDS_OUT["hybrid"]]})
    near = {"cosines": 0.93, "section_coverage": 0.2}
    found = relevance(scored(z=4, **near), asked(CHINESE), both)
    lost = relevance(scored(z=1, **near), asked(CHINESE), both)
    assert found[0] > 0.8
    assert lost[0] < 0.01


def test_with_another_model_what_stands_out_is_relevant():
    uncalibrated = Calibration("none", {"hybrid": [STANDS_OUT["hybrid"]]})
    near = relevance(scored(z=5, section_coverage=0.5), asked(CHINESE), uncalibrated)
    far = relevance(scored(z=3), asked(CHINESE), uncalibrated)
    assert near[0] > 0.9
    assert far[0] < 0.2


def test_where_nobody_can_judge_everything_counts():
    nobody = Calibration("none", {"hybrid": []})
    assert relevance(scored(cosines=0.1), asked(CHINESE), nobody).tolist() == [0.5]


def test_weights_survive_a_trip_through_their_vector():
    weights = Weights(1, 2, 3, (4, 5, 6, 7))
    assert Weights.from_vector(weights.vector()) == weights


@pytest.mark.parametrize(("best", "answer"), [(0.9, "good"), (0.6, "weak"), (0.4, "none")])
def test_the_best_document_decides_the_verdict(best, answer):
    assert verdict(best, None, "shipped").answer == answer


def test_a_cut_off_of_the_users_own_decides_in_its_place():
    assert verdict(0.4, 0.3, "shipped").answer == "weak"
    assert verdict(0.6, 0.7, "shipped").answer == "none"
