"""Rows that stay on disk are read as they were written."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import LibraryDamaged
from store.derived.vectors import VectorFile
from store.nearest import mapped
from store.nearest.mapped import MappedRows

ANY_ORDER = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY_ORDER
@given(wanted=st.lists(st.integers(0, 1499), max_size=400))
def test_rows_come_in_any_order_and_more_than_once(shelf, wanted):
    rows = np.array(wanted, np.int64)
    assert (shelf.rows().vectors(rows) == shelf.vectors[rows]).all()


def test_products_are_those_of_plain_numpy(shelf, monkeypatch):
    monkeypatch.setattr(mapped, "_BLOCK", 64)
    rows = np.arange(1500)[::-1]
    products = MappedRows(shelf.file, 1500).products(shelf.vectors[7:8], rows)[0]
    assert products == pytest.approx(shelf.vectors[rows] @ shelf.vectors[7], abs=1e-6)


def test_every_finite_half_is_read_exactly(tmp_path):
    halves = np.arange(2**16).astype(np.uint16).view(np.float16)
    halves = np.where(np.isfinite(halves), halves, np.float16(0))
    file = VectorFile(tmp_path / "rows", 64)
    file.append(halves.reshape(-1, 64).astype(np.float32))
    read = MappedRows(file, 1024).vectors(np.arange(1024))
    assert (read.ravel() == halves.astype(np.float32)).all()


def test_what_follows_shares_the_blocks_that_are_full(shelf, monkeypatch):
    monkeypatch.setattr(mapped, "_BLOCK", 64)
    before = MappedRows(shelf.file, 200)
    after = MappedRows(shelf.file, 1500, before)
    assert [new is old for new, old in zip(after._blocks, before._blocks, strict=False)] == [
        *[True] * 3,
        False,
    ]
    assert (after.vectors(np.array([199, 200])) == shelf.vectors[199:201]).all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_no_vector_is_raises(shelf, wrong):
    vectors = shelf.vectors[:3].copy()
    vectors[1, 4] = wrong
    shelf.file.truncate(0)
    shelf.file.append(vectors)
    with pytest.raises(LibraryDamaged, match="doctor"):
        MappedRows(shelf.file, 3).products(shelf.vectors[:1], np.arange(3))
