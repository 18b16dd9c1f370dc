"""How soon does a new process answer, how fast then, and how much memory does the server take?

    python -m benchmarks.start LIBRARY [--queries N]

Starts `wenhai search` and `wenhai serve` as processes of their own, on a warm cache.
"""

import argparse
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

QUERIES = [
    "参数服务器",
    "how to avoid overfitting",
    "决策树剪枝",
    "what is dropout",
    "梯度消失怎么办",
]
_ROUNDS = 5


def first_answer(library: Path) -> float:
    """Return the seconds from the start of a process to its first answer, its end included."""
    command = [sys.executable, "-m", "cli", "search", QUERIES[0], "--library", str(library)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


@contextmanager
def running_server(library: Path) -> Iterator[tuple[httpx.Client, psutil.Process]]:
    """Start a server of the library that has answered once; what it says goes to stderr."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "cli", "serve", "--library", str(library)]
    server = subprocess.Popen([*command, "--port", str(port)])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait_for_answer(client)
            yield client, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def serve(library: Path, queries: int) -> None:
    """Print the server's start, latencies and memory."""
    started = time.perf_counter()
    with running_server(library) as (client, server):
        print(f"server: first answer {time.perf_counter() - started:.2f} s after its start")
        times = [_ask(client, f"{QUERIES[at % 5]} {at}") for at in range(queries)]
        memory = server.memory_info().rss / 2**20
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"server: {queries} queries, p50 {p50:.1f} ms, p95 {p95:.1f} ms, {memory:.0f} MB")


def _wait_for_answer(client: httpx.Client) -> None:
    while True:
        try:
            client.get("/v1/search", params={"q": QUERIES[0]}).raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.02)
        else:
            return


def _ask(client: httpx.Client, q: str) -> float:
    started = time.perf_counter()
    client.get("/v1/search", params={"q": q}).raise_for_status()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    times = [first_answer(arguments.library) for _ in range(_ROUNDS)]
    print(f"wenhai search: {statistics.median(times):.2f} s a process (median of {_ROUNDS})")
    serve(arguments.library, arguments.queries)


if __name__ == "__main__":
    main()
