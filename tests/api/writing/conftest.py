"""A real server over a library of its own, which its tests may change."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.access.access import Access
from api.app import create_app
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

Task = dict[str, Any]


@contextmanager
def _served(root: Path, encoder: Encoder, access: Access) -> Iterator[httpx.Client]:
    """Give a client of a server over the library, which is made where there is none."""
    with LibraryWriter(root, encoder.card):
        pass
    app = create_app(Engine(root, encoder), access)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        while not running.started:
            time.sleep(0.02)
        try:
            with httpx.Client(base_url=address, timeout=120) as client:
                yield client
        finally:
            running.should_exit = True
            thread.join()


@pytest.fixture
def served() -> Callable[..., AbstractContextManager[httpx.Client]]:
    """Return a function that serves a library with that access, as long as a block lasts."""
    return _served


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("writing") / "library"


@pytest.fixture(scope="module")
def client(root: Path, encoder: Encoder) -> Iterator[httpx.Client]:
    with _served(root, encoder, Access(loopback=True)) as client:
        yield client


@pytest.fixture
def add(client: httpx.Client) -> Callable[..., Task]:
    """Return a function that adds documents and gives the finished task."""

    def added(*documents: object, **headers: str) -> Task:
        response = client.post(
            "/v1/documents", params={"wait": "60s"}, json=list(documents), headers=headers
        )
        assert response.status_code == 200, response.text
        task: Task = response.json()
        return task

    return added


@pytest.fixture
def items(client: httpx.Client) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that gives the items of a task."""

    def of(task: Task, **params: Any) -> list[dict[str, Any]]:
        found = client.get(f"/v1/tasks/{task['id']}/items", params=params).json()["items"]
        return list(found)

    return of
