"""Relevance: what can answer and stands out, by sums done by hand."""

import numpy as np
import pytest

from search.retrieve import Scored
from search.verdict import CALIBRATED_MODEL, answer, judges, relevance

MANY, FEW = 10_000, 12


def chance(
    *, model: str = CALIBRATED_MODEL, passages: int = MANY, across: bool = False, **scores: float
) -> float:
    column = {name: np.array([scores.get(name, 0.0)], np.float32) for name in SCORES}
    scored = Scored(
        np.array([0]), **column, fused=np.zeros(1, np.float32), across=np.array([across])
    )
    return float(relevance(scored, judges("hybrid", model, passages))[0])


SCORES = ("cosines", "z", "coverage")


def test_what_is_near_and_stands_out_is_relevant():
    assert chance(cosines=0.92, z=5, coverage=0.5) > 0.9


def test_what_is_as_near_as_everything_else_is_not():
    assert chance(cosines=0.92, z=1) == pytest.approx(1 / (1 + np.exp(7.8 - 2.29)), abs=1e-4)


def test_what_stands_out_and_is_far_all_the_same_is_not():
    assert chance(cosines=0.78, z=5) < 0.1


def test_the_same_cosine_says_more_across_languages():
    assert chance(cosines=0.83, z=4) < 0.5 < chance(cosines=0.83, z=4, across=True)


def test_in_a_small_library_nothing_has_to_stand_out():
    assert chance(cosines=0.92, z=1, passages=FEW) > 0.9


def test_cosines_of_another_model_are_not_taken_for_those_of_the_bundled_one():
    assert chance(cosines=0.5, z=5, coverage=0.3, model="bge-m3") > 0.9


def test_where_nobody_can_judge_everything_counts():
    assert chance(cosines=0.5, z=1, model="bge-m3", passages=FEW) == 0.5


@pytest.mark.parametrize(("best", "verdict"), [(0.9, "good"), (0.6, "weak"), (0.4, "none")])
def test_the_best_document_decides_the_verdict(best, verdict):
    assert answer(best, 0.5) == verdict
