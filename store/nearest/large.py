"""Search in a large library: by codes first, then exactly over what they bring.

Rows that the codes do not know yet, and what a narrow filter leaves, are searched exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.derived.passage_table import PassageTable
from store.derived.vectors import Positions, Vectors
from store.nearest.codes import IN_NO_PART, Bitmap, Codes, Part, bitmap, parts_of
from store.nearest.index import Mask
from store.nearest.mapped import MappedRows

EXACT_ROWS = 20_000
"""Up to so many rows are searched exactly: that takes less than 10 ms."""

_MOST_EFFORT = 1.25
"""So many times as many lists are read where a filter lets few of their rows pass: what is near is
further away then. Of a tenth of all rows, the recall is that of all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The passages of one language.

    Most are in a part of the codes, the `tail` is searched exactly. `alive` has the bits of the
    rows in that part that passages still have; None where all do.
    """

    number: int
    size: int
    part: Part | None
    tail: Positions
    alive: Bitmap | None


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

    def compare(self, query: Vectors) -> "LargeComparison":
        """Return how near one query, shape (dimension,), is to what is here."""
        return LargeComparison(self, np.ascontiguousarray(query, np.float32))

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
        numbers = np.unique(self.group_of).tolist()
        return [self._group(number, int(parts[number]), coded) for number in numbers]

    def _group(self, number: int, part_number: int, coded: Mask) -> _Group:
        members = np.flatnonzero(self.group_of == number)
        tail = members[~coded[members]]
        if self.codes is None or part_number == IN_NO_PART:
            return _Group(number, len(members), None, tail, None)
        part = self.codes.facts.parts[part_number]
        rows = np.unique(self.row_of[members[coded[members]]])
        alive = None if len(rows) == part.rows else bitmap(rows, self.codes.facts.rows)
        return _Group(number, len(members), part, tail, alive)


def _places(row_of: Positions, rows: int) -> tuple[NDArray[np.int32], Positions]:
    """Return the last position of each row, -1 for rows of none, and the other positions."""
    position_of = np.full(rows, -1, np.int32)
    numbers = np.arange(len(row_of), dtype=np.int32)
    position_of[row_of] = numbers
    return position_of, np.flatnonzero(position_of[row_of] != numbers)


class LargeComparison:
    """How near one query is to the vectors of a large library."""

    def __init__(self, index: LargeIndex, query: Vectors) -> None:
        self._index = index
        self._query = query

    def cosines(self, positions: Positions) -> Vectors:
        """Return the cosine of the query with each of the positions."""
        return self._index.rows.products(self._query, self._index.row_of[positions])

    def nearest_of_each_group(self, count: int, among: Mask | None = None) -> Positions:
        """Return the `count` nearest positions of every group, in no order.

        With `among`, only where it is true.
        """
        if among is None:
            nearest = [self._nearest(group, count) for group in self._index.groups]
        else:
            nearest = self._nearest_among(among, count)
        return np.concatenate([np.empty(0, np.int64), *nearest])

    def _nearest(self, group: _Group, count: int) -> Positions:
        if group.part is None:
            return self._best(group.tail, count)
        found = self._by_codes(group, group.part, count, group.alive, 1)
        return self._best(np.concatenate([found, group.tail]), count)

    def _nearest_among(self, among: Mask, count: int) -> list[Positions]:
        """Return the nearest of each group where `among` is true: exactly, where that is little."""
        chosen = np.flatnonzero(among)
        groups = self._index.group_of[chosen]
        wanted: Bitmap | None = None
        nearest = []
        for group in self._index.groups:
            size = np.count_nonzero(groups == group.number)
            if group.part is None or size <= EXACT_ROWS:
                nearest.append(self._best(chosen[groups == group.number], count))
                continue
            if wanted is None:
                wanted = bitmap(self._index.row_of[chosen], self._index.rows.rows)
            effort = min(np.sqrt(group.size / size), _MOST_EFFORT)
            found = self._by_codes(group, group.part, count, wanted, effort)
            tail = group.tail[among[group.tail]]
            nearest.append(self._best(np.concatenate([found, tail]), count))
        return nearest

    def _by_codes(
        self, group: _Group, part: Part, count: int, among: Bitmap | None, effort: float
    ) -> Positions:
        """Return positions of the group that are nearest by their codes; at least `count`."""
        codes = self._index.codes
        if codes is None:
            return np.empty(0, np.int64)
        depth = max(count, part.depth)
        rows = codes.search(part, self._query, depth, effort, among)
        positions = self._index.positions_of(rows)
        theirs: Positions = positions[self._index.group_of[positions] == group.number]
        return theirs

    def _best(self, positions: Positions, count: int) -> Positions:
        """Return the `count` nearest of these positions, in no order."""
        if len(positions) <= count:
            return positions
        cosines = self.cosines(positions)
        return positions[np.argpartition(-cosines, count - 1)[:count]]
