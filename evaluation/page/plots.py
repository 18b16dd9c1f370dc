"""What the plots show, as numbers: where the dots, the bars and the lines are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean

import numpy as np

from evaluation.evaluate import Evaluation
from evaluation.metrics import Measured

_BINS = 10
_BARS = 25
_FIRST_PAGE = 10
_TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and between which values it lies with 95 % confidence."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One group of queries: how many, and its interval for each measure."""

    name: str
    queries: int
    intervals: Sequence[Interval]


@dataclass(frozen=True, slots=True)
class Bin:
    """Documents of about the same relevance: the mean of it, and the share judged relevant."""

    predicted: float
    judged: float
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """The share of the queries in each of 25 bars from relevance 0 to 1."""

    name: str
    shares: Sequence[float]
    queries: int


def rows(groups: Mapping[str, Measured]) -> list[Row]:
    """Return a row for each group of queries."""
    return [
        Row(name, len(each.per_query), [_interval(each, str(m)) for m in each.measures])
        for name, each in groups.items()
    ]


def _interval(measured: Measured, name: str) -> Interval:
    values = [each[name] for each in measured.per_query.values()]
    mean = float(np.mean(values))
    margin = 0.0
    if len(values) > 1:
        margin = _TWO_SIDED_95 * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return Interval(mean, max(0.0, mean - margin), min(1.0, mean + margin))


def reliability(found: Evaluation) -> list[Bin]:
    """Return the documents on the first page of every judged query, by tenths of relevance."""
    first_pages = (
        (query, *each)
        for query, answer in found.answers.items()
        for each in islice(zip(answer.ids, answer.relevances, strict=True), _FIRST_PAGE)
    )
    grades, copies = found.judged.grades, found.copies
    return binned(
        (relevance, grades[query].get(copies.of(document), 0) > 0)
        for query, document, relevance in first_pages
    )


def binned(pairs: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Return the pairs of relevance and judgement by tenths of relevance, empty ones left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for pair in pairs:
        bins.setdefault(min(int(pair[0] * _BINS), _BINS - 1), []).append(pair)
    return [
        Bin(fmean(r for r, _ in within), fmean(j for _, j in within), len(within))
        for _, within in sorted(bins.items())
    ]


def histogram(name: str, values: Iterable[float]) -> Histogram:
    """Return how the values, 0 to 1, are distributed."""
    found = np.fromiter(values, np.float64)
    counts, _ = np.histogram(found, _BARS, (0, 1))
    return Histogram(name, (counts / max(1, len(found))).tolist(), len(found))
