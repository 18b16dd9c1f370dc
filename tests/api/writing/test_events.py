"""Events over HTTP: kept, refused, removed; they move what is recommended."""

import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing

import httpx
import pytest

from store.catalogue.schema import open_writable
from store.events.events import EventStore
from store.layout import LibraryLayout

NAMES = ["raft", "paxos", "bread", "tomatoes", "owls", "kafka"]


@pytest.fixture(scope="module", autouse=True)
def documents(client: httpx.Client) -> None:
    bodies = [{"id": each, "title": each, "snippets": [f"All about {each}."]} for each in NAMES]
    response = client.post("/v1/documents", params={"wait": "60s"}, json=bodies)
    assert response.json()["done"] == len(NAMES)


@pytest.fixture
def events(root) -> EventStore:
    store = EventStore(LibraryLayout(root))
    store.remove()
    return store


def report(client: httpx.Client, body: object) -> httpx.Response:
    return client.post("/v1/events", json=body)


def test_one_event_or_an_array_of_them_is_kept(client, events):
    one = report(client, {"type": "view", "document": "raft"})
    assert (one.status_code, one.json()) == (202, {"kept": 1})
    many = [{"type": "click", "document": "paxos", "from": "raft", "session": "s"}] * 3
    assert report(client, many).json() == {"kept": 3}
    assert {each.session for each in events.all()} == {None, "s"}


def test_a_time_is_taken_and_one_to_come_is_now(client, events):
    at = ["2026-01-01T10:00:00+08:00", "9999-01-01T00:00:00Z"]
    report(client, [{"type": "view", "document": "raft", "at": each} for each in at])
    past, now = (each.at for each in events.all())
    assert past == 1767232800
    assert abs(now - time.time()) < 60


def test_all_are_kept_or_none_and_what_is_wrong_is_pointed_at(client, events):
    body = [{"type": "view", "document": "raft"}, {"type": "view", "document": "x", "from": "y"}]
    response = report(client, body)
    assert response.status_code == 422
    pointers = [each["pointer"] for each in response.json()["errors"]]
    assert pointers == ["/1/document", "/1/from"]
    assert events.state().count == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "viw", "document": "raft"}, "/type"),
        ({"type": "view"}, "/document"),
        ({"type": "view", "document": "raft", "sesion": "s"}, "/sesion"),
        ({"type": "view", "document": "raft", "origin": "paxos"}, "/origin"),
        ({"type": "view", "document": "raft", "session": "s" * 65}, "/session"),
        ({"type": "view", "document": "raft", "session": ""}, "/session"),
        ({"type": "view", "document": "raft", "at": "2026-01-01T10:00:00"}, "/at"),
        ([{"type": "view", "document": 7}], "/0/document"),
        ([{"type": "view", "document": "raft"}] * 1001, ""),
        ("view", ""),
        ([None], "/0"),
    ],
)
def test_what_is_no_event_is_refused(client, body, pointer):
    response = report(client, body)
    assert response.status_code == 422
    assert [each["pointer"] for each in response.json()["errors"]] == [pointer]


@pytest.mark.usefixtures("events")
def test_a_session_can_be_removed_and_then_everything(client):
    report(client, [{"type": "view", "document": each, "session": each} for each in NAMES])
    assert client.delete("/v1/events", params={"session": "raft"}).json() == {"removed": 1}
    assert client.delete("/v1/events").json() == {"removed": len(NAMES) - 1}
    assert client.delete("/v1/events", params={"sesion": "raft"}).status_code == 422


@pytest.mark.usefixtures("events")
def test_who_reports_too_much_at_once_is_asked_to_come_again(client, root):
    body = {"type": "view", "document": "raft"}
    with closing(open_writable(LibraryLayout(root).catalogue)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(8) as pool:
            reports = [pool.submit(report, client, body) for _ in range(8)]
            done, waiting = wait(reports, 1.0)
            assert [each.result().status_code for each in done] == [503] * 4
            assert {each.result().headers["retry-after"] for each in done} == {"1"}
            assert client.get("/v1/search", params={"q": "raft"}).status_code == 200
            busy.execute("ROLLBACK")
            assert [each.result().status_code for each in waiting] == [202] * 4


@pytest.mark.usefixtures("events")
def test_what_is_visited_together_is_recommended_together(client):
    together = [
        {"type": "view", "document": each, "session": f"s{number}"}
        for number in range(60)
        for each in ("raft", "bread")
    ]
    report(client, together)
    for _ in range(100):
        first = client.get("/v1/documents/raft/similar").json()["similar"][0]
        if first["id"] == "bread" and first["reason"]["visited"]:
            return
        time.sleep(0.1)
    pytest.fail(f"{first['id']} comes first")
