"""Sentences: where they end in Chinese and English, and that nothing is lost between them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天下雨。明天呢？晴！", ["今天下雨。", "明天呢？", "晴！"]),
        ("他说：“走吧。”然后走了。", ["他说：“走吧。”", "然后走了。"]),
        ("It works. Does it? Yes!", ["It works.", "Does it?", "Yes!"]),
        ("Dr. Li and A. Ng agree.", ["Dr. Li and A. Ng agree."]),
        ("Version 2.0 is out. See Fig. 3.", ["Version 2.0 is out.", "See Fig. 3."]),
        ("Use a cache, e.g. Redis. Then test.", ["Use a cache, e.g. Redis.", "Then test."]),
        ("标题\n第一行", ["标题", "第一行"]),
        ("等等……还有", ["等等……", "还有"]),
        ("  \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@settings(deadline=None, derandomize=True)
@given(st.text(st.sampled_from("ab 。.!？\n”)1A，"), max_size=80))
def test_everything_but_white_space_lies_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    covered = [at for start, end in spans for at in range(start, end)]
    assert covered == sorted(set(covered))
    outside = set(range(len(text))) - set(covered)
    assert all(text[at].isspace() for at in outside)
