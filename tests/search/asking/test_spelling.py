"""A misspelt word is read as the word of the library that was meant, and no other word is."""

from collections.abc import Callable

import pytest

from search.asking.query import LONGEST_QUERY, MODES, Mode, SearchRequest
from search.asking.spelling import Speller
from search.engine import Engine


@pytest.fixture(scope="module")
def corrected(engine: Engine) -> Callable[[str], str | None]:
    return Speller(engine.view).corrected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("parametr servr", "parameter server"),
        ("LEADR electoin", "leader election"),
        ("Ｋａｆａｋ 消息積壓", "kafka 消息積壓"),
        ("Reddis缓存穿透", "redis缓存穿透"),
        ("git rebse vs mrege?", "git rebase vs merge?"),
        ("soughdough", "sourdough"),
    ],
)
def test_a_word_that_nobody_knows_is_put_right(
    corrected: Callable[[str], str | None], typed: str, meant: str
) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "parameter servers",
        "smoke alarms and toads",
        "hostas",
        "rfat",
        "xerver",
        "flibberquandle",
        "参数服务器",
        "é" * 9,
        '"parametr" +servr -mrege x',
        " ".join(f"servr{letter}" for letter in "abcdefghijklmnopqrstuvw"),
    ],
)
def test_what_may_be_meant_as_it_stands_stays(
    corrected: Callable[[str], str | None], typed: str
) -> None:
    assert corrected(typed) is None


def test_the_most_frequent_of_the_closest_words_is_taken(
    corrected: Callable[[str], str | None], engine: Engine
) -> None:
    frequency = engine.view.terms.passages.frequency
    assert frequency("spelling", "server") > frequency("spelling", "serve")
    assert corrected("servr") == "server"


@pytest.mark.parametrize("mode", MODES)
def test_both_legs_read_the_word_that_was_meant(engine: Engine, mode: Mode) -> None:
    meant = engine.rank("parameter server", mode)
    typed = engine.rank("parametr servr", mode)
    assert typed.ids(10) == meant.ids(10)
    assert typed.question.query.corrected == "parameter server"


def test_the_answer_says_what_was_corrected_unless_nothing_is(engine: Engine) -> None:
    page = engine.search(SearchRequest("parametr servr \ud800"))
    assert (page.query, page.corrected) == ("parametr servr ?", "parameter server ?")
    assert engine.search(SearchRequest("parametr servr", spelling=False)).corrected is None
    assert engine.search(SearchRequest("parameter server")).corrected is None


def test_a_query_may_grow_beyond_the_longest_by_what_was_left_out(engine: Engine) -> None:
    typed = "servr".rjust(LONGEST_QUERY, ".")
    assert engine.search(SearchRequest(typed)).corrected == typed.replace("servr", "server")
