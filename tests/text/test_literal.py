"""A text stands in another one word for word, or it does not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from text.literal import literal
from text.terms import certain_terms, words_and_pairs


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("cat", "the cat."),
        ("cat", "猫cat猫"),
        ("苹果", "苹果园"),
        ("event loop", "event\n  loop"),
        ("redis 缓存", "redis缓存"),
        ("redis缓存", "redis 缓存"),
        ("c++语言", "c++ 语言"),
        ("三杯 鸡", "三杯鸡"),
        ("where's", "where’s waldo"),
        ("a", "a+b"),
        ("(x)", "f(x)"),
    ],
)
def test_white_space_and_neighbours_of_whole_words_make_no_difference(
    text: str, holder: str
) -> None:
    assert literal(text).search(holder)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("cat", "category"),
        ("cat", "cats"),
        ("event loop", "event loops"),
        ("event loop", "event, loop"),
        ("1.5", "11.5"),
        ("c", "c++"),
        ("c++", "c++11"),
        ("水上市场", "水上运动市场"),
    ],
)
def test_parts_of_words_and_other_words_between_make_one(text: str, other: str) -> None:
    assert not literal(text).search(other)


@example(".1タ", "1", "")
@example("タ1.", "", "1")
@given(
    st.text("ab1.+-_ \n苹果タワー한", min_size=1).filter(lambda text: text == text.strip()),
    st.text("a1 ,苹タ", max_size=3),
    st.text("a1 ,果ワ", max_size=3),
)
def test_whoever_holds_a_text_has_its_certain_terms(text: str, before: str, after: str) -> None:
    whole = f"{before} {text} {after}" if text.isascii() else before + text + after
    if not literal(text).search(whole):
        return
    there = {term.text for term in words_and_pairs(whole)}
    for term in certain_terms(text):
        halves = {half for pair in there if len(pair) == 2 for half in pair}
        assert term.text in there or (term.kind == "character" and term.text in halves)
