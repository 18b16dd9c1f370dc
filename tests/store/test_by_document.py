"""Positions by document, also where a document's passages are not in a row."""

import numpy as np

from store.derived.by_document import ByDocument


def test_each_document_has_its_positions_ascending_and_others_none():
    there = ByDocument(np.array([7, 7, 3, 9, 3, 7]))
    assert [there.positions(key).tolist() for key in (3, 7, 9)] == [[2, 4], [0, 1, 5], [3]]
    assert there.positions(8).tolist() == there.positions(10).tolist() == []
    assert there.sizes.tolist() == [2, 3, 1]


def test_an_empty_view_has_no_documents():
    assert not len(ByDocument(np.empty(0, np.int64)).positions(1))
