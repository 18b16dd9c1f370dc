"""Long texts are cut evenly, batches keep their budget, weights are those of the tokens."""

import numpy as np
import pytest

from models.windows import Finished, Window, batches, merged, windows


def test_a_text_that_fits_is_one_window():
    assert windows([0, 5, 10], 10) == [Window(0, 0, 0), Window(1, 0, 5), Window(2, 0, 10)]


def test_a_long_text_is_cut_into_even_windows():
    assert windows([21], 10) == [Window(0, 0, 7), Window(0, 7, 14), Window(0, 14, 21)]


def test_batches_hold_every_window_once_within_the_budget():
    parts = windows([3, 50, 7, 7, 20, 0], 512)
    found = list(batches(parts, 40))
    assert sorted(index for batch in found for index in batch) == list(range(6))
    assert all(len(batch) * parts[batch[0]].weight <= 40 for batch in found[1:])
    assert found[0] == [1]  # longer than the budget, so alone


def test_a_texts_vector_is_the_mean_of_its_windows_by_tokens():
    vectors = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    parts = [Window(0, 0, 3), Window(0, 3, 4), Window(1, 0, 9)]
    expected = np.array([[3, 1], [0, 1]]) / np.array([[10**0.5], [1]])
    assert merged(vectors, parts, 2) == pytest.approx(expected)


def test_a_text_is_finished_with_its_last_window():
    finished = Finished(windows([21, 4], 10))
    assert [finished.after(batch) for batch in ([0, 3], [2], [1])] == [1, 0, 1]
