"""Events move recommendations, and leave no trace once they are removed."""

import shutil
import time

import pytest

from search.engine import Engine
from search.recommending import habits
from store.events.events import Event, EventStore
from store.layout import LibraryLayout

SERVERS = "parameter-server-architecture"


@pytest.fixture
def visited(sample_library, encoder, tmp_path):
    """Return an engine over a library of its own, and its events."""
    shutil.copytree(sample_library, tmp_path / "library")
    return Engine(tmp_path / "library", encoder), EventStore(LibraryLayout(tmp_path / "library"))


def visits(*documents: str, times: int = 40) -> list[Event]:
    now = time.time()
    return [
        Event("view", document, now, session=f"{documents} {number}")
        for number in range(times)
        for document in documents
    ]


def test_what_is_visited_together_comes_first_and_says_so(visited):
    engine, events = visited
    far = engine.similar(SERVERS, 100)[-1].document.id
    events.add(visits(SERVERS, far))
    engine.follow_visits()
    first = engine.similar(SERVERS)[0]
    assert (first.document.id, first.reason.visited) == (far, True)


def test_without_events_answers_are_what_they_were(visited):
    engine, events = visited
    before = engine.similar(SERVERS, 20)
    events.add(visits(SERVERS, before[-1].document.id))
    engine.follow_visits()
    assert engine.similar(SERVERS, 20) != before
    events.remove()
    engine.follow_visits()
    assert engine.similar(SERVERS, 20) == before


def test_a_single_visit_changes_nothing_and_a_few_next_to_nothing(visited):
    engine, events = visited
    before = engine.similar(SERVERS, 20)
    for times in (1, 3):
        events.add(visits(SERVERS, before[-1].document.id, times=times))
        engine.follow_visits()
        after = engine.similar(SERVERS, 20)
        assert after[:5] == before[:5]
    assert after != before


def test_events_are_found_in_the_background(visited, monkeypatch):
    engine, events = visited
    monkeypatch.setattr(habits, "SECONDS_BETWEEN_LOOKS", 0.0)
    far = engine.similar(SERVERS, 100)[-1].document.id
    events.add(visits(SERVERS, far))
    for _ in range(200):
        if engine.similar(SERVERS, 1)[0].document.id == far:
            return
        time.sleep(0.02)
    pytest.fail("nobody looked")
