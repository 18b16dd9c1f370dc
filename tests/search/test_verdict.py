"""Relevance: what can answer and stands out, by sums done by hand."""

import numpy as np
import pytest

from search.retrieve import Scored
from search.verdict import CALIBRATED_MODEL, answer, relevance


def scored(*, cosine: float, z: float, coverage: float = 0.0, across: bool = False) -> Scored:
    column = [np.array([value], np.float32) for value in (cosine, z, coverage, 0.0)]
    return Scored(np.array([0]), *column, np.array([across]))


def test_what_is_near_and_stands_out_is_relevant():
    assert relevance("hybrid", scored(cosine=0.92, z=5, coverage=0.5), CALIBRATED_MODEL) > 0.9


def test_what_is_as_near_as_everything_else_is_not():
    chance = relevance("hybrid", scored(cosine=0.92, z=1), CALIBRATED_MODEL)
    assert chance == pytest.approx(1 / (1 + np.exp(7.8 - 2.29)), abs=1e-4)


def test_what_stands_out_and_is_far_all_the_same_is_not():
    assert relevance("hybrid", scored(cosine=0.78, z=5), CALIBRATED_MODEL) < 0.1


def test_the_same_cosine_says_more_across_languages():
    far, near = (scored(cosine=0.83, z=4, across=across) for across in (False, True))
    assert relevance("hybrid", far, CALIBRATED_MODEL) < 0.5
    assert relevance("hybrid", near, CALIBRATED_MODEL) > 0.5


def test_cosines_of_another_model_are_not_taken_for_those_of_the_bundled_one():
    assert relevance("hybrid", scored(cosine=0.5, z=5, coverage=0.3), "bge-m3") > 0.9


@pytest.mark.parametrize(("best", "verdict"), [(0.9, "good"), (0.6, "weak"), (0.4, "none")])
def test_the_best_document_decides_the_verdict(best, verdict):
    assert answer(best, 0.5) == verdict
