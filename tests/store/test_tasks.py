"""Tasks in the catalogue: whole or not at all, in order, once for a key, kept for a while."""

import threading

import pytest

from core.errors import IdempotencyKeyReused, LibraryBusy, TaskNotFound
from store.catalogue.schema import open_writable
from store.layout import LibraryLayout
from store.tasks import entry, progress
from store.tasks.progress import ItemResult, record, waiting_items
from store.tasks.tasks import TaskStore
from store.tasks.types import NewItem, TaskRequest

ADD = TaskRequest("add")


def put(*names: str) -> list[NewItem]:
    return [NewItem(name, "put", f'{{"title": "{name}"}}') for name in names]


@pytest.fixture
def layout(library):
    with library.writer():
        pass
    return LibraryLayout(library.root)


@pytest.fixture
def store(layout):
    return TaskStore(layout)


@pytest.fixture
def connection(layout):
    opened = open_writable(layout.catalogue)
    yield opened
    opened.close()


def finish(store, connection, count=1000) -> None:
    """Record that so many of the waiting items went well."""
    found = [item for _, item in zip(range(count), waiting_items(connection), strict=False)]
    store.start({item.task for item in found})
    record(connection, [ItemResult(item, "created") for item in found], 1.0)


def test_items_wait_in_the_order_in_which_they_came(store, connection, monkeypatch):
    monkeypatch.setattr(entry, "_BLOCK", 2)
    store.enqueue(ADD, put("a", "b", "c", "d", "e"))
    store.enqueue(ADD, put("f"))
    found = list(waiting_items(connection))
    assert [item.document for item in found] == list("abcdef")
    assert [item.place for item in found] == [0, 1, 2, 3, 4, 0]


def test_the_first_place_of_an_id_is_known(store, connection):
    store.enqueue(ADD, put("a", "b", "a", "a"))
    store.enqueue(ADD, put("a"))
    assert [item.first_place for item in waiting_items(connection)] == [None, None, 0, 0, None]


@pytest.mark.parametrize("broken_at", [0, 1, 4, 5])
def test_a_task_that_breaks_while_it_arrives_leaves_nothing(
    store, connection, monkeypatch, broken_at
):
    monkeypatch.setattr(entry, "_BLOCK", 2)

    def items():
        yield from put("a", "b", "c", "d", "e")[:broken_at]
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        store.enqueue(ADD, items())
    assert store.tasks() == []
    assert connection.execute("SELECT count(*) FROM task_items").fetchone() == (0,)


def test_nobody_sees_a_task_that_is_still_arriving(store, connection, monkeypatch):
    monkeypatch.setattr(entry, "_BLOCK", 2)
    seen = []

    def items():
        for item in put(*"abcdefgh"):
            seen.append((store.tasks(), store.something_waits(), list(waiting_items(connection))))
            yield item

    assert store.enqueue(ADD, items()).total == 8
    assert seen == [([], False, [])] * 8


def test_what_a_killed_process_left_while_it_arrived_goes(store, connection):
    with connection:
        connection.execute(
            "INSERT INTO tasks (id, kind, status, created_at) VALUES ('old', 'add', 'arriving', 0)"
        )
    store.enqueue(ADD, put("a"))
    assert connection.execute("SELECT count(*) FROM tasks").fetchone() == (1,)


def test_one_key_makes_one_task_however_many_send_it_at_once(store):
    request = TaskRequest("add", "key", "fingerprint")
    ids, gate = [], threading.Barrier(6)

    def send() -> None:
        gate.wait()
        ids.append(store.enqueue(request, put("a", "b")).id)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1
    assert len(store.tasks()) == 1
    assert store.same(request).id == ids[0]
    with pytest.raises(IdempotencyKeyReused, match='key "key" came before'):
        store.enqueue(TaskRequest("add", "key", "other"), put("a"))


def test_a_request_that_comes_too_late_takes_nothing_of_others_away(store):
    request = TaskRequest("add", "key", "fingerprint")

    def items():
        store.enqueue(request, put("a"))
        store.enqueue(ADD, put("b"))
        yield from put("a")

    first = store.enqueue(request, items())
    assert [task.total for task in store.tasks()] == [1, 1]
    assert first.id in [task.id for task in store.tasks()]


def test_a_task_ends_with_its_last_item(store, connection):
    task = store.enqueue(ADD, put("a", "b", "c"))
    finish(store, connection, 2)
    running = store.task(task.id)
    assert (running.status, running.done, running.rate) == ("running", 2, 2.0)
    (last,) = waiting_items(connection)
    record(connection, [ItemResult(last, None, "invalid_document", "no title")], 0.5)
    ended = store.task(task.id)
    assert (ended.status, ended.done, ended.failed) == ("succeeded", 2, 1)
    (failed,), total = store.items(task.id, "failed", 10)
    assert (failed.place, failed.code, failed.reason, total) == (
        2,
        "invalid_document",
        "no title",
        1,
    )
    assert store.items(task.id, None, 2, 1)[1] == 3
    assert connection.execute("SELECT count(payload) FROM task_items").fetchone() == (0,)


def test_a_task_without_items_is_done(store):
    assert store.enqueue(TaskRequest("delete"), []).status == "succeeded"


def test_a_cancelled_task_waits_for_nothing(store, connection):
    task = store.enqueue(ADD, put("a", "b"))
    finish(store, connection, 1)
    assert store.cancel(task.id).status == "cancelled"
    assert list(waiting_items(connection)) == []
    statuses = [item.status for item in store.items(task.id, None, 10)[0]]
    assert statuses == ["done", "cancelled"]


def test_why_tasks_wait_is_noted_until_they_go_on(store):
    task = store.enqueue(ADD, put("a"))
    store.wait("the disk is full")
    assert store.task(task.id).error == "the disk is full"
    store.start([task.key])
    assert store.task(task.id).error is None


def test_only_the_newest_finished_tasks_are_kept(store, connection, monkeypatch):
    monkeypatch.setattr(progress, "KEPT_TASKS", 3)
    ids = [store.enqueue(ADD, put(name)).id for name in "abcde"]
    finish(store, connection)
    waiting = store.enqueue(ADD, put("f")).id
    store.forget_finished()
    assert [task.id for task in store.tasks()] == [waiting, *ids[:1:-1]]
    with pytest.raises(TaskNotFound):
        store.task(ids[0])
    assert connection.execute("SELECT count(*) FROM task_items").fetchone() == (4,)


def test_of_a_long_task_only_failures_are_kept(store, connection, monkeypatch):
    monkeypatch.setattr(progress, "KEPT_WHOLE", 3)
    monkeypatch.setattr(progress, "_BLOCK", 2)
    task = store.enqueue(ADD, put(*"abcde"))
    store.start([task.key])
    *good, bad = waiting_items(connection)
    results = [ItemResult(item, "created") for item in good]
    record(connection, [*results, ItemResult(bad, None, "x", "y")], 1.0)
    store.forget_finished()
    assert [item.place for item in store.items(task.id, None, 10)[0]] == [4]
    assert store.task(task.id).done == 4


def test_a_catalogue_that_others_write_to_is_busy_and_not_damaged(store, layout, monkeypatch):
    monkeypatch.setattr("store.catalogue.schema.PATIENCE_SECONDS", 0.1)
    holder = open_writable(layout.catalogue)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryBusy):
        store.enqueue(ADD, put("a"))
    holder.execute("ROLLBACK")
    holder.close()
    assert store.enqueue(ADD, put("a")).status == "queued"
