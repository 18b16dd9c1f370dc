"""The worker: through trouble, past broken items, to the end of what waits."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.tasks import runner as tasks_module
from indexer.tasks.worker import Worker
from store.catalogue.schema import open_readable
from store.layout import LibraryLayout
from store.lock import write_lock
from store.tasks.tasks import TaskStore
from store.tasks.types import NewItem, TaskRequest
from store.view import LibraryView
from store.writer import LibraryWriter


@pytest.fixture
def root(encoder, tmp_path):
    with LibraryWriter(tmp_path / "library", encoder.card):
        pass
    return tmp_path / "library"


@pytest.fixture
def worker(root, encoder):
    made = Worker(root, lambda: encoder, lambda: None)
    yield made
    made.stop()


def enqueue(root: Path, *items: NewItem):
    return TaskStore(LibraryLayout(root)).enqueue(TaskRequest("add"), items)


def put(name: str, text: str = "Text.") -> NewItem:
    return NewItem(name, "put", f'{{"title": "{name}", "text": "{text}"}}')


def finished(root: Path, task, seconds: float = 30):
    """Return the task once it is finished."""
    store, deadline = TaskStore(LibraryLayout(root)), time.monotonic() + seconds
    while not (now := store.task(task.id)).is_finished:
        assert time.monotonic() < deadline, now
        time.sleep(0.02)
    return now


def test_changes_of_one_document_are_made_in_their_order(root, worker):
    first = enqueue(root, put("a", "Eins."))
    enqueue(root, NewItem("a", "patch", '{"price": 5}'))
    enqueue(root, NewItem("a", "delete"))
    last = enqueue(root, put("a", "Zwei."))
    worker.start()
    finished(root, last)
    found = LibraryView(root).document("a")
    assert found.metadata.price is None
    assert finished(root, first).done == 1


def test_thousands_of_items_that_cannot_be_done_take_few_turns(root, encoder):
    turns = []
    worker = Worker(root, lambda: encoder, lambda: turns.append(1))
    broken = [NewItem(None, "put", "5")] * 1500 + [NewItem("a", "put", '{"id": "a"}')] * 1500
    task = enqueue(root, *broken)
    worker.start()
    assert finished(root, task).failed == 3000
    worker.stop()
    assert len(turns) <= 4


def test_one_item_that_fails_unexpectedly_does_not_stop_the_others(root, worker, monkeypatch):
    real = tasks_module._Applied.do

    def breaks(self, plan) -> None:
        if plan.item.document == "bad" and plan.refusal is None:
            raise RuntimeError("nobody foresaw this")
        real(self, plan)

    monkeypatch.setattr(tasks_module._Applied, "do", breaks)
    task = enqueue(root, put("a"), put("bad"), put("b"))
    worker.start()
    assert (finished(root, task).done, finished(root, task).failed) == (2, 1)
    (item,), _ = TaskStore(LibraryLayout(root)).items(task.id, "failed", 5)
    assert item.reason == "unexpected RuntimeError: nobody foresaw this"


def test_while_another_process_writes_the_task_waits_and_says_so(root, encoder, monkeypatch):
    monkeypatch.setattr(LibraryWriter.__init__, "__defaults__", (0.1,))
    monkeypatch.setattr("indexer.tasks.worker._SECONDS_BETWEEN_LOOKS", 0.1)
    worker = Worker(root, lambda: encoder, lambda: None)
    task, store = enqueue(root, put("a")), TaskStore(LibraryLayout(root))
    with write_lock(LibraryLayout(root), 1):
        worker.start()
        while store.task(task.id).error is None:
            time.sleep(0.02)
        assert store.task(task.id).error.startswith("another process is writing to the library")
        assert worker.trouble == store.task(task.id).error
    assert finished(root, task).error is None
    worker.stop()


def test_on_a_full_disk_the_task_waits_for_room(encoder, tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    monkeypatch.setattr("indexer.tasks.worker._SECONDS_BETWEEN_LOOKS", 0.1)
    root = disk / "library"
    try:
        with LibraryWriter(root, encoder.card):
            pass
        task = enqueue(root, *(put(f"d-{at}", f"Satz {at}. " * 20) for at in range(300)))
        (disk / "ballast").write_bytes(b"x" * 2**20)
        ballast = (disk / "more").open("wb", buffering=0)
        with suppress(OSError):
            while ballast.write(b"x" * 4096):
                pass
        worker = Worker(root, lambda: encoder, lambda: None)
        worker.start()
        while worker.trouble is None:
            time.sleep(0.02)
        assert worker.trouble.startswith("the disk of the library takes no writes")
        assert not TaskStore(LibraryLayout(root)).task(task.id).is_finished
        ballast.close()
        (disk / "more").unlink()
        (disk / "ballast").unlink()
        assert finished(root, task).done == 300
        worker.stop()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_what_is_cancelled_while_it_is_embedded_is_not_committed(root, encoder, monkeypatch):
    monkeypatch.setattr(tasks_module, "_TEXTS_A_TURN", 1)
    task, store = enqueue(root, put("a", "Satz. " * 300)), TaskStore(LibraryLayout(root))
    encoded = []

    class Encoder:
        card = encoder.card

        def encode_passages(self, texts, progress=None):
            encoded.extend(texts)
            store.cancel(task.id)
            return encoder.encode_passages(texts, progress)

    worker = Worker(root, Encoder, lambda: None)
    worker.start()
    while store.something_waits():
        time.sleep(0.02)
    worker.stop()
    assert len(encoded) == 1
    with pytest.raises(Exception, match="no document"):
        LibraryView(root).document("a")


def test_two_workers_on_one_library_do_each_item_once(root, encoder):
    workers = [Worker(root, lambda: encoder, lambda: None) for _ in range(2)]
    task = enqueue(root, *(put(f"d-{at}") for at in range(600)))
    for worker in workers:
        worker.start()
    assert finished(root, task, 60).done == 600
    for worker in workers:
        worker.stop()
    assert len(set(LibraryView(root).table.documents.tolist())) == 600


def test_many_replaced_texts_cost_no_room_for_ever(root, encoder):
    layout = LibraryLayout(root)
    for version in range(6):
        enqueue(root, *(put(f"d-{at}", f"Version {version}, Nummer {at}.") for at in range(250)))
    worker = Worker(root, lambda: encoder, lambda: None)
    worker.start()
    while TaskStore(layout).something_waits():
        time.sleep(0.1)
    worker.stop()
    connection = open_readable(layout.catalogue)
    rows = connection.execute("SELECT vector_rows FROM state").fetchone()[0]
    connection.close()
    assert rows < 2 * 500 + 1000
