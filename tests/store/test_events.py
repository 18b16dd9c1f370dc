"""Events come and go beside everything else, and never become too many."""

import sqlite3
import threading
from contextlib import closing

import pytest

from store.doctor.examine import examine
from store.doctor.repair import repair
from store.events import events as module
from store.events.events import Event, EventsState, EventStore
from store.layout import LibraryLayout


@pytest.fixture
def store(library):
    library.add("a.md", library.part("raft", "leader election"), library.part("paxos", "quorum"))
    return EventStore(LibraryLayout(library.root))


def view(document, session=None, origin=None):
    return Event("view", document, 100.0, origin, session)


def stored(store):
    return [(each.document, each.origin, each.session) for each in store.all()]


def test_events_are_kept_as_they_come(store):
    assert store.add([view("raft", "s"), view("paxos", origin="raft")]) == 2
    assert stored(store) == [("raft", None, "s"), ("paxos", "raft", None)]
    assert store.state() == EventsState(2, 2)


def test_what_is_no_document_is_passed_over(store):
    assert store.add([view("gone"), view("raft", origin="gone")]) == 1
    assert stored(store) == [("raft", None, None)]


def test_the_newest_are_kept(store, monkeypatch):
    monkeypatch.setattr(module, "MOST_EVENTS", 3)
    store.add([view("raft", str(number)) for number in range(5)])
    store.add([view("paxos", "last")])
    assert [session for _, _, session in stored(store)] == ["3", "4", "last"]


def test_events_of_a_session_can_be_removed_and_then_all(store):
    store.add([view("raft", "a"), view("paxos", "a"), view("raft", "b"), view("raft")])
    assert store.remove("a") == 2
    assert store.remove("a") == 0
    assert store.remove() == 2
    assert store.state().count == 0


def test_the_state_changes_with_every_change(store):
    store.add([view("raft", "a")])
    first = store.state()
    store.remove()
    store.add([view("raft", "a")])
    assert store.state() != first


def test_a_document_takes_its_events_along(library, store):
    store.add([view("raft"), view("paxos", origin="raft")])
    with library.writer() as writer, writer.turn() as turn:
        turn.changes.remove_document("raft")
    assert stored(store) == [("paxos", None, None)]
    assert examine(library.root) == []


def test_a_document_that_is_read_anew_keeps_its_events(library, store):
    store.add([view("raft"), view("paxos", origin="raft")])
    library.add("a.md", library.part("raft", "a term of office", digest="2"))
    assert stored(store) == [("raft", None, None), ("paxos", "raft", None)]
    assert examine(library.root) == []


def test_events_come_while_somebody_writes_a_library_and_others_read(library, store):
    reader = library.view()
    with library.writer():
        assert store.add([view("raft")]) == 1
    assert reader.is_current()


def test_many_at_once_lose_nothing(store):
    def add():
        for _ in range(10):
            store.add([view("raft"), view("paxos")])

    threads = [threading.Thread(target=add) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert store.state().count == 80


def test_the_doctor_drops_events_of_nothing(library, store):
    store.add([view("raft")])
    with closing(sqlite3.connect(LibraryLayout(library.root).catalogue)) as connection:
        connection.execute("UPDATE events SET document = 'gone'")
        connection.commit()
    assert [each.code for each in examine(library.root)] == ["events_of_nothing"]
    repair(library.root, lambda _: pytest.fail("nothing to embed"), lambda _: None)
    assert examine(library.root) == []
    assert stored(store) == []
