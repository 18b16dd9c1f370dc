"""An excerpt shows the first marks, is about as wide as asked, and cuts no character in two."""

import pytest

from api.web.excerpts import Excerpt, excerpt, plain, shorten
from search.answer import Highlight


def text_of(shown: Excerpt) -> str:
    return "".join(segment.text for segment in shown.segments)


def test_a_short_text_is_whole() -> None:
    shown = excerpt("参数服务器", [Highlight(0, 2)])
    assert text_of(shown) == "参数服务器"
    assert [segment.marked for segment in shown.segments] == [True, False]
    assert (shown.cut_before, shown.cut_after) == (False, False)


def test_a_han_character_is_two_columns_wide() -> None:
    assert text_of(excerpt("海" * 400, [])) == "海" * 160
    assert text_of(excerpt("ab " * 400, [], columns=30)) == "ab " * 10


def test_the_first_mark_is_inside_with_some_text_before_it() -> None:
    text = "海" * 300 + "灯塔" + "海" * 300
    shown = excerpt(text, [Highlight(300, 302)])
    assert text_of(shown).index("灯塔") == 32
    assert (shown.cut_before, shown.cut_after) == (True, True)


def test_a_mark_near_the_end_leaves_no_room_unused() -> None:
    text = "海" * 300 + "灯塔"
    shown = excerpt(text, [Highlight(300, 302)])
    assert len(text_of(shown)) == 160
    assert (shown.cut_before, shown.cut_after) == (True, False)


def test_latin_words_are_kept_whole() -> None:
    text = "at-most-once delivery " * 40
    shown = text_of(excerpt(text, [Highlight(440, 448)], columns=100)).strip()
    assert set(shown.split()) == {"at-most-once", "delivery"}


@pytest.mark.parametrize("unit", ["e\u0301", "👩\u200d🔬", "🇨🇳", "👍🏽", "각", "字\ufe00"])
@pytest.mark.parametrize("columns", [10, 11, 13])
def test_a_cut_never_parts_a_grapheme(unit: str, columns: int) -> None:
    shown = text_of(excerpt(unit * 50, [], columns))
    assert shown
    assert shown == unit * (len(shown) // len(unit))


def test_a_word_without_end_is_cut_somewhere() -> None:
    assert 0 < len(text_of(excerpt("x" * 5000, []))) <= 320


def test_marks_across_the_cut_are_clipped() -> None:
    shown = excerpt("海" * 400, [Highlight(150, 400)], columns=200)
    assert text_of(shown) == "海" * 100
    assert shown.segments[-1].marked


def test_direction_overrides_and_boxes_are_taken_out() -> None:
    assert plain("gpj.\u202eexe\u2066!") == "gpj.exe!"
    assert plain("目\ue000\ufffd标") == "目 标"


def test_a_long_title_ends_in_an_ellipsis() -> None:
    assert shorten("海" * 5000, 20) == "海" * 10 + "…"
    assert shorten("海", 20) == "海"
