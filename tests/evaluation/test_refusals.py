import pytest

from evaluation.refusals import Refusals

SEEN = Refusals({"a": 0.9, "b": 0.6, "c": 0.4}, {"x": 0.6, "y": 0.1}, cut_off=0.5)


def test_what_is_below_the_cut_off_is_refused():
    assert SEEN.refused == 1 / 2
    assert SEEN.false_refusals == pytest.approx(1 / 3)


def test_the_area_counts_pairs_and_ties_by_half():
    # a beats both, b ties with x and beats y, c beats y alone: 2 + 1.5 + 1 of 6
    assert SEEN.auc == pytest.approx(4.5 / 6)


def test_each_share_is_the_mean_of_its_sample():
    samples = SEEN.samples()
    assert samples["refused"] == ({"x": 0.0, "y": 1.0},)
    assert samples["false_refusals"] == ({"a": 0.0, "b": 0.0, "c": 1.0},)
    wins, losses = samples["auc"]
    assert wins == {"a": 1.0, "b": 0.75, "c": 0.5}
    assert losses == pytest.approx({"x": 1.5 / 3, "y": 0.0})
