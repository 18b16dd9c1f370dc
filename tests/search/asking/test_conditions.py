"""Only documents that hold what a query demands answer it, in every mode."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from search.asking import conditions
from search.asking.query import MODES, Mode, SearchRequest
from search.engine import Engine

TEXTS = {
    "phone": "苹果手机的电池能用一整天。",
    "orchard": "苹果园在春天修剪，果农最忙。",
    "pie": "An apple pie needs butter and sugar.",
    "pies": "Apples and pies go together well.",
    "cake": "A cake of carrots, no fruit at all.",
    "loop": "The event\nloop runs callbacks one by one.",
    "apart": "Each event runs in a loop of its own.",
}

Library = Callable[[Mapping[str, str]], Engine]


@pytest.fixture(scope="session")
def small(library: Library) -> Engine:
    return library(TEXTS)


def found(engine: Engine, q: str, mode: Mode = "hybrid") -> set[str]:
    return set(engine.rank(q, mode).ids(100))


@pytest.mark.parametrize("mode", MODES)
def test_every_document_fulfils_what_is_asked_for(small: Engine, mode: Mode) -> None:
    assert found(small, "+苹果", mode) == {"phone", "orchard"}
    assert found(small, '"event loop"', mode) == {"loop"}
    assert "phone" not in found(small, "苹果 -手機", mode)


def test_words_are_whole_and_no_stems(small: Engine) -> None:
    assert found(small, "food +Apple") == {"pie"}
    assert {"pies", "cake"} <= found(small, "food -apple")
    assert "pie" not in found(small, "food -apple")


def test_conditions_hold_together(small: Engine) -> None:
    assert found(small, "+苹果 -修剪") == {"phone"}
    assert found(small, "+苹果 +修剪 -春天") == set()
    assert found(small, "+butter -butter") == set()


def test_a_single_character_is_found_within_words(small: Engine) -> None:
    assert found(small, "+农") == {"orchard"}


def test_a_title_fulfils_for_its_document(small: Engine) -> None:
    assert found(small, "fruit +cake") == {"cake"}
    assert found(small, "苹果 “《phone》”") == {"phone"}


def test_totals_and_nearest_fulfil_too(small: Engine) -> None:
    page = small.search(SearchRequest("food -apple", min_relevance=0))
    assert page.total.value == len(TEXTS) - 1
    assert page.total.relation == "eq"
    none = small.search(SearchRequest("food -apple", min_relevance=1))
    assert none.nearest
    assert all(hit.document.id != "pie" for hit in none.nearest)


def test_a_document_is_found_that_no_leg_brings(
    library: Library, legs_bring: Callable[[int], None]
) -> None:
    legs_bring(5)
    engine = library({f"b{n}": f"bread number {n} is baked" for n in range(30)} | TEXTS)
    ranking = engine.rank("bread number baked +callbacks")
    assert ranking.ids(10) == ["loop"]
    assert ranking.complete_above(0.9)


def test_where_too_much_fulfils_the_total_says_at_least(
    library: Library, legs_bring: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    legs_bring(5)
    monkeypatch.setattr(conditions, "MOST_BROUGHT", 7)
    engine = library({f"b{n}": f"bread number {n} is baked" for n in range(30)})
    ranking = engine.rank("bread +baked")
    assert 7 // 2 <= len(ranking.keys) < 30
    assert not ranking.complete_above(float(np.float32(0)))
