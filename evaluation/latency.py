"""How long does one who asks wait?"""

import time
from collections.abc import Sequence

import numpy as np

from evaluation.targets import Target
from search.asking.query import Mode

MOST = 50
"""Enough for percentiles, and little beside the time that the evaluation takes."""
_TO_WARM_UP = 3


def timed(target: Target, queries: Sequence[str], mode: Mode) -> tuple[list[float], float]:
    """Return the milliseconds of at most 50 single searches, spread over the queries.

    Beside them the relevance below which the target has no answer.
    """
    chosen = np.unique(np.linspace(0, len(queries) - 1, MOST).astype(np.int64))
    for at in chosen[:_TO_WARM_UP]:
        cut_off = target.ask(queries[at], mode)
    milliseconds = []
    for at in chosen:
        started = time.perf_counter()
        target.ask(queries[at], mode)
        milliseconds.append((time.perf_counter() - started) * 1000)
    return milliseconds, cut_off


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99, and how many were measured."""
    found = np.percentile(milliseconds, [50, 95, 99]).tolist()
    return {**dict(zip(("p50", "p95", "p99"), found, strict=True)), "n": len(milliseconds)}
