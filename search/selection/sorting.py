"""In which order do documents stand when sorted by their facts?"""

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidQuery
from search.filtering.masks import require_field
from search.filtering.tree import shown
from store.derived.fact_texts import NO_TEXTS
from store.derived.facts import Facts

Keys = NDArray[np.int64]
Floats = NDArray[np.float64]
Value = str | float | None

_NUMBER, _TEXT = 0.0, 1.0


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field to sort by; documents without it come last in either direction."""

    field: str
    descending: bool

    @classmethod
    def of(cls, text: str) -> "SortKey":
        """Return what `page_count`, `page_count:asc` or `page_count:desc` says."""
        field, _, direction = text.partition(":")
        if direction not in ("", "asc", "desc"):
            raise InvalidQuery(
                f'sort has "{shown(text)}": write a field alone, or as in page_count:desc'
            )
        return cls(field, direction == "desc")

    @property
    def sign(self) -> int:
        """What values are multiplied by, so that they ascend."""
        return -1 if self.descending else 1


class Sorting:
    """What documents are sorted by, as columns of the facts' rows, the first counting most.

    Each key has two: whether it is a number or a text, and the number or the rank of the text. Of
    several texts the one counts that comes first. The last row is none and has no values.
    """

    def __init__(self, facts: Facts, sort: Iterable[str]) -> None:
        self._facts = facts
        self._keys = [SortKey.of(each) for each in sort]
        self._columns = [column for key in self._keys for column in self._pair(key)]

    def order(self, documents: Keys) -> Keys:
        """Return the documents in this order, those that are equal as they stood."""
        rows = self._facts.rows(documents)
        if not self._columns:
            return documents
        return documents[np.lexsort([column[rows] for column in reversed(self._columns)])]

    def values(self, document: int) -> list[Value]:
        """Return what the document is sorted by, texts folded, None where it is unknown."""
        row = int(self._facts.rows(np.array([document]))[0])
        return [self._value(key, row, at) for at, key in enumerate(self._keys)]

    def after(self, values: Sequence[Value], document: int) -> NDArray[np.bool_]:
        """Say of each row whether it comes after a document that has or had these values.

        Among equals, those of a higher key come after it.
        """
        later = np.zeros(len(self._facts.keys), np.bool_)
        equal = ~later
        bounds = [b for pair in map(self._bounds, self._keys, values) for b in pair]
        for column, bound in zip(self._columns, bounds, strict=True):
            own = column[:-1]
            if np.isnan(bound):
                equal &= np.isnan(own)
                continue
            later |= equal & ((own > bound) | np.isnan(own))
            equal &= own == bound
        return later | (equal & (self._facts.keys > document))

    def _pair(self, key: SortKey) -> tuple[Floats, Floats]:
        kinds = np.full(len(self._facts.keys) + 1, np.nan)
        values = np.zeros(len(kinds))
        field = require_field(key.field, self._facts)
        if field in self._facts.numbers:
            numbers = np.append(self._facts.numbers[field], np.nan)
            known = ~np.isnan(numbers)
            kinds[known], values[known] = _NUMBER, numbers[known]
        if field in self._facts.texts:
            texts = self._facts.texts[field]
            firsts = np.flatnonzero(np.diff(texts.rows, prepend=-1))
            chosen = np.maximum if key.descending else np.minimum
            rows = texts.rows[firsts]
            kinds[rows], values[rows] = _TEXT, chosen.reduceat(texts.ranks[texts.codes], firsts)
        return key.sign * kinds, key.sign * values

    def _value(self, key: SortKey, row: int, at: int) -> Value:
        kind, value = (column[row] * key.sign for column in self._columns[2 * at : 2 * at + 2])
        if np.isnan(kind):
            return None
        return self._facts.texts[key.field].in_order[int(value)] if kind == _TEXT else float(value)

    def _bounds(self, key: SortKey, value: Value) -> tuple[float, float]:
        if value is None:
            return math.nan, 0.0
        if not isinstance(value, str):
            return key.sign * _NUMBER, key.sign * value
        texts = self._facts.texts.get(key.field, NO_TEXTS).in_order
        place = bisect.bisect_left(texts, value)
        is_there = place < len(texts) and texts[place] == value
        return key.sign * _TEXT, key.sign * (place if is_there else place - 0.5)
