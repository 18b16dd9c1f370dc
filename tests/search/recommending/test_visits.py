"""What is visited together counts where it is more than chance, popularity and a list bring."""

import random

import pytest

from search.recommending.visits import HALF_LIFE_SECONDS, Visits
from store.events.events import Event

NOW = 1_000_000_000.0
DOCUMENTS = range(1, 41)


def visit(document: int, session: str | None = None, origin: int | None = None, at=NOW, how="view"):
    return Event(how, str(document), at, str(origin) if origin else None, session)


def together(events, one: int, other: int) -> float:
    return Visits.of(events, NOW).with_any_of([str(one)]).get(str(other), 0.0)


def sessions(*pairs: tuple[int, ...], times: int = 1, prefix: str = "") -> list[Event]:
    return [
        visit(document, f"{prefix}{at}.{number}")
        for at in range(times)
        for number, pair in enumerate(pairs)
        for document in pair
    ]


def test_without_events_nothing_is_together():
    assert Visits.of([], NOW).with_any_of(["1"]) == {}


def test_a_pair_counts_by_the_formula():
    found = together(sessions((1, 2), times=40), 1, 2)
    # all 40 visits beside 1 are to 2, the only one of ten places that is known: e = 1.25 · 4
    assert found == pytest.approx((40 - 5 - 1.5 * 6**0.5) / (40 + 30), abs=1e-6)
    assert found == pytest.approx(together(sessions((1, 2), times=40), 2, 1))


def test_a_handful_of_visits_weighs_nothing():
    assert together(sessions((1, 2)), 1, 2) == 0
    assert together(sessions((1, 2), times=3), 1, 2) < 0.03


def test_a_click_on_the_page_of_another_is_a_session_of_both():
    clicks = [visit(2, origin=1, how="click") for _ in range(40)]
    assert together(clicks, 1, 2) == pytest.approx(together(sessions((1, 2), times=40), 1, 2))


def test_a_session_counts_once_for_a_pair():
    again = [visit(number, "s") for _ in range(100) for number in (1, 2)]
    assert together(again, 1, 2) == 0


def test_visits_fade():
    fresh = sessions((1, 2), times=40)
    old = [visit(int(e.document), e.session, at=NOW - HALF_LIFE_SECONDS) for e in fresh]
    # half of 40 visits, and half of each document's
    assert together(old, 1, 2) == pytest.approx((20 - 2.5 - 1.5 * 3.5**0.5) / (20 + 30), abs=1e-6)


def test_popularity_brings_nobody_together():
    chance = random.Random(1)
    popular = [1 / number for number in DOCUMENTS]
    log = [
        visit(document, str(number))
        for number in range(2000)
        for document in set(chance.choices(DOCUMENTS, popular, k=3))
    ]
    pairs = Visits.of(log, NOW).together.values()
    assert max((each for others in pairs for each in others.values()), default=0) < 0.1
    assert together([*log, *sessions((20, 30), times=60, prefix="p")], 20, 30) > 0.3


def test_of_a_long_session_the_newest_documents_count():
    events = [visit(number, f"{at}") for at in range(40) for number in DOCUMENTS]
    assert set(Visits.of(events, NOW).together) <= set(map(str, DOCUMENTS[-20:]))


def test_of_several_liked_documents_the_strongest_bond_counts():
    events = [*sessions((1, 3), times=40), *sessions((2, 3), times=20, prefix="b")]
    both = Visits.of(events, NOW).with_any_of(["1", "2"])
    assert both["3"] == pytest.approx(together(events, 1, 3))
    assert both["3"] > together(events, 2, 3)
