"""Graphemes: what people see as one character, and its width."""

import random
from itertools import pairwise

import pytest
import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from text.graphemes import _NEVER_JOINED, edges, width, widths


@pytest.mark.parametrize(
    "one", ["e\u0301", "👩\u200d🔬", "🇨🇳", "👍🏽", "각", "字\ufe00", "\r\n", "क्षि"]
)
def test_what_people_see_as_one_character_has_two_edges(one):
    assert list(edges(one)) == [0, len(one)]
    assert list(edges(f"a{one}a")) == [0, 1, 1 + len(one), 2 + len(one)]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("海", 2), ("ｆ", 2), ("e\u0301", 1), ("👩\u200d🔬", 2), ("\x00", 0)],
)
def test_a_han_character_takes_two_columns(text, columns):
    assert width(text) == columns


def test_characters_that_never_join_are_told_without_a_look_at_each():
    alone = [chr(code) for code in range(0x10000) if _NEVER_JOINED.fullmatch(chr(code))]
    random.Random(20261122).shuffle(alone)
    text = "".join(alone)
    assert [len(each) for each in wcwidth.iter_graphemes(text)] == [1] * len(text)
    assert width(text) == wcwidth.width(text, control_codes="ignore")


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_edges_ascend_from_the_start_to_the_end(text):
    places = list(edges(text))
    assert places == sorted(set(places))
    assert (places[0], places[-1]) == (0, len(text))


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_the_columns_up_to_each_edge_are_the_sums_of_the_widths(text):
    places = list(edges(text))
    each = [width(text[start:end]) for start, end in pairwise(places)]
    assert widths(text, places) == [sum(each[:count]) for count in range(len(places))]
