"""A real server over a library of its own, which its tests may change."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.access.access import Access
from api.app import create_app
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

Task = dict[str, Any]
Serve = Callable[[FastAPI], AbstractContextManager[str]]
Served = Callable[[Path, Encoder, Access], AbstractContextManager[httpx.Client]]


@pytest.fixture(scope="session")
def served(serve: Serve) -> Served:
    """Return a function that serves a library with that access, as long as a block lasts.

    It is made where there is none.
    """

    @contextmanager
    def served_for(root: Path, encoder: Encoder, access: Access) -> Iterator[httpx.Client]:
        with LibraryWriter(root, encoder.card):
            pass
        app = create_app(Engine(root, encoder), access)
        with serve(app) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield client

    return served_for


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("writing") / "library"


@pytest.fixture(scope="module")
def client(root: Path, encoder: Encoder, served: Served) -> Iterator[httpx.Client]:
    with served(root, encoder, Access(loopback=True)) as client:
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
