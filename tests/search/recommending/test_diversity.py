"""Maximal marginal relevance, by sums done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.recommending.diversity import diversified

AXES = np.eye(3, dtype=np.float32)


def test_without_diversity_the_order_stays():
    scores = np.array([5, 4, 3], np.float32)
    assert diversified(scores, AXES, 3, 0).tolist() == [0, 1, 2]


def test_what_says_the_same_waits_for_what_says_something_else():
    scores = np.array([1.0, 0.9, 0.6, 0.0], np.float32)
    vectors = AXES[[0, 0, 1, 2]]
    # after the first: 0.5 · 0.9 - 0.5 · 1, 0.5 · 0.6 - 0 and 0: the third comes next
    assert diversified(scores, vectors, 4, 0.5).tolist() == [0, 2, 3, 1]


def test_a_list_is_no_longer_than_what_there_is():
    assert diversified(np.empty(0, np.float32), AXES[:0], 5, 0.5).tolist() == []
    assert diversified(np.ones(2, np.float32), AXES[:2], 5, 1).tolist() == [0, 1]


@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=12), st.floats(0, 1))
def test_every_document_comes_once_and_the_best_first(values, diversity):
    scores = np.sort(np.array(values, np.float32))[::-1]
    order = diversified(scores, np.resize(AXES, (len(scores), 3)), len(scores), diversity)
    assert sorted(order.tolist()) == list(range(len(scores)))
    assert scores[order[0]] == pytest.approx(scores[0]) or diversity == 1
