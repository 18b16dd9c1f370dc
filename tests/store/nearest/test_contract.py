"""However many passages there are, the nearest of each language are found, as numpy has it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.nearest.large import LargeIndex
from store.nearest.sections import Sections

KINDS = ("exact", "large", "coded")
EVERY = np.arange(1500)


def recall(shelf, index, count, rows=EVERY, among=None):
    """Return the share found of what is nearest to some rows; nothing may come twice."""
    shares = []
    for query in shelf.vectors[:1500:40]:
        found = index.compare(query).nearest_of_each_group(count, among)
        allowed = rows if among is None else rows[among]
        wanted = shelf.nearest(query, count, np.unique(allowed))
        assert len(set(found.tolist())) == len(found)
        assert set(rows[found].tolist()) <= set(allowed.tolist())
        shares.append(len(wanted & set(rows[found].tolist())) / len(wanted) if wanted else 1)
    return np.mean(shares)


@pytest.mark.parametrize("kind", KINDS)
def test_the_nearest_of_each_language_are_found(shelf, kind):
    assert recall(shelf, shelf.index(kind), 10) >= (0.99 if kind == "coded" else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_cosines_and_vectors_are_those_of_plain_numpy(shelf, kind):
    index, positions = shelf.index(kind), np.array([3, 1499, 3, 0])
    query = shelf.vectors[11]
    expected = shelf.vectors[positions] @ query
    assert index.compare(query).cosines(positions) == pytest.approx(expected, abs=1e-6)
    assert (index.vectors(positions) == shelf.vectors[positions]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_cosines_are_the_same_after_the_nearest_were_asked_for(shelf, kind):
    query = shelf.vectors[11]
    comparison = shelf.index(kind).compare(query)
    comparison.nearest_of_each_group(10)
    assert comparison.cosines(EVERY) == pytest.approx(shelf.vectors[EVERY] @ query, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_another_vector_is_held_against_the_same_passages(shelf, kind):
    query, other = shelf.vectors[11], shelf.vectors[12]
    comparison = shelf.index(kind).compare(query, other)
    nearest = comparison.nearest_of_each_group(10)
    for positions in (nearest, EVERY[::-1], np.array([3, 3])):
        expected = shelf.vectors[positions] @ other
        assert comparison.beside(positions) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_who_named_no_other_vector_is_told(shelf, kind):
    with pytest.raises(ValueError, match="name another vector"):
        shelf.index(kind).compare(shelf.vectors[11]).beside(EVERY)


@pytest.mark.parametrize("kind", KINDS)
def test_of_passages_that_share_a_row_only_those_are_found_that_pass(shelf, kind):
    twins = np.r_[EVERY, EVERY[:600]]
    index, passing = shelf.index(kind, twins), np.arange(len(twins)) < len(EVERY)
    for query in shelf.vectors[:600:50]:
        assert passing[index.compare(query).nearest_of_each_group(20, passing)].all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_is_as_near_as_the_mean_of_its_passages(shelf, kind):
    sections, query = Sections.of(shelf.table()), shelf.vectors[11]
    found = shelf.index(kind).compare(query).section_cosines(sections)
    cut = np.split(shelf.vectors[EVERY] @ query, sections.starts[1:])
    assert found == pytest.approx([part.mean() for part in cut], abs=1e-3)


def test_the_mean_of_a_section_is_kept_until_it_has_other_passages(shelf):
    kept = shelf.codes().means
    after = Sections.of(replace(shelf.table(), keys=np.r_[EVERY[:1494], EVERY[1494:] + 9]))
    assert kept.places(after).tolist() == [*range(249), -1]
    assert len(kept.places(after.some(slice(0)))) == 0


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1000), share=st.floats(0, 0.06), count=st.integers(1, 30))
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_narrow_filter_leaves_is_searched_exactly(shelf, kind, seed, share, count):
    among = np.random.default_rng(seed).random(1500) < share
    assert recall(shelf, shelf.index(kind), count, among=among) == 1


@pytest.mark.parametrize("share", [0.4, 0.9])
def test_a_wide_filter_loses_next_to_nothing(shelf, share):
    among = np.random.default_rng(5).random(1500) < share
    assert recall(shelf, shelf.index("coded"), 10, among=among) >= 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_no_passage_has_are_not_found(shelf, kind):
    rows = np.flatnonzero(np.random.default_rng(6).random(1500) < 0.5)
    assert recall(shelf, shelf.index(kind, rows), 10, rows) >= 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_passages_may_share_a_row_and_lie_in_any_order(shelf, kind):
    rows = np.random.default_rng(7).permutation(np.r_[EVERY, EVERY[:500], EVERY[:100]])
    query = shelf.vectors[3]
    index = shelf.index(kind, rows)
    found = index.compare(query).nearest_of_each_group(len(rows))
    assert set(np.flatnonzero(rows == 3).tolist()) <= set(found.tolist())
    assert (rows[found] == 3).sum() == 3


def test_rows_that_came_after_the_codes_are_found(shelf, grown):
    index = LargeIndex(grown.rows(), shelf.codes(), grown.table())
    for row in range(1500, 1800):
        assert row in index.compare(grown.vectors[row]).nearest_of_each_group(1)


def test_a_document_whose_language_changed_is_found_in_the_new_one(shelf):
    codes, table = shelf.codes(), shelf.table()
    moved = np.flatnonzero(shelf.groups == 0)[:50]
    table.languages[moved] = 1
    index = LargeIndex(shelf.rows(), codes, table)
    for position in moved.tolist():
        found = index.compare(shelf.vectors[position]).nearest_of_each_group(5)
        assert (table.languages[found] == 1).sum() == 5
        assert position in found


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_passes_nothing_is_found(shelf, kind):
    comparison = shelf.index(kind).compare(shelf.vectors[0])
    assert len(comparison.nearest_of_each_group(10, np.zeros(1500, np.bool_))) == 0
    assert len(comparison.cosines(np.empty(0, np.int64))) == 0
