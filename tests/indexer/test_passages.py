"""Passages: whole sentences, about one size, at offsets that lead back to the text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import Page
from indexer.passages import PASSAGE_SIZE, passages, size

CHINESE = "参数服务器把模型的参数分布在多台机器上。"
ENGLISH = "A parameter server keeps the parameters of a model on several machines. "


def test_chinese_and_latin_passages_are_of_the_size_that_retrieves_best():
    chinese = list(passages([Page(CHINESE * 40)]))
    english = list(passages([Page(ENGLISH * 40)]))
    assert all(120 <= len(each.text) <= 160 for each in chinese[:-1])
    assert all(340 <= len(each.text) <= 450 for each in english[:-1])


def test_passages_end_where_sentences_end():
    assert all(each.text.endswith("。") for each in passages([Page(CHINESE * 40)]))


def test_no_passage_goes_over_the_end_of_its_page():
    found = list(passages([Page("第一页。", 1), Page("第三页。", 3)]))
    assert [(each.text, each.page) for each in found] == [("第一页。", 1), ("第三页。", 3)]


def test_a_short_rest_joins_the_passage_before_it():
    text = CHINESE * 8 + "完。"
    assert list(passages([Page(text)]))[-1].text.endswith(CHINESE + "完。")


def test_a_sentence_without_end_is_cut_at_its_pauses():
    endless = "一个没有句号只有逗号的很长的句子，" * 40
    found = list(passages([Page(endless)]))
    assert len(found) > 3
    assert all(each.text.endswith("，") for each in found)


def test_pages_count_in_the_offsets_with_a_line_feed_between():
    found = list(passages([Page("One.", 1), Page("Two.", 2)]))
    assert [(each.start, each.end) for each in found] == [(0, 4), (5, 9)]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.text(st.sampled_from("参数a b。，.\n"), max_size=900), max_size=3))
def test_passages_are_slices_of_the_text_and_lose_nothing_but_white_space(texts):
    whole = "\n".join(texts)
    found = list(passages(Page(text) for text in texts))
    assert all(whole[each.start : each.end] == each.text for each in found)
    assert all(size(each.text) <= 1.5 * PASSAGE_SIZE for each in found)
    said = "".join("".join(each.text.split()) for each in found)
    assert said == "".join(whole.split())


def test_a_line_of_a_million_characters_is_cut_in_reasonable_work():
    found = list(passages([Page("parameter server word " * 50_000)]))
    assert all(size(each.text) <= 1.5 * PASSAGE_SIZE for each in found)
    assert len(found) > 2000
