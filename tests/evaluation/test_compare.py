import numpy as np
import pytest

from evaluation.compare import compared, holm, randomisation
from evaluation.metrics import DEFAULTS, measured

GRADES = {f"q{n}": {"a": 1} for n in range(12)}


def ranked(*firsts):
    return {f"q{n}": [first, "a"] for n, first in enumerate(firsts)}


def test_the_chance_is_the_share_of_signs_that_go_as_far():
    # of the 8 signs of three equal gains, two go as far: all up, all down
    (chance,) = randomisation(np.ones((3, 1)))
    assert chance == pytest.approx(2 / 8, abs=0.02)


def test_no_difference_is_no_surprise():
    assert randomisation(np.zeros((5, 1))) == [1.0]


def test_holm_multiplies_the_least_most_and_never_falls():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_a_better_system_is_told_from_a_luckier_one():
    ours = measured(DEFAULTS, GRADES, ranked(*["a"] * 12))
    worse = measured(DEFAULTS, GRADES, ranked(*["x"] * 12))
    luckier = measured(DEFAULTS, GRADES, ranked(*["a"] * 11, "x"))
    against_worse, against_luckier = compared(ours, {"worse": worse, "luckier": luckier})
    assert against_worse.differences["RR@10"].difference == 0.5
    assert against_worse.differences["RR@10"].p_corrected < 0.05
    assert against_luckier.differences["RR@10"].mean == pytest.approx(11.5 / 12)
    assert against_luckier.differences["RR@10"].p_corrected == 1.0


def test_the_queries_that_changed_most_come_first():
    ours = measured(DEFAULTS, GRADES, ranked(*["a"] * 12))
    theirs = measured(DEFAULTS, GRADES, {**ranked(*["a"] * 12), "q3": ["x"], "q5": ["x", "a"]})
    (comparison,) = compared(ours, {"theirs": theirs})
    assert [query for query, gain in comparison.gains() if gain] == ["q3", "q5"]
    assert comparison.gains()[0][1] == 1.0
