"""Search servers that are measured side by side: how each is started, filled and asked."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import httpx
import psutil

from benchmarks.peers.environment import OFFLINE, ROOT

_AT_ONCE = 500
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Text:
    """A document: a passage under the title of what it is from."""

    id: str
    title: str
    text: str


class Service(Protocol):
    """A server over a folder that keeps what it is sent."""

    @property
    def name(self) -> str:
        """Return what its row is called."""

    @property
    def folder(self) -> Path:
        """Return the folder that it keeps all in."""

    def command(self, port: int) -> Sequence[str | Path]:
        """Return what starts it."""

    def surroundings(self) -> Mapping[str, str]:
        """Return the variables that it needs besides."""

    def address(self, question: str) -> str:
        """Return the path of the ten documents that answer best."""

    def fill(self, client: httpx.Client, texts: Sequence[Text]) -> None:
        """Send all texts, and return once searches find them."""


@dataclass(frozen=True, slots=True)
class Wenhai:
    """`wenhai serve`, as it comes, or with more processes."""

    folder: Path
    name: str = "Wenhai"
    processes: int = 1

    def command(self, port: int) -> Sequence[str | Path]:
        """Return what starts it."""
        serve = ("-m", "cli", "serve", "--library", self.folder.absolute(), "--port", str(port))
        return (sys.executable, *serve, "--processes", str(self.processes))

    def surroundings(self) -> Mapping[str, str]:
        """Return the variables that it needs besides."""
        return {}

    def address(self, question: str) -> str:
        """Return the path of the ten documents that answer best."""
        return f"/v1/search?q={quote(question)}"

    def fill(self, client: httpx.Client, texts: Sequence[Text]) -> None:
        """Send all texts, and return once all tasks are done."""
        tasks = []
        for start in range(0, len(texts), _AT_ONCE):
            some = [asdict(each) for each in texts[start : start + _AT_ONCE]]
            answer = client.post("/v1/documents", json=some).raise_for_status()
            tasks.append(answer.headers["location"])
        for task in tasks:
            while (state := client.get(task).raise_for_status().json())["done"] < state["total"]:
                if state["failed"]:
                    raise ValueError(f"documents were not taken: {state}")
                time.sleep(0.1)


@dataclass(frozen=True, slots=True)
class Txtai:
    """txtai's own API: hybrid search, texts kept, and the prefixes that the model needs."""

    folder: Path
    python: Path
    weights: Path
    name: str

    def command(self, port: int) -> Sequence[str | Path]:
        """Return what starts it, after its configuration is written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.yml").write_text(
            f"path: {self.folder / 'index'}\n"
            "writable: true\n"
            "embeddings:\n"
            f"  path: {self.weights}\n"
            "  hybrid: true\n"
            "  content: true\n"
            '  instructions: {query: "query: ", data: "passage: "}\n',
            encoding="utf-8",
        )
        serve = ("-m", "uvicorn", "txtai.api:app", "--log-level", "warning", "--port", str(port))
        return (self.python, *serve)

    def surroundings(self) -> Mapping[str, str]:
        """Return the variables that it needs besides."""
        return OFFLINE | {"CONFIG": str(self.folder / "config.yml")}

    def address(self, question: str) -> str:
        """Return the path of the ten documents that answer best."""
        return f"/search?query={quote(question)}&limit=10"

    def fill(self, client: httpx.Client, texts: Sequence[Text]) -> None:
        """Send all texts, and have them indexed."""
        for start in range(0, len(texts), _AT_ONCE):
            some = [
                {"id": each.id, "text": f"{each.title}\n{each.text}"}
                for each in texts[start : start + _AT_ONCE]
            ]
            client.post("/add", json=some).raise_for_status()
        client.get("/index").raise_for_status()


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: a client, its process, and the seconds to its first answer."""

    client: httpx.Client
    process: psutil.Process
    first_answer: float

    def memory(self) -> int:
        """Return the bytes of the process and its children, what they share counted once."""
        tree = (self.process, *self.process.children(recursive=True))
        return sum(each.memory_full_info().pss for each in tree)


@contextmanager
def running(service: Service, question: str) -> Iterator[Running]:
    """Start the server, wait until it has answered the question, and stop it in the end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    started = time.perf_counter()
    server = subprocess.Popen(
        service.command(port), cwd=ROOT, env=os.environ | service.surroundings()
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=None) as client:
            while not _answers(client, service.address(question)):
                if server.poll() is not None or time.perf_counter() - started > _PATIENCE:
                    raise ValueError(f"{service.name} does not answer")
                time.sleep(0.02)
            first_answer = time.perf_counter() - started
            yield Running(client, psutil.Process(server.pid), first_answer)
    finally:
        server.terminate()
        server.wait()


def _answers(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(address).status_code == 200
    except httpx.ConnectError:
        return False
