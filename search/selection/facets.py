"""How many documents of a set have each value of a field?"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.filtering.masks import require_field
from store.derived.facts import Facts

MOST_VALUES = 100

Keys = NDArray[np.int64]
Rows = NDArray[np.int64]
Value = str | int | float


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many documents have the value; a text in the spelling that came first."""

    value: Value
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field: the hundred commonest, and what the others come to.

    `missing` documents have none. `least` and `most` are those of its numbers, None without any.
    Where a document has one value at most, all counts with `other` and `missing` are the total.
    """

    values: tuple[FacetValue, ...]
    other: int
    missing: int
    least: float | None = None
    most: float | None = None


def count_facets(facts: Facts, documents: Keys, fields: Iterable[str]) -> Mapping[str, Facet]:
    """Return the facet of each field over these documents; InvalidQuery if a field is unknown."""
    rows = facts.rows(documents)
    return {field: _facet(facts, rows, require_field(field, facts)) for field in fields}


def _facet(facts: Facts, rows: Rows, field: str) -> Facet:
    known = rows[rows >= 0]
    has_value = np.zeros(len(facts.keys), np.bool_)
    counts: list[tuple[Value, int]] = []
    least = most = None
    if field in facts.numbers:
        values = facts.numbers[field][known]
        has_value[known] = ~np.isnan(values)
        numbers, times = np.unique(values[~np.isnan(values)], return_counts=True)
        counts += zip(map(_plain, numbers.tolist()), times.tolist(), strict=True)
        least, most = (_plain(numbers[0]), _plain(numbers[-1])) if len(numbers) else (None, None)
    if field in facts.texts:
        texts = facts.texts[field]
        chosen = np.zeros(len(facts.keys), np.bool_)
        chosen[known] = True
        chosen = chosen[texts.rows]
        has_value[texts.rows[chosen]] = True
        times = np.bincount(texts.codes[chosen], minlength=len(texts.spellings))
        held = np.flatnonzero(times)
        counts += zip((texts.spellings[code] for code in held), times[held].tolist(), strict=True)
    shown = heapq.nsmallest(MOST_VALUES, counts, key=_commonest_first)
    return Facet(
        tuple(FacetValue(*each) for each in shown),
        sum(count for _, count in counts) - sum(count for _, count in shown),
        len(rows) - int(np.count_nonzero(has_value[known])),
        least,
        most,
    )


def _commonest_first(counted: tuple[Value, int]) -> tuple[int, bool, Value]:
    value, count = counted
    return -count, isinstance(value, str), value


def _plain(number: float) -> float:
    """Return whole numbers without the point that the column gave them."""
    return int(number) if float(number).is_integer() else float(number)
