"""How soon does a new process answer, how fast then, and how much memory does the server take?

    python -m benchmarks.start LIBRARY [--queries N]

Starts `wenhai search` and `wenhai serve` as processes of their own, on a warm cache.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx

from benchmarks.services import Wenhai, running

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


def serve(library: Path, queries: int) -> None:
    """Print the server's start, latencies and memory."""
    with running(Wenhai(library), QUERIES[0]) as server:
        print(f"server: first answer {server.first_answer:.2f} s after its start")
        times = [_ask(server.client, f"{QUERIES[at % 5]} {at}") for at in range(queries)]
        memory = server.process.memory_info().rss / 2**20
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"server: {queries} queries, p50 {p50:.1f} ms, p95 {p95:.1f} ms, {memory:.0f} MB")


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
