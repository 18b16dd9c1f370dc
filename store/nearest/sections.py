"""Which passages stand together in a section, and where is the mean of their vectors kept?

A search compares the sections of what it finds as well. Of a large library their means are kept as
rows of their own, in the file of codes: one row is read for each section instead of six.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.derived.passage_table import PassageTable
from store.derived.vectors import STORED_AS, Positions, Vectors
from store.nearest.mapped import MappedRows

_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """Passages in a row that are read together: the key and position of the first, how many."""

    keys: NDArray[np.int64]
    starts: Positions
    sizes: NDArray[np.int32]

    @classmethod
    def of(cls, table: PassageTable) -> "Sections":
        """Return the sections of these passages, in their order."""
        starts = np.flatnonzero(np.diff(table.sections, prepend=-1))
        sizes = np.diff(starts, append=len(table.sections)).astype(np.int32)
        return cls(table.keys[starts], starts, sizes)

    def some(self, numbers: NDArray[np.integer | np.bool_] | slice) -> "Sections":
        """Return only these."""
        return Sections(self.keys[numbers], self.starts[numbers], self.sizes[numbers])

    def means(self, of: Callable[[Positions], Vectors]) -> Vectors:
        """Return the mean of what `of` says of a section's passages, for each section."""
        begins = np.cumsum(self.sizes) - self.sizes
        members = np.repeat(self.starts - begins, self.sizes) + np.arange(self.sizes.sum())
        sums: Vectors = np.add.reduceat(of(members), begins)
        means: Vectors = (sums.T / self.sizes).T.astype(np.float32)
        return means


@dataclass(frozen=True, slots=True, eq=False)
class KeptMeans:
    """The mean vectors of sections, known by their first key and size: what they hold is fixed."""

    keys: NDArray[np.int64]
    sizes: NDArray[np.int32]
    rows: MappedRows

    def places(self, sections: Sections) -> Positions:
        """Return the row of each section's mean, -1 where there is none."""
        if not len(self.keys):
            return np.full(len(sections.keys), -1)
        places = np.minimum(np.searchsorted(self.keys, sections.keys), len(self.keys) - 1)
        known = (self.keys[places] == sections.keys) & (self.sizes[places] == sections.sizes)
        return np.where(known, places, -1)


@dataclass(frozen=True, slots=True, eq=False)
class NewMeans:
    """The means of all sections of a table, made as they are written."""

    sections: Sections
    row_of: Positions
    rows: MappedRows

    @classmethod
    def of(cls, table: PassageTable, rows: MappedRows) -> "NewMeans":
        """Return those of these passages, whose vectors are in these rows."""
        return cls(Sections.of(table), table.vector_rows, rows)

    def blocks(self) -> Iterator[bytes]:
        """Yield rows of means, in the order of the sections."""
        for start in range(0, len(self.sections.keys), _AT_ONCE):
            some = self.sections.some(slice(start, start + _AT_ONCE))
            means = some.means(lambda members: self.rows.vectors(self.row_of[members]))
            yield means.astype(STORED_AS).tobytes()
