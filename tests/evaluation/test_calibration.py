"""Calibration: what separates answerable queries from others, and where the cut-off lies."""

import numpy as np
import pytest

from evaluation.calibration import Cases, Shares, fit, prior
from search.verdict import ANSWERS

ZH, EN = 3, 4  # the columns of the biases of both languages


def one_document_each(cosines: np.ndarray, column: int) -> list[np.ndarray]:
    """Return the features of queries that found one document each, with that cosine."""
    rows = np.zeros((len(cosines), 1, 7))
    rows[:, 0, 0], rows[:, 0, column] = cosines, 1
    return list(rows)


def library(near: float, far: float, column: int, count: int = 200) -> Cases:
    """Return as many answerable queries around one cosine as others around another."""
    spread = np.random.default_rng(7).normal(0, 0.01, count)
    rows = one_document_each(near + spread, column) + one_document_each(far + spread, column)
    return Cases(rows, np.arange(2 * count) < count)


def test_so_many_answerable_queries_are_refused_as_may_be():
    cases = library(0.90, 0.80, ZH)
    shares = Shares.of(cases, fit([cases], prior("hybrid", shipped=False), 0.05))
    assert shares.false_refusals == pytest.approx(0.05, abs=0.01)
    assert shares.refused > 0.99


def test_each_language_gets_a_cut_off_of_its_own():
    chinese, english = library(0.90, 0.84, ZH), library(0.84, 0.78, EN)
    weights = fit([chinese, english], prior("hybrid", shipped=True), 0.02)
    for cases in (chinese, english):
        shares = Shares.of(cases, weights)
        assert shares.refused > 0.95
        assert shares.false_refusals < 0.1


def test_without_reason_to_leave_them_the_shipped_weights_stay():
    start = prior("hybrid", shipped=True)
    cases = library(0.93, 0.90, ZH, count=5)
    slope = fit([cases], start, 0.02)[0]
    assert slope == pytest.approx(ANSWERS["hybrid"].cosine, rel=0.25)


def test_the_most_relevant_of_a_querys_documents_speaks():
    weights = prior("hybrid", shipped=True)
    far, near = one_document_each(np.array([0.80, 0.92]), ZH)
    cases = Cases([np.vstack([far, near])], np.array([True]))
    assert cases.best(weights) == pytest.approx([(near @ weights)[0]])


def test_a_query_that_finds_nothing_is_refused():
    cases = Cases([np.empty((0, 7))], np.array([False]))
    assert cases.best(prior("keyword", shipped=True))[0] < -10


def test_queries_that_find_nothing_move_no_weights():
    cases = library(0.90, 0.80, ZH)
    nothing = [np.empty((0, 7))] * 40
    more = Cases([*cases.rows, *nothing], np.append(cases.answerable, np.arange(40) < 20))
    start = prior("hybrid", shipped=False)
    assert fit([more], start, 0.05) == pytest.approx(fit([cases], start, 0.05))


def test_where_no_query_finds_anything_the_weights_stay():
    nothing = Cases([np.empty((0, 7))] * 4, np.arange(4) < 2)
    start = prior("keyword", shipped=True)
    assert fit([nothing], start, 0.05) is start


def test_the_cut_off_is_set_even_where_nothing_else_finds_anything():
    cases = library(0.90, 0.80, ZH)
    alone = Cases([*cases.rows[:200], *[np.empty((0, 7))] * 200], cases.answerable)
    shares = Shares.of(alone, fit([alone], prior("hybrid", shipped=True), 0.05))
    assert (shares.refused, shares.false_refusals) == (1, pytest.approx(0.05, abs=0.01))
