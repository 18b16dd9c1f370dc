"""Liked and disliked make one score, by sums done by hand."""

from math import e, log

import numpy as np
import pytest

from search.recommending.mixing import mixed

NOTHING = np.empty((0, 3), np.float32)


def rows(*values: list[float]) -> np.ndarray:
    return np.array(values, np.float32)


def test_one_that_is_liked_is_the_score():
    assert mixed(rows([3, 0.5, -1]), NOTHING) == pytest.approx([3, 0.5, -1])


def test_who_likes_two_matters_gets_both_rather_than_what_lies_between():
    near_one, between = log((e**4 + 1) / 2), 2.0
    found = mixed(rows([4, 0, 2], [0, 4, 2]), NOTHING)
    assert found == pytest.approx([near_one, near_one, between], abs=1e-5)
    assert near_one > between


def test_what_is_nearer_to_the_disliked_falls_as_far_as_it_is():
    found = mixed(rows([3, 3, 0]), rows([4, 1, -2]))
    # 3 - (4 - 2), 3 - 0 for 1 is less than 3 - 1, 0 - 0
    assert found == pytest.approx([1, 3, 0])


def test_the_nearest_of_several_disliked_counts():
    found = mixed(rows([3, 3, 3]), rows([4, 0, 0], [0, 0, 5]))
    assert found == pytest.approx([1, 3, 0])
