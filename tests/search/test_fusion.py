"""Fusion: sums done by hand."""

import numpy as np
import pytest

from search.fusion import coverage, fuse, z_scores


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_z_counts_deviations_above_the_mean_of_the_sample():
    sample = floats(*[0.7, 0.9] * 20)  # mean 0.8, deviation 0.1
    z = z_scores(floats(0.8, 1.0), np.zeros(2), sample, np.zeros(40))
    assert z == pytest.approx([0, 2], abs=1e-4)


def test_z_is_taken_within_the_language_of_the_passage():
    sample = floats(*[0.7, 0.9] * 20, *[0.5, 0.6] * 20)  # 0.8 ± 0.1 and 0.55 ± 0.05
    groups = np.repeat([0, 1], 40)
    z = z_scores(floats(0.9, 0.7), np.array([0, 1]), sample, groups)
    assert z == pytest.approx([1, 3], abs=1e-3)


def test_a_language_with_too_few_passages_is_measured_against_all():
    sample = floats(*[0.7, 0.9] * 50, 0.2)
    groups = np.array([0] * 100 + [1])
    z = z_scores(floats(0.9), np.array([1]), sample, groups)
    assert z == pytest.approx([(0.9 - sample.mean()) / sample.std()], abs=1e-4)


def test_a_sample_without_spread_gives_finite_scores():
    z = z_scores(floats(0.8), np.array([0]), floats(*[0.8] * 40), np.zeros(40))
    assert z == pytest.approx([0], abs=1e-3)


def test_coverage_is_the_share_of_the_ideal():
    assert coverage(floats(11, 0), 22.0) == pytest.approx([0.5, 0])
    assert coverage(floats(0), 0.0).tolist() == [0]


def test_meaning_weighs_more_where_words_cannot_match():
    fused = fuse(floats(4.5, 4.5), floats(0.25, 0), np.array([False, True]))
    assert fused == pytest.approx([4.5 / 6 + 0.25, 1.0])
