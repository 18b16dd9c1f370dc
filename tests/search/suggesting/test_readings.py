"""Pinyin has all readings of a word, the usual one first, and not without end."""

import pytest

from search.suggesting.readings import MOST_VARIANTS, first_letters, readings, variants


@pytest.mark.parametrize(
    ("text", "usual"),
    [("重庆", "chongqing"), ("重要", "zhongyao"), ("银行", "yinhang"), ("行走", "xingzou")],
)
def test_a_word_is_read_as_the_word_that_it_is(text, usual):
    assert variants(readings(text)) == [tuple(each[0] for each in readings(text))]
    assert "".join(variants(readings(text))[0]) == usual


def test_a_character_on_its_own_has_all_of_its_readings():
    assert {each[0] for each in variants(readings("乐"))} >= {"le", "yue"}


def test_ways_that_depart_in_fewer_characters_come_first():
    ways = variants([("a", "b"), ("c",), ("d", "e", "f")])
    assert ways[0] == ("a", "c", "d")
    assert set(ways[1:4]) == {("b", "c", "d"), ("a", "c", "e"), ("a", "c", "f")}
    assert set(ways[4:]) == {("b", "c", "e"), ("b", "c", "f")}


def test_a_text_full_of_doubtful_characters_has_only_so_many_readings():
    assert len(variants(readings("乐行长重和" * 30))) == MOST_VARIANTS


def test_what_nobody_knows_how_to_read_stands_for_itself():
    assert readings("a\U0002a6d6\U0002a6d5") == [("a",), ("\U0002a6d6",), ("\U0002a6d5",)]


@pytest.mark.parametrize(
    ("pinyin", "letters"),
    [("canshufwq", "csfwq"), ("zhuangchuang", "zc"), ("xiongnverlvxueyuan", "xnrlxy"), ("", "")],
)
def test_pinyin_is_cut_to_the_first_letters_of_its_syllables(pinyin, letters):
    assert first_letters(pinyin) == letters
