"""What is said of engines for vectors follows from what they found, and how soon."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.peers.vectors.contract import SHARES, TEN, Answered, Asked, Data
from benchmarks.peers.vectors.measure import Asking
from benchmarks.plots import Axis, drawn, logarithmic, nines, round_numbers
from benchmarks.vector_data import least_cosines
from benchmarks.vector_table import Measured, answers_ahead, at_equal_recall, panels, table

USUAL = Answered(effort=1, share=1.0, p50=2.0, p99=3.0, recall=0.99)


def engine(name, *answers, building=1.0):
    return Measured(name, 1000, building, 800_000, Asked(0.1, 50_000, 150_000, answers))


@pytest.fixture
def data():
    generator = np.random.default_rng(5)
    vectors = generator.normal(size=(4000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    buckets = (np.arange(4000) % 1000).astype(np.int16)
    kept = [vectors[buckets < round(share * 1000)] for share in SHARES]
    least = np.array([least_cosines(each, vectors[:20]) for each in kept])
    return Data(vectors, buckets, vectors[:20], least)


class Plain:
    """The reference: every vector compared, and the last so many of the ten left out."""

    efforts = (0,)

    def __init__(self, data, leaving_out=0, heeding=True):
        self.data, self.wanted, self.heeding = data, TEN - leaving_out, heeding

    def nearest(self, question, _effort, below):
        cosines = self.data.vectors @ question
        if below is not None and self.heeding:
            cosines[self.data.buckets >= below] = -2
        return np.argsort(-cosines)[: self.wanted].tolist()


@pytest.mark.parametrize("share", SHARES[:3])
def test_who_compares_all_finds_all(data, share):
    assert Asking(Plain(data), data).answered(0, share).recall == 1


def test_what_is_left_out_is_missed(data):
    assert Asking(Plain(data, leaving_out=3), data).answered(0, 1.0).recall == pytest.approx(0.7)


def test_a_filter_that_lets_others_pass_is_noticed(data):
    with pytest.raises(ValueError, match="others pass"):
        Asking(Plain(data, heeding=False), data).answered(0, 0.01)


def test_an_engine_is_ahead_if_it_finds_as_much_sooner_or_more():
    ours = engine("ours", USUAL, replace(USUAL, effort=2, p50=4.0, recall=0.999))
    assert answers_ahead([replace(USUAL, p50=1.9)], ours) == ["latency"]
    assert answers_ahead([replace(USUAL, p50=9.0, recall=1.0)], ours) == ["recall"]
    assert answers_ahead([replace(USUAL, p50=2.1, recall=0.98)], ours) == []
    assert answers_ahead([replace(USUAL, share=0.01)], ours) == ["recall of 1 %"]


def test_the_table_says_what_costs_less_than_with_ours():
    found = [engine("ours", USUAL), engine("peer", replace(USUAL, p50=9.0), building=0.5)]
    row = table(found, "ours").splitlines()[-1]
    assert row.startswith(
        "| peer | 1 | 0.5 | 800 | 50 | 200 | 0.10 | 9.00, 3.0 | 0.9900 | no filter"
    )
    assert row.endswith("| build |")


def test_latencies_are_compared_at_equal_recall():
    fast = engine("fast", replace(USUAL, p50=1.0, recall=0.96))
    lines = at_equal_recall([engine("ours", USUAL), fast], "ours").splitlines()
    assert lines[2].startswith("| ours | 2.00 | 2.00 | **2.00** | – |")
    assert lines[-1].startswith("| ours beside the fastest other | BEHIND 2.0 times | BEHIND 2.0 ")
    assert "| alone |" in lines[-1]


def test_an_axis_has_round_numbers_around_what_is_drawn():
    assert round_numbers([0.3, 4.1]) == (0.2, 0.5, 1, 2, 5)
    assert round_numbers([1.0]) == (1,)
    axis = Axis("ms", round_numbers([1, 100]), logarithmic)
    assert axis.at(10) == pytest.approx(0.5)
    assert Axis("recall", (0.9, 1.0), nines).at(0.5) == 0


def test_a_plot_names_every_engine_in_each_panel_within_it():
    found = [engine(f"a & b {number}", replace(USUAL, p50=1 + number / 9)) for number in range(9)]
    plot = ElementTree.fromstring(drawn("<title>", panels([engine("ours", USUAL), *found], "ours")))
    texts = [each for each in plot.iter() if each.tag.endswith("text")]
    names = [each for each in texts if each.text.startswith("a & b")]
    assert sum(each.text == "a & b 7" for each in names) == 2
    assert len({(each.get("x"), each.get("y")) for each in names[:9]}) == 9
    assert all(0 <= float(each.get("x")) <= 460 for each in names)
