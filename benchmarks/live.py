"""What does it cost a server's searches that documents come and go, and what does it cost itself?

    python -m benchmarks.live [--passages N] [--seconds S]

A server of its own process over a library of N passages (benchmarks/resampled.py): latency idle and
while documents are added as fast as they are taken, seconds until one is found, memory over 50
commits, and the deletion of a tenth of all.
"""

import argparse
import itertools
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.resampled import build_resampled
from benchmarks.services import Wenhai, running
from benchmarks.start import QUERIES
from core.settings import Settings
from models import load_encoder

_BATCH = 200
_AHEAD = 3
_TEXT = (
    "文档 {0} 说的是第 {0} 次会议：参数服务器每隔 {0} 分钟保存一次快照，节点宕机后由副本接管。"
    "会议还讨论了缓存的淘汰策略与编号 {0} 的实验。"
)


class Searching:
    """Asks one question after another, each of them new, and keeps the milliseconds."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._numbers = itertools.count()

    def ask(self, seconds: float) -> list[float]:
        """Return the milliseconds of each search within that time."""
        times = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            number = next(self._numbers)
            started = time.perf_counter()
            q = f"{QUERIES[number % len(QUERIES)]} {number}"
            self._client.get("/v1/search", params={"q": q}).raise_for_status()
            times.append((time.perf_counter() - started) * 1000)
        return times


@contextmanager
def adding(client: httpx.Client) -> Iterator[None]:
    """Keep so many tasks of documents waiting that the server never has nothing to do."""
    done = threading.Event()

    def add() -> None:
        tasks: list[str] = []
        for batch in itertools.count():
            while len(tasks) >= _AHEAD and not done.is_set():
                tasks = [each for each in tasks if not _is_finished(client, each)]
                time.sleep(0.2)
            if done.is_set():
                return
            numbers = range(batch * _BATCH, (batch + 1) * _BATCH)
            documents = [_document(f"added-{number}", number) for number in numbers]
            tasks.append(_post(client, documents)["id"])

    thread = threading.Thread(target=add)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _document(document_id: str, number: int) -> dict[str, Any]:
    return {"id": document_id, "title": f"会议 {number}", "text": _TEXT.format(number)}


def _post(client: httpx.Client, documents: list[dict[str, Any]], wait: str = "0s") -> Any:
    answer = client.post("/v1/documents", json=documents, params={"wait": wait}, timeout=90)
    return answer.raise_for_status().json()


def _is_finished(client: httpx.Client, task: str) -> bool:
    status = client.get(f"/v1/tasks/{task}").raise_for_status().json()["status"]
    return status not in ("queued", "running")


def _documents(client: httpx.Client) -> int:
    found = client.get("/v1/documents", params={"limit": 1}).raise_for_status().json()
    return int(found["total"]["value"])


def latencies(client: httpx.Client, seconds: float) -> None:
    """Print the latency idle and while documents are added, and the ratio of both."""
    searching = Searching(client)
    searching.ask(2)
    idle = searching.ask(seconds)
    before = _documents(client)
    with adding(client):
        time.sleep(2)
        busy = searching.ask(seconds)
    added = _documents(client) - before
    for name, times in (("idle", idle), ("adding", busy)):
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[-1]
        print(f"{name:<8}{len(times):5} searches, p50 {p50:6.1f} ms, p99 {p99:6.1f} ms")
    ratio = statistics.quantiles(busy, n=100)[-1] / statistics.quantiles(idle, n=100)[-1]
    print(f"p99 adding / idle {ratio:.2f}; {added / (seconds + 2):.0f} documents/s added")


def until_found(client: httpx.Client) -> None:
    """Print how long after its acknowledged commit a document is found."""
    while any(not _is_finished(client, each["id"]) for each in _tasks(client)):
        time.sleep(0.5)
    waits = []
    for number in range(20):
        word = f"unverwechselbar{number:03}"
        document = {"id": word, "title": word, "text": f"Only here stands {word}."}
        task = _post(client, [document], wait="60s")
        assert task["status"] == "succeeded", task
        committed = time.perf_counter()
        while not _hits(client, f"+{word}"):
            time.sleep(0.01)
        waits.append(time.perf_counter() - committed)
    print(f"found after its commit was told: at most {max(waits):.3f} s")


def _hits(client: httpx.Client, q: str) -> list[Any]:
    answer = client.get("/v1/search", params={"q": q, "spelling": False})
    hits: list[Any] = answer.raise_for_status().json()["hits"]
    return hits


def _tasks(client: httpx.Client) -> list[dict[str, Any]]:
    answer = client.get("/v1/tasks").raise_for_status().json()
    tasks: list[dict[str, Any]] = answer["tasks"]
    return tasks


def memory(client: httpx.Client, server: psutil.Process) -> None:
    """Print what 50 commits leave behind in memory."""
    sizes = []
    for commit in range(60):
        _post(client, [_document("changing", commit)], wait="60s")
        client.get("/v1/search", params={"q": "会议"}).raise_for_status()
        sizes.append(server.memory_info().rss / 2**20)
    print(f"resident after 10 commits {sizes[10]:.0f} MB, after 50 more {sizes[-1]:.0f} MB")


def deleting(client: httpx.Client, documents: int) -> None:
    """Print how long the deletion of a tenth of all passages takes."""
    started = time.perf_counter()
    params = {"filter": f"number < {documents // 10}", "wait": "60s"}
    task = client.delete("/v1/documents", params=params, timeout=90).raise_for_status().json()
    assert task["status"] == "succeeded", task
    seconds = time.perf_counter() - started
    print(f"{task['done']:,} documents of 10 passages each deleted in {seconds:.1f} s")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--work", type=Path, help="keep the library there, or use what is there")
    arguments = parser.parse_args()
    encoder = load_encoder(None, Settings().cache)
    with tempfile.TemporaryDirectory() as temporary:
        root = (arguments.work or Path(temporary)) / "library"
        if not root.exists():
            root.parent.mkdir(exist_ok=True)
            build_resampled(root, encoder, arguments.passages)
        with running(Wenhai(root), QUERIES[0]) as server:
            client = server.client
            print(json.dumps(client.get("/version").json()))
            latencies(client, arguments.seconds)
            until_found(client)
            memory(client, server.process)
            deleting(client, arguments.passages // 10)


if __name__ == "__main__":
    main()
