"""What is typed beside words: phrases in quotation marks, words with a sign."""

import pytest

from core.errors import InvalidQuery
from search.asking.query import understand
from search.asking.syntax import MOST_OPERATORS, operators


def conditions(q: str) -> list[tuple[str, bool]]:
    return [(each.text, each.wanted) for each in understand(q).conditions]


@pytest.mark.parametrize("q", ['"event loop"', "“Event Loop”", "「event loop」", "＂event loop＂"])
def test_any_quotation_marks_make_a_phrase(q: str) -> None:
    assert conditions(f"{q} loops") == [("event loop", True)]
    assert understand(f"{q} loops").text == "event loop loops"


def test_a_question_is_not_held_to_what_it_only_mentions() -> None:
    assert conditions('how does the "event loop" work') == [("event loop", True)]
    assert conditions('who was it that called the "event loop" a trap?') == []
    assert conditions("《红楼梦》里的“金陵十二钗”一共有多少位女子") == []
    assert conditions("《红楼梦》里 +“金陵十二钗”一共有多少位女子") == [("金陵十二钗", True)]


def test_a_sign_wants_a_word_or_shuts_it_out() -> None:
    assert conditions("蘋果 +手機 －电脑") == [("手机", True), ("电脑", False)]
    assert understand("蘋果 +手機 －电脑").text == "苹果 手机"


def test_a_sign_stands_before_phrases_too() -> None:
    q = 'milk -"oat milk" +『豆浆』'
    assert conditions(q) == [("oat milk", False), ("豆浆", True)]
    assert understand(q).text == "milk 豆浆"


@pytest.mark.parametrize(
    "q",
    [
        "state-of-the-art",
        "2024-05",
        "c++ or c#",
        "a-b",
        "苹果-手机",
        "git --force",
        "this - or that + more",
        'an "unclosed quote',
        'a 5" disk and a 3" disk',
        '"" and "!?"',
    ],
)
def test_what_only_looks_like_an_operator_is_none(q: str) -> None:
    assert understand(q).conditions == ()
    assert understand(q).text == q


def test_punctuation_ends_a_word_but_not_a_number() -> None:
    assert conditions("+手机，苹果 -1,000 +v1,000, +c++. x") == [
        ("手机", True),
        ("v1,000", True),
        ("c++", True),
    ]


def test_the_same_twice_is_one_condition() -> None:
    assert conditions("+苹果 +蘋果 「苹果」") == [("苹果", True)]


def test_quoted_neighbours_stay_two_words() -> None:
    assert understand('"event""loop"').text == "event loop"
    assert understand('什么是"读写锁"吗').text == "什么是读写锁吗"


def test_what_only_shuts_out_is_no_question() -> None:
    with pytest.raises(InvalidQuery, match="add a word"):
        understand('-apple -"pruning shears"')


def test_too_many_operators_are_refused() -> None:
    most = " ".join(f"+w{n}" for n in range(MOST_OPERATORS))
    assert len(operators(most)) == MOST_OPERATORS
    with pytest.raises(InvalidQuery, match="21 phrases"):
        understand(f"{most} -more")
