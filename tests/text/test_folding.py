"""Folding: one form for every spelling, and a way back to the original."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text.folding import fold

ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("spelling", "folded"),
    [
        ("參數服務器", "参数服务器"),
        ("Ｐａｒａｍｅｔｅｒ Server", "parameter server"),
        ("⽬标⽤户", "目标用户"),
        ("ﬁne‑tuning", "fine‐tuning"),
        ("co\u00adoperate", "cooperate"),
        ("Cafe\u0301", "café"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_one_text_fold_alike(spelling: str, folded: str) -> None:
    assert fold(spelling).text == folded


def test_a_range_of_the_folded_text_leads_back_to_the_original() -> None:
    original = "ﬁnd ⽬标 in Cafe\u0301s"
    folded = fold(original)
    start = folded.text.index("café")
    assert original[slice(*folded.original_range(start, start + 4))] == "Cafe\u0301"


def test_what_cannot_be_read_becomes_a_blank_of_the_same_width() -> None:
    assert fold("a\x00b\ud800c\ue000d\ufffde").text == "a b c d e"


def test_a_lone_surrogate_beside_a_character_that_depends_on_its_word_is_a_blank() -> None:
    assert fold("瞭解\ud800").text == "了解 "


def test_a_traditional_character_folds_the_same_in_every_context() -> None:
    alone = {each: fold(each).text for each in "乾隆皇后發髮裡著"}
    together = fold("乾隆皇后發髮裡著").text
    assert together == "".join(alone.values())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("衞生", "卫生"),
        ("瞭解", "了解"),
        ("甚麼", "什么"),
        ("甚至", "甚至"),
        ("憑藉", "凭借"),
        ("慰藉", "慰藉"),
        ("朝著目標", "朝着目标"),
        ("著名的原著", "著名的原著"),
    ],
)
def test_characters_that_depend_on_their_word_fold_with_it(written: str, folded: str) -> None:
    assert fold(written).text == folded


@settings(deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_every_folded_character_has_a_range_within_the_original(text: str) -> None:
    folded = fold(text)
    ranges = [folded.original_range(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert ranges == sorted(ranges)


@settings(deadline=None, derandomize=True)
@given(ANY_TEXT, ANY_TEXT)
def test_a_text_folds_the_same_wherever_it_stands(before: str, text: str) -> None:
    after_a_word = fold(f"{before} {text}").text
    starts_alone = not text or unicodedata.combining(unicodedata.normalize("NFKC", text[0])[0]) == 0
    jamo = text and "\u1160" <= text[0] <= "\u11ff"
    if starts_alone and not jamo:
        assert after_a_word.endswith(fold(text).text)


@settings(deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_folding_what_is_folded_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once or not once.isprintable() or not text.isprintable()
