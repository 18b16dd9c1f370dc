"""Search in a large library: by codes first, then exactly over what they bring.

Rows that the codes do not know yet, and what a narrow filter leaves, are searched exactly.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from store.derived.passage_table import PassageTable
from store.derived.vectors import Positions, Vectors
from store.nearest.index import NOTHING_BESIDE, Mask
from store.nearest.lists import IN_NO_PART, Bitmap, Codes, Part, bitmap, parts_of
from store.nearest.mapped import MappedRows
from store.nearest.sections import Sections

EXACT_ROWS = 20_000
"""Up to so many rows are searched exactly: that takes less than 10 ms."""

_FURTHER = 0.02
"""Where a filter lets few of the rows pass, what is near is further away: the reach grows with this
power of how few. Of a million rows, recall stays 0.995 from a half down to a fiftieth of them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Passages of one language that are searched.

    Those in a part of the codes are found by it, with so many times the usual reach; the `tail` is
    searched exactly. `passing` has the bits of the rows that count; None where all of the part do.
    """

    number: int
    size: int
    part: Part | None
    tail: Positions
    passing: Bitmap | None = None
    effort: float = 1.0


class LargeIndex:
    """The vectors of a large library's passages, with codes of most of them where there are any."""

    def __init__(self, rows: MappedRows, codes: Codes | None, table: PassageTable) -> None:
        self.rows = rows
        self.codes = codes
        self.row_of = table.vector_rows
        self.group_of = table.languages
        self._position_of, self._twins = _places(self.row_of, rows.rows)
        self.groups = self._grouped(table)

    def vectors(self, positions: Positions) -> Vectors:
        """Return the vectors at these positions, shape (n, dimension)."""
        return self.rows.vectors(self.row_of[positions])

    def compare(self, query: Vectors, beside: Vectors | None = None) -> "LargeComparison":
        """Return how near one query, shape (dimension,), is to what is here, and another vector."""
        vectors = [query] if beside is None else [query, beside]
        return LargeComparison(self, np.array(vectors, np.float32))

    def positions_of(self, rows: Positions) -> Positions:
        """Return the positions that have these rows: none, one, or several with the same text."""
        positions = self._position_of[rows].astype(np.int64)
        positions = positions[positions >= 0]
        if not len(self._twins):
            return positions
        twins = self._twins[np.isin(self.row_of[self._twins], rows)]
        return np.concatenate([positions, twins])

    def _grouped(self, table: PassageTable) -> list[_Group]:
        parts = np.full(len(table.language_names), IN_NO_PART)
        part_of = np.full(len(self.row_of), IN_NO_PART, np.int8)
        if self.codes is not None:
            parts = np.array(parts_of(self.codes.facts, table.language_names))
            known = self.row_of < self.codes.facts.rows
            part_of[known] = self.codes.partition[self.row_of[known]]
        coded = (part_of == parts[self.group_of]) & (part_of != IN_NO_PART)
        numbers = np.flatnonzero(np.bincount(self.group_of)).tolist()
        return [self._group(number, int(parts[number]), coded) for number in numbers]

    def _group(self, number: int, part_number: int, coded: Mask) -> _Group:
        members = np.flatnonzero(self.group_of == number)
        tail = members[~coded[members]]
        if self.codes is None or part_number == IN_NO_PART:
            return _Group(number, len(members), None, tail)
        part = self.codes.facts.parts[part_number]
        alive = bitmap(self.row_of[members[coded[members]]], self.codes.facts.rows)
        rows = int(np.bitwise_count(alive).sum(dtype=np.int64))
        if rows == part.rows:
            return _Group(number, len(members), part, tail)
        return _Group(number, len(members), part, tail, alive, _effort(part.rows, rows))


def _effort(rows: int, passing: int) -> float:
    """Return how many times the usual reach it takes where only some of the rows count."""
    return float((rows / max(passing, 1)) ** _FURTHER)


@cache
def _threads() -> ThreadPoolExecutor:
    """Return the threads in which languages are searched side by side."""
    return ThreadPoolExecutor(os.cpu_count(), "nearest")


def _places(row_of: Positions, rows: int) -> tuple[NDArray[np.int32], Positions]:
    """Return the last position of each row, -1 for rows of none, and the other positions."""
    position_of = np.full(rows, -1, np.int32)
    numbers = np.arange(len(row_of), dtype=np.int32)
    position_of[row_of] = numbers
    return position_of, np.flatnonzero(position_of[row_of] != numbers)


class LargeComparison:
    """How near one query, and another vector if there are two, are to those of a large library.

    What was read is remembered: whoever asks for the nearest also asks how near they are.
    """

    def __init__(self, index: LargeIndex, vectors: Vectors) -> None:
        self._index = index
        self._vectors = vectors
        self._known = _Near(np.empty(0, np.int64), np.empty((len(vectors), 0), np.float32))

    def cosines(self, positions: Positions) -> Vectors:
        """Return the cosine of the query with each of the positions."""
        cosines: Vectors = self._products(positions)[0]
        return cosines

    def beside(self, positions: Positions) -> Vectors:
        """Return the inner product of the other vector with each of the positions."""
        if len(self._vectors) == 1:
            raise ValueError(NOTHING_BESIDE)
        products: Vectors = self._products(positions)[1]
        return products

    def _products(self, positions: Positions) -> Vectors:
        """Return the products of the vectors with each of these, shape (1 or 2, n)."""
        known = self._known  # another thread may put more in its place meanwhile
        places = known.places(positions)
        unknown = places < 0
        if unknown.any():
            known = self._known = _Near.of([known, self._read(positions[unknown])])
            places = known.places(positions)
        return known.products[:, places]

    def _read(self, positions: Positions) -> "_Near":
        rows = self._index.row_of[positions]
        return _Near(positions, self._index.rows.products(self._vectors, rows))

    def section_cosines(self, sections: Sections) -> Vectors:
        """Return the mean cosine of the passages of each section, of its mean where it is kept."""
        kept = self._index.codes.means if self._index.codes is not None else None
        if kept is None:
            return sections.means(self.cosines)
        places = kept.places(sections)
        known = places >= 0
        cosines = np.empty(len(places), np.float32)
        cosines[known] = kept.rows.products(self._vectors[:1], places[known])[0]
        cosines[~known] = sections.some(~known).means(self.cosines)
        return cosines

    def nearest_of_each_group(self, count: int, among: Mask | None = None) -> Positions:
        """Return the `count` nearest positions of every group, in no order.

        With `among`, only where it is true.
        """
        groups = self._index.groups if among is None else self._narrowed(among)
        # FAISS leaves other threads their turn; numpy, for what is searched exactly, hardly does
        by_codes = sum(group.part is not None for group in groups)
        side_by_side = _threads().map if by_codes > 1 else map
        nearest = list(side_by_side(partial(self._nearest, count=count, among=among), groups))
        self._known = _Near.of([self._known, *nearest])
        return np.concatenate([np.empty(0, np.int64), *(each.positions for each in nearest)])

    def _narrowed(self, among: Mask) -> list[_Group]:
        """Return the groups where `among` is true: without a part, where that is little."""
        chosen = np.flatnonzero(among)
        groups = self._index.group_of[chosen]
        passing: Bitmap | None = None
        narrowed = []
        for group in self._index.groups:
            own = groups == group.number
            size = int(np.count_nonzero(own))
            if group.part is None or size <= EXACT_ROWS:
                narrowed.append(replace(group, size=size, part=None, tail=chosen[own]))
                continue
            if passing is None:
                passing = bitmap(self._index.row_of[chosen], self._index.rows.rows)
            effort = _effort(group.size, size)
            tail = group.tail[among[group.tail]]
            narrowed.append(_Group(group.number, size, group.part, tail, passing, effort))
        return narrowed

    def _nearest(self, group: _Group, count: int, among: Mask | None) -> "_Near":
        """Return the `count` nearest of the group, which was narrowed to what is `among` them."""
        if group.part is None or self._index.codes is None:
            return self._best(group.tail, count)
        depth = max(count, group.part.depth)
        query = self._vectors[0]
        rows = self._index.codes.search(group.part, query, depth, group.effort, group.passing)
        found = self._index.positions_of(rows)
        found = found[self._index.group_of[found] == group.number]
        if among is not None:  # a row that passes may also be that of a position that does not
            found = found[among[found]]
        return self._best(np.concatenate([found, group.tail]), count)

    def _best(self, positions: Positions, count: int) -> "_Near":
        """Return the `count` nearest of these positions."""
        read = self._read(positions)
        if len(positions) <= count:
            return read
        best = np.argpartition(-read.products[0], count - 1)[:count]
        return _Near(positions[best], read.products[:, best])


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Positions, each once, and the products of the vectors with them, shape (1 or 2, n)."""

    positions: Positions
    products: Vectors

    @classmethod
    def of(cls, parts: "Sequence[_Near]") -> "_Near":
        """Return all of these together, ascending; what is in several, once."""
        positions = np.concatenate([each.positions for each in parts])
        products = np.concatenate([each.products for each in parts], axis=1)
        ascending, first = np.unique(positions, return_index=True)
        return cls(ascending, products[:, first])

    def places(self, positions: Positions) -> Positions:
        """Return where each of these is; -1 where it is not."""
        if not len(self.positions):
            return np.full(len(positions), -1)
        places = np.minimum(np.searchsorted(self.positions, positions), len(self.positions) - 1)
        return np.where(self.positions[places] == positions, places, -1)
