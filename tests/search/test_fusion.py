"""Fusion: sums done by hand."""

import numpy as np
import pytest

from search.fusion import Background, Leg, fuse


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_z_counts_deviations_above_the_mean_of_the_sample():
    sample = floats(*[0.7, 0.9] * 20)  # mean 0.8, deviation 0.1
    background = Background.of(sample, np.zeros(40, int), 1)
    assert background.z(floats(0.8, 1.0), np.zeros(2, int)) == pytest.approx([0, 2], abs=1e-4)


def test_z_is_taken_within_the_language_of_the_passage():
    sample = floats(*[0.7, 0.9] * 20, *[0.5, 0.6] * 20)  # 0.8 ± 0.1 and 0.55 ± 0.05
    background = Background.of(sample, np.repeat([0, 1], 40), 2)
    assert background.z(floats(0.9, 0.7), np.array([0, 1])) == pytest.approx([1, 3], abs=1e-3)


def test_a_language_with_too_few_passages_is_measured_against_all():
    sample = floats(*[0.7, 0.9] * 50, 0.2)
    background = Background.of(sample, np.array([0] * 100 + [1]), 3)
    expected = (0.9 - sample.mean()) / sample.std()
    assert background.z(floats(0.9, 0.9), np.array([1, 2])) == pytest.approx([expected] * 2, 1e-3)


def test_a_sample_without_spread_gives_finite_scores():
    background = Background.of(floats(*[0.8] * 40), np.zeros(40, int), 1)
    assert background.z(floats(0.8), np.array([0])) == pytest.approx([0], abs=1e-3)


def test_meaning_weighs_more_where_words_cannot_match():
    z = Leg(own=floats(4.2, 4.2), section=floats(0, 0))
    words = Leg(own=floats(0.25, 0), section=floats(0, 0))
    fused = fuse(z, words, floats(0, 1))
    assert fused == pytest.approx([4.2 / 6 + 0.25, 1.0])


def test_meaning_weighs_half_as_much_more_where_half_of_the_words_can_match():
    z = Leg(own=floats(5.1), section=floats(0))
    assert fuse(z, Leg.silent(1), floats(0.5)) == pytest.approx([1.0])


def test_a_section_speaks_for_its_passages_in_a_lower_voice():
    z = Leg(own=floats(3), section=floats(2))
    words = Leg(own=floats(0.5), section=floats(1))
    fused = fuse(z, words, floats(0))
    assert fused == pytest.approx([(3 + 2 / 2) / 6 + 0.5 + 0.4 * 1])
