"""`wenhai tasks`: what waits and what became of it, without a server."""

import json
import threading

import pytest

from indexer.tasks.worker import Worker
from store.layout import LibraryLayout
from store.tasks.tasks import TaskStore
from store.tasks.types import NewItem, TaskRequest
from store.writer import LibraryWriter


@pytest.fixture
def library(encoder, tmp_path):
    root = tmp_path / "library"
    with LibraryWriter(root, encoder.card):
        pass
    return root


def enqueue(library, *payloads: str):
    items = [NewItem(f"d-{at}", "put", payload) for at, payload in enumerate(payloads)]
    return TaskStore(LibraryLayout(library)).enqueue(TaskRequest("add"), items)


def test_tasks_are_listed_and_shown_with_what_failed(wenhai, library, encoder):
    task = enqueue(library, '{"title": "Eins"}', '{"titel": "Zwei"}')
    worker = Worker(library, lambda: encoder, lambda: None)
    worker.start()
    followed = wenhai("tasks", task.id, "--follow", "--library", str(library))
    worker.stop()
    assert followed.returncode == 3
    shown = wenhai("tasks", task.id, "--library", str(library))
    assert "succeeded" in shown.stdout
    assert "item 1 d-1: unknown field 'titel': did you mean 'title'?" in shown.stdout
    assert task.id in wenhai("tasks", "--library", str(library)).stdout


def test_json_is_what_http_answers(wenhai, library):
    task = enqueue(library, '{"title": "Eins"}')
    one = json.loads(wenhai("tasks", task.id, "--json", "--library", str(library)).stdout)
    every = json.loads(wenhai("tasks", "--json", "--library", str(library)).stdout)
    assert (one["id"], one["status"]) == (task.id, "queued")
    assert every == {"tasks": [one], "next_cursor": None}


def test_a_task_is_cancelled(wenhai, library, encoder):
    task = enqueue(library, '{"title": "Eins"}')
    assert "cancelled" in wenhai("tasks", "--cancel", task.id, "--library", str(library)).stdout
    committed = threading.Event()
    worker = Worker(library, lambda: encoder, committed.set)
    worker.start()
    worker.stop()
    assert not committed.is_set()


@pytest.mark.parametrize("arguments", [("nothing",), ("--follow",), ("--cancel", "nothing")])
def test_what_is_not_there_is_said_in_a_line(wenhai, library, arguments):
    result = wenhai("tasks", *arguments, "--library", str(library))
    assert result.returncode == 1
    assert result.stderr.startswith("error: no task ")
    missing = wenhai("tasks", *arguments, "--library", str(library / "none"))
    assert missing.stderr.startswith("error: no library in")
