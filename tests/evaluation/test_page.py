import re
from html.parser import HTMLParser

import pytest

from evaluation.datasets import JudgedQuery
from evaluation.evaluate import Wanted, evaluate
from evaluation.metrics import DEFAULTS, measured
from evaluation.page import write_page
from evaluation.page.misses import Misplaced, first_misplaced
from evaluation.page.plots import binned, histogram, rows
from evaluation.readers.choice import read_dataset
from evaluation.report import report


class Structure(HTMLParser):
    """Checks that every element is closed where it was opened."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.text = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Leave out what closes itself."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def page(bilingual_set, target, tmp_path):
    """Return a function that writes the page of a set beside another run, and reads it."""

    def write(**wanted):
        asked = Wanted(runs={"<other>": {"q-zh-tide": ["zh-server"]}}, **wanted)
        found = evaluate(read_dataset(bilingual_set), target, asked, lambda: None)
        write_page(tmp_path / "page.html", found, report(found))
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return write


def test_the_page_is_whole_and_asks_nothing_of_the_network(page):
    html = page(unanswerable=[JudgedQuery("s", "noodle", "line 1")])
    structure = Structure()
    structure.feed(html)
    assert structure.open == []
    assert not re.search(r"https?://|<script|<link|@import|url\(", html)
    assert "prefers-color-scheme: dark" in html


def test_the_page_says_what_was_found(page):
    structure = Structure()
    structure.feed(page(unanswerable=[JudgedQuery("s", "noodle", "line 1")]))
    text = " ".join(" ".join(structure.text).split())
    for said in ("zh → en", "Beside <other>", "6 better", "潮汐是怎么来的", "cut-off", "question"):
        assert said in text


def test_without_unanswerable_queries_the_page_has_no_cut_off(page):
    assert "cut-off" not in page()


def test_the_interval_is_the_mean_and_its_error():
    found = measured(DEFAULTS, {"q": {"a": 1}, "r": {"a": 1}}, {"q": ["a"], "r": ["x", "a"]})
    (row,) = rows({"zh>en": found})
    interval = row.intervals[1]  # RR@10 of 1 and 0.5: deviation 0.3536, error 0.25
    assert (interval.mean, interval.low, interval.high) == pytest.approx((0.75, 0.26, 1.0))


def test_relevance_is_held_against_judgements_by_tenths():
    low, high = binned([(0.11, False), (0.19, True), (1.0, True)])
    assert (low.predicted, low.judged, low.count) == pytest.approx((0.15, 0.5, 2))
    assert (high.predicted, high.judged, high.count) == (1.0, 1.0, 1)


def test_a_histogram_has_the_share_of_each_bar():
    found = histogram("answerable", [0.0, 0.01, 1.0, 0.5])
    assert len(found.shares) == 25
    assert (found.shares[0], found.shares[12], found.shares[-1]) == (0.5, 0.25, 0.25)


@pytest.mark.parametrize(
    ("ranked", "wrong"),
    [
        (["x", "a"], Misplaced(1, "x", "a", 2)),
        (["b", "a"], Misplaced(1, "b", "a", 2)),
        (["a", "x", "b"], Misplaced(2, "x", "b", 3)),
        (["a"], Misplaced(2, None, "b", None)),
        (["a", "b", "x"], None),
    ],
)
def test_the_first_wrong_place_of_a_ranking_is_shown(ranked, wrong):
    assert first_misplaced(ranked, {"a": 2, "b": 1, "z": 0}) == wrong
