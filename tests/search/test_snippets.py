"""Snippets: the marks stand on the original text."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from search.snippets import highlights
from text.folding import fold
from text.terms import query_terms


def marked(text: str, query: str) -> list[str]:
    terms = query_terms(fold(query).text)
    return [text[each.start : each.end] for each in highlights(text, terms)]


def test_words_are_marked_in_the_script_of_the_document():
    assert marked("參數伺服器與參數", "参数") == ["參數", "參數"]


def test_compatibility_characters_are_marked_where_they_stand():
    assert marked("机器学习的⽬标函数", "目标") == ["⽬标"]


def test_neighbouring_marks_are_one():
    assert marked("参数服务器", "参数服务器") == ["参数服务器"]


def test_english_words_are_marked_in_every_form():
    assert marked("Servers serve; a server served.", "server") == ["Servers", "server"]


def test_function_words_are_not_marked():
    assert marked("the loss of the model", "the loss") == ["loss"]
    assert marked("模型的损失", "损失的") == ["损失"]


def test_a_query_of_function_words_marks_them_all_the_same():
    assert marked("to see or not to be", "to be") == ["to", "to", "be"]


def test_a_text_without_the_words_has_no_marks():
    assert marked("梯度消失", "参数服务器") == []


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=50), st.text(max_size=10))
def test_marks_are_in_order_apart_and_within_the_text(text, query):
    ranges = [(each.start, each.end) for each in highlights(text, query_terms(fold(query).text))]
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(left[1] < right[0] for left, right in pairwise(ranges))
