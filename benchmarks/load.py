"""What search servers are sent and asked, and by how many at once."""

import http.client
import queue
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.resampled import SEED
from benchmarks.services import Text
from store.view import LibraryView
from text.sentences import sentences

_CHARACTERS = 24
_SHORTEST = 8
_SENTENCES = 3


def texts_of(library: Path, count: int) -> list[Text]:
    """Return passages of the library, at most so many, of all its documents alike."""
    view = LibraryView(library)
    table = view.table
    title_positions = np.flatnonzero(table.titles)
    titles = {
        int(table.documents[at]): each.passage.text
        for at, each in view.passages_at(title_positions.tolist()).items()
    }
    there = np.random.default_rng(SEED).permutation(np.flatnonzero(~table.titles))[:count]
    return [
        Text(f"p{each.key}", titles[each.document], each.passage.text)
        for each in view.passages_at(there.tolist()).values()
    ]


def questions(texts: Sequence[Text]) -> Iterator[str]:
    """Return beginnings of sentences, those of all texts in turn, none of them twice."""
    seen: set[str] = set()
    for number in range(_SENTENCES):
        for each in texts:
            for first, last in sentences(each.text)[number : number + 1]:
                question = each.text[first:last].strip()[:_CHARACTERS]
                if len(question) >= _SHORTEST and question not in seen:
                    seen.add(question)
                    yield question


def ask_all(host: str, addresses: Sequence[str], clients: int) -> tuple[list[float], float]:
    """Ask for each address once; return the milliseconds of each, and the seconds of all."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for address in addresses:
        waiting.put(address)
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        done = [pool.submit(_ask, host, waiting) for _ in range(clients)]
        times = [each for client in done for each in client.result()]
    return times, time.perf_counter() - started


def ask_from_elsewhere(
    host: str, addresses: Sequence[str], clients: int
) -> tuple[list[float], float]:
    """Ask as `ask_all` does, from a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(ask_all, host, addresses, clients).result()


def _ask(host: str, waiting: "queue.SimpleQueue[str]") -> list[float]:
    connection = http.client.HTTPConnection(host)
    times: list[float] = []
    while True:
        try:
            address = waiting.get_nowait()
        except queue.Empty:
            return times
        started = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise ValueError(f"{address} is answered with status {answer.status}")
        times.append((time.perf_counter() - started) * 1000)
