"""Builds an engine's index, or asks it:

    python -m benchmarks.peers.vectors.measure build|ask MODULE ENGINE FOLDER DATA RESULT

Two cores for everyone. Runs in the engine's own environment; RESULT is a JSON file.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.peers.vectors.contract import (
    BUCKETS,
    SHARES,
    TEN,
    Answered,
    Asked,
    Data,
    Engine,
    Vectors,
)

CORES = 2
_TIE = 5e-5  # lengths of vectors that were rounded to 16 bits differ by so much
_FILTERED = 100
_FEWEST = 30
_ROUNDS = 3
_SECONDS = 3.0
_WARMING = 10


def engine_of(module: str, name: str) -> type[Engine]:
    """Return the class of the engine."""
    found: type[Engine] = getattr(importlib.import_module(f"{__package__}.{module}"), name)
    return found


def memory() -> tuple[int, int]:
    """Return the bytes that this process and its children hold, and those mapped from files."""
    process = psutil.Process()
    held = [_resident(each.pid) for each in (process, *process.children(recursive=True))]
    return sum(own for own, _ in held), sum(mapped for _, mapped in held)


def _resident(pid: int) -> tuple[int, int]:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    kilobytes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    of_files = int(kilobytes["RssFile"]) + int(kilobytes["RssShmem"])
    return int(kilobytes["RssAnon"]) * 1024, of_files * 1024


class Asking:
    """One engine, and the questions that are put to it."""

    def __init__(self, engine: Engine, data: Data) -> None:
        self._engine = engine
        self._data = data

    def answered(self, effort: int, share: float) -> Answered:
        """Ask the questions, more than once while that is soon done; the best time counts."""
        filtered = share < 1
        below = round(share * BUCKETS) if filtered else None
        questions = self._data.questions[: _FILTERED if filtered else None]
        for question in questions[:_WARMING]:
            self._engine.nearest(question, effort, below)
        found: list[Sequence[int]] = []
        until = time.perf_counter() + _SECONDS
        times = [self._asked(questions, effort, below, found)]
        while len(times) < _ROUNDS and time.perf_counter() < until:
            times.append(self._asked(questions[: len(found)], effort, below, []))
        fewest = min(map(len, times))
        p50, p99 = np.quantile(np.min([each[:fewest] for each in times], axis=0), [0.5, 0.99])
        least = self._data.least[SHARES.index(share)]
        each_one = zip(questions, found, least, strict=False)
        recall = np.mean([self._recall(*each, below) for each in each_one])
        return Answered(effort, share, float(p50), float(p99), float(recall))

    def _asked(
        self, questions: Vectors, effort: int, below: int | None, found: list[Sequence[int]]
    ) -> list[float]:
        """Return the milliseconds of each question, of at least 30 while time is left."""
        times: list[float] = []
        until = time.perf_counter() + _SECONDS
        for question in questions:
            before = time.perf_counter()
            if before > until and len(times) >= _FEWEST:
                break
            found.append(self._engine.nearest(question, effort, below))
            times.append((time.perf_counter() - before) * 1000)
        return times

    def _recall(
        self, question: Vectors, rows: Sequence[int], least: float, below: int | None
    ) -> float:
        different = np.unique(np.asarray(rows, np.int64))
        if below is not None and (self._data.buckets[different] >= below).any():
            raise ValueError("the engine's filter let others pass")
        cosines = self._data.vectors[different] @ question
        return min(TEN, int((cosines >= least - _TIE).sum())) / TEN


def ask(kind: type[Engine], folder: Path, data: Data) -> Asked:
    """Open what was built, and ask it; memory is what that takes after the usual questions."""
    before = memory()
    started = time.perf_counter()
    engine = kind(folder)
    usual = kind.efforts[0]
    engine.nearest(data.questions[0], usual, None)
    opening = time.perf_counter() - started
    for question in data.questions:
        engine.nearest(question, usual, None)
    own, mapped = (after - then for after, then in zip(memory(), before, strict=True))
    asking = Asking(engine, data)
    answers = []
    for effort in kind.efforts:
        for share in SHARES:
            try:
                answers.append(asking.answered(effort, share))
            except NotImplementedError:
                continue
    return Asked(opening, own, mapped, tuple(answers))


def main(what: str, module: str, name: str, *paths: str) -> None:
    """Build or ask, and write what was found out."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    folder, data, result = map(Path, paths)
    kind = engine_of(module, name)
    found: dict[str, Any]
    if what == "build":
        folder.mkdir()
        started = time.perf_counter()
        kind.build(folder, Data.of(data))
        found = {"seconds": time.perf_counter() - started}
    else:
        found = asdict(ask(kind, folder, Data.of(data)))
    result.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
