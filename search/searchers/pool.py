"""As many searches at once as there are processes: each question goes to one that is free."""

import os
import pickle
import queue
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.workers import Worker
from search.answer import SearchPage
from search.asking.query import SearchRequest

_ATTEMPTS = 2
"""A process that has ended is replaced and asked again."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The library that is asked most, the model to begin with, and how many cores it gets."""

    root: Path
    model: str
    cache: Path
    threads: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the library in `root`, as it was after that commit or later."""

    root: Path
    commit: int
    request: SearchRequest


class Searchers:
    """Processes that search, started at once; safe to ask from several threads."""

    def __init__(self, count: int, root: Path, model: str, cache: Path) -> None:
        threads = max(1, (os.cpu_count() or 1) // count)
        self._all = [_Searcher(Opening(root, model, cache, threads)) for _ in range(count)]
        # the one that was asked last, while it is warm
        self._free: queue.LifoQueue[_Searcher] = queue.LifoQueue()
        for each in self._all:
            self._free.put(each)

    def page(self, asked: Asked) -> SearchPage | None:
        """Return the answer, None where it takes a search of one's own to learn what is wrong."""
        searcher = self._free.get()
        try:
            return searcher.page(asked)
        finally:
            self._free.put(searcher)

    def close(self) -> None:
        """End all processes, whatever they are at."""
        for each in self._all:
            each.close()


@contextmanager
def searching_elsewhere(
    processes: int, root: Path, model: str, cache: Path
) -> Iterator[Searchers | None]:
    """Have so many processes search for the length of the block; with one there are none."""
    if processes == 1:
        yield None
        return
    with closing(Searchers(processes, root, model, cache)) as searchers:
        yield searchers


class _Searcher:
    """One process; for one thread at a time, but any may close it."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._worker = self._started()

    def page(self, asked: Asked) -> SearchPage | None:
        for _ in range(_ATTEMPTS):
            try:
                return self._exchanged(asked)
            except (OSError, EOFError, pickle.UnpicklingError):
                self._worker.end()
                self._worker = self._started()
        return None

    def close(self) -> None:
        self._worker.end()

    def _started(self) -> Worker:
        # a key that stops the server is for the server to answer
        worker = Worker("search.searchers.worker", own_session=True)
        worker.send(self._opening)
        return worker

    def _exchanged(self, asked: Asked) -> SearchPage | None:
        self._worker.send(asked)
        page: SearchPage | None = pickle.load(self._worker.answers)  # noqa: S301 - a process of our own
        return page
