"""A window shows where the marks stand closest, as wide as asked, and parts no character."""

import pytest

from search.answer import Highlight
from search.proof.windows import window


def shown(text: str, highlights: list[Highlight], columns: int) -> str:
    return text[slice(*window(text, highlights, columns))]


def word(text: str, each: str, start: int = 0) -> Highlight:
    at = text.index(each, start)
    return Highlight(at, at + len(each), terms=frozenset([each]))


def test_a_short_text_is_whole():
    assert shown("参数服务器", [Highlight(0, 2)], 10) == "参数服务器"


def test_a_han_character_is_two_columns_wide():
    assert shown("海" * 400, [], 320) == "海" * 160
    assert shown("ab " * 400, [], 30) == "ab ab ab ab ab ab ab ab ab ab"


def test_the_window_is_where_most_different_words_stand():
    text = "网络 网络 网络。" + "海" * 100 + "网络的参数。" + "海" * 100
    found = [word(text, "网络"), word(text, "网络", 4), word(text, "网络", 50), word(text, "参数")]
    assert "网络的参数。" in shown(text, found, 60)


def test_a_word_said_twice_counts_once():
    text = "网络 网络。" + "海" * 100 + "网络。"
    found = [word(text, "网络"), word(text, "网络", 3), word(text, "网络", 50)]
    assert shown(text, found, 60).startswith("网络 网络。")


def test_the_sentence_that_carries_the_meaning_comes_before_words():
    text = "参数和网络。" + "海" * 100 + "节点从快照恢复。" + "海" * 100
    at = text.index("节点")
    found = [word(text, "参数"), word(text, "网络"), Highlight(at, at + 8, "semantic")]
    assert "节点从快照恢复。" in shown(text, found, 60)


def test_some_text_stands_before_the_first_mark():
    text = "海" * 300 + "灯塔" + "海" * 300
    assert shown(text, [word(text, "灯塔")], 320).index("灯塔") == 40


def test_a_window_begins_with_a_sentence_if_one_is_near():
    text = "海" * 300 + "。" + "岸" * 20 + "灯塔" + "海" * 300
    assert shown(text, [word(text, "灯塔")], 320).startswith("岸岸")


def test_a_mark_near_the_end_leaves_no_room_unused():
    text = "海" * 300 + "灯塔"
    assert len(shown(text, [word(text, "灯塔")], 320)) == 160


def test_latin_words_are_kept_whole():
    text = "at-most-once delivery " * 40
    assert set(shown(text, [Highlight(440, 448)], 100).split()) == {"at-most-once", "delivery"}


def test_a_marked_word_is_kept_whole():
    text = "海" * 20 + "编码器" + "海" * 300
    for columns in range(44, 56):
        assert shown(text, [word(text, "编码器")], columns).count("编码器") == 1


@pytest.mark.parametrize("unit", ["e\u0301", "👩\u200d🔬", "🇨🇳", "👍🏽", "각", "字\ufe00"])
@pytest.mark.parametrize("columns", [10, 11, 13])
def test_a_cut_never_parts_a_grapheme(unit, columns):
    found = shown(unit * 50, [], columns)
    assert found
    assert found == unit * (len(found) // len(unit))


def test_a_word_without_end_is_cut_somewhere():
    assert len(shown("x" * 5000, [], 320)) == 320


def test_a_mark_that_is_wider_than_the_window_fills_it():
    assert shown("海" * 400, [Highlight(150, 400, "semantic")], 200) == "海" * 100
