"""Marks: they stand on the original text, whole graphemes, each for something that was asked."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.answer import Highlight
from search.proof.snippets import highlights, say_something, with_sentence
from text.folding import fold
from text.graphemes import edges
from text.sentences import sentences
from text.terms import query_terms, words_and_pairs

BITS = [
    *"參數參数服務器ｐａｒａｍ⽬标①㎏ﬁlm👍🏽🇨🇳각한국어क्षि.。\n ",
    *[
        "parameter",
        "Servers",
        "e\u0301",
        "\u0301",
        "\ufe00",
        "\u200d",
        "👩\u200d🔬",
        "\u202e",
        "\x00",
        "\r\n",
    ],
    *[
        "参数服务器",
        "怎么",
        "the ",
        "of ",
        "\ue000",
        "𝐋𝐨𝐬𝐬",
        "Ｓｅｒｖｅｒ",
        "伺服器",
        "café",
        "cafe\u0301",
    ],
]
TEXTS = st.lists(st.sampled_from(BITS), max_size=25).map("".join) | st.text(max_size=50)
QUERIES = (
    st.sampled_from(["参数服务器", "parameter server", "café 目标 ㎏", "film 國語 한국"]) | TEXTS
)


def marks_of(text: str, query: str) -> tuple[Highlight, ...]:
    return highlights(text, query_terms(fold(query).text))


def marked(text: str, query: str) -> list[str]:
    return [text[each.start : each.end] for each in marks_of(text, query)]


def test_words_are_marked_in_the_script_of_the_document():
    assert marked("參數伺服器與參數", "参数") == ["參數", "參數"]


def test_compatibility_characters_are_marked_where_they_stand():
    assert marked("机器学习的⽬标函数", "目标") == ["⽬标"]


def test_neighbouring_marks_are_one():
    assert marked("参数服务器", "参数服务器") == ["参数服务器"]


def test_english_words_are_marked_in_every_form():
    assert marked("Servers serve; a server served.", "server") == ["Servers", "server"]


@pytest.mark.parametrize("query", ["café", "cafe\u0301", "CAFÉ"])
def test_a_mark_takes_in_the_accents_of_its_letters(query):
    assert marked("un cafe\u0301, le café", query) == ["cafe\u0301", "café"]


def test_a_mark_takes_in_what_people_see_as_one_character():
    assert marked("x海\u200d🔬x", "海") == ["海\u200d"]


def test_words_that_say_little_are_not_marked():
    assert marked("the loss of the model", "the loss") == ["loss"]
    assert marked("模型的损失", "损失的") == ["损失"]
    assert marked("Why does the loss go up?", "why does loss") == ["loss"]
    assert marked("怎么选择学习率", "怎么 学习率") == ["学习率"]


def test_a_query_of_such_words_marks_them_all_the_same():
    assert marked("to see or not to be", "to be") == ["to", "to", "be"]
    assert not say_something(marks_of("to see or not to be", "to be"))
    assert say_something(marks_of("the loss", "the loss"))


def test_a_text_without_the_words_has_no_marks():
    assert marked("梯度消失", "参数服务器") == []
    assert not say_something(())


def test_a_sentence_is_marked_around_the_words_that_are():
    text = "• 节点宕机后，从快照恢复。另一句。"
    found = with_sentence(text, sentences(text)[0], [Highlight(2, 6)])
    assert [(each.kind, text[each.start : each.end]) for each in found] == [
        ("keyword", "节点宕机"),
        ("semantic", "后，从快照恢复。"),
    ]


def test_nothing_is_marked_for_its_meaning_that_has_no_letter():
    text = "恢复。"
    assert with_sentence(text, (0, 3), [Highlight(0, 2)]) == (Highlight(0, 2),)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(TEXTS, QUERIES)
def test_marks_of_words_are_whole_apart_and_hold_what_was_asked(text, query):
    asked = {term.text for term in query_terms(fold(query).text)}
    found = marks_of(text, query)
    assert all(left.end < right.start for left, right in pairwise(found))
    for mark in found:
        folded = fold(text[mark.start : mark.end]).text
        assert {mark.start, mark.end} <= set(edges(text))
        assert mark.terms <= asked
        in_it = {term.text for term in words_and_pairs(folded)}
        assert mark.terms & in_it or any(term in folded for term in mark.terms)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(TEXTS.filter(bool), QUERIES, st.data())
def test_marks_of_both_kinds_never_overlap(text, query, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = marks_of(text, query)
    found = with_sentence(text, (start, end), words)
    assert [each for each in found if each.kind == "keyword"] == list(words)
    assert all(each.start < each.end <= len(text) for each in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert {at for each in found for at in (each.start, each.end)} <= set(edges(text))
