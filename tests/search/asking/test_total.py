"""How many documents match: exactly so many only where no other can have been missed."""

from collections.abc import Callable, Mapping

import pytest

from search.answer import Total
from search.asking.query import SearchRequest
from search.engine import Engine

Library = Callable[[Mapping[str, str]], Engine]

ALIKE = {f"b{number}": f"Bread number {number} is baked at night." for number in range(30)}
OTHERS = {f"o{number}": f"Ship {number} sails to the harbour." for number in range(30)}


@pytest.fixture
def looking_at_ten(legs_bring: Callable[[int], None]) -> None:
    """Let each leg bring ten passages only."""
    legs_bring(10)


@pytest.mark.usefixtures("looking_at_ten")
@pytest.mark.parametrize("mode", ["keyword", "semantic", "hybrid"])
def test_where_the_last_that_was_looked_at_still_counts_there_are_at_least_so_many(
    library: Library, mode
) -> None:
    page = library(ALIKE | OTHERS).search(SearchRequest("baked bread", mode, min_relevance=0.01))
    assert page.total.relation == "gte"
    assert 10 <= page.total.value < 30


@pytest.mark.usefixtures("looking_at_ten")
def test_where_words_run_out_before_that_the_number_is_exact(library: Library) -> None:
    nine = dict(list(ALIKE.items())[:9])
    page = library(nine | OTHERS).search(SearchRequest("bread", "keyword", min_relevance=0.01))
    assert page.total == Total(9, "eq")


def test_words_alone_bring_as_many_after_a_search_by_meaning_as_before(
    library: Library, monkeypatch
) -> None:
    monkeypatch.setattr("search.retrieve.WORDS_BESIDE_MEANING", 5)
    engine = library(ALIKE | OTHERS)
    engine.search(SearchRequest("baked bread"))
    page = engine.search(SearchRequest("baked bread", "keyword", min_relevance=0.01))
    assert page.total == Total(30, "eq")


@pytest.mark.usefixtures("looking_at_ten")
@pytest.mark.parametrize("mode", ["keyword", "semantic", "hybrid"])
def test_books_that_bring_all_that_is_looked_at_hide_others(library: Library, mode) -> None:
    book = "\n\n".join(f"Bread is baked at night, loaf {n}. " * 12 for n in range(25))
    engine = library({"one": book, "two": book.replace("loaf", "roll")} | ALIKE | OTHERS)
    page = engine.search(SearchRequest("bread is baked", mode, min_relevance=0.01))
    assert page.total.relation == "gte"


@pytest.mark.usefixtures("looking_at_ten")
@pytest.mark.parametrize("mode", ["keyword", "semantic", "hybrid"])
def test_what_falls_to_a_condition_tells_nothing_of_what_came_after(library: Library, mode) -> None:
    zebras = {f"z{number}": f"Bread {number} is baked for a zebra." for number in range(15)}
    page = library(ALIKE | zebras).search(
        SearchRequest("bread baked -zebra", mode, min_relevance=0.01)
    )
    assert page.total.value < len(ALIKE)
    assert page.total.relation == "gte"


@pytest.mark.usefixtures("looking_at_ten")
def test_what_does_not_count_may_be_missed(library: Library) -> None:
    two = dict(list(ALIKE.items())[:2])
    ranking = library(two | OTHERS).rank("Bread is baked at night.")
    assert len(ranking.keys) < len(two | OTHERS)
    assert ranking.complete_above(float(ranking.relevances[1]))
    assert not ranking.complete_above(0)
