"""Exact search: all rows in memory, and one pass of one core over them for each query."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from store.derived.vectors import Positions, VectorFile, Vectors, inner_products
from store.nearest.index import NOTHING_BESIDE, Groups, Mask, members_of_groups
from store.nearest.sections import Sections

_BLOCK = 8192


class VectorBlocks:
    """The first rows of a vector file in memory; immutable, and shared with those that follow.

    A block is a FAISS index of at most 8,192 rows: with new rows, only the last one is made anew.
    """

    rows: int

    def __init__(self, file: VectorFile, rows: int, known: "VectorBlocks | None" = None) -> None:
        self.rows = rows
        self._dimension = file.dimension
        full = known.rows // _BLOCK if known is not None else 0
        self._blocks: list[faiss.IndexFlatIP] = known._blocks[:full] if known is not None else []
        stored = file.read()
        for start in range(full * _BLOCK, rows, _BLOCK):
            block = faiss.IndexFlatIP(file.dimension)
            block.add(_whole(stored[start : min(start + _BLOCK, rows)], file.path))
            self._blocks = [*self._blocks, block]
        self._arrays = [_rows_of(block) for block in self._blocks]

    def products(self, query: Vectors) -> Vectors:
        """Return the inner product of one query, shape (dimension,), with every row."""
        found = [inner_products(rows, query) for rows in self._arrays]
        return np.concatenate(found) if found else np.empty(0, np.float32)

    def vectors(self, rows: Positions) -> Vectors:
        """Return these rows, shape (n, dimension)."""
        vectors = np.empty((len(rows), self._dimension), np.float32)
        numbers = rows // _BLOCK
        for number in np.unique(numbers).tolist():
            here = numbers == number
            vectors[here] = self._arrays[number][rows[here] - number * _BLOCK]
        return vectors


class ExactIndex:
    """Exact search by cosine over chosen rows; position i is the i-th row chosen."""

    def __init__(self, blocks: VectorBlocks, rows: Positions, groups: Groups) -> None:
        self.blocks = blocks
        self._rows = rows
        self.members = members_of_groups(groups)

    def vectors(self, positions: Positions) -> Vectors:
        """Return the vectors at these positions, shape (n, dimension)."""
        return self.blocks.vectors(self._rows[positions])

    def compare(self, query: Vectors, beside: Vectors | None = None) -> "ExactComparison":
        """Return how near one query, shape (dimension,), is to what is here, and another vector."""
        return ExactComparison(self, query, beside)

    def every(self, query: Vectors) -> Vectors:
        """Return the cosine of the query with each position."""
        return self.blocks.products(query)[self._rows]


class ExactComparison:
    """How near one query, and another vector, are to the vectors of an index."""

    def __init__(self, index: ExactIndex, query: Vectors, beside: Vectors | None) -> None:
        self._index = index
        self._every = index.every(query)
        self._beside = beside

    def nearest_of_each_group(self, count: int, among: Mask | None = None) -> Positions:
        """Return the `count` nearest positions of every group, in no order.

        With `among`, only where it is true.
        """
        nearest = [np.empty(0, np.int64)]
        for members in self._index.members:
            found = members if among is None else members[among[members]]
            if len(found) > count:
                found = found[np.argpartition(-self._every[found], count - 1)[:count]]
            nearest.append(found)
        return np.concatenate(nearest)

    def cosines(self, positions: Positions) -> Vectors:
        """Return the cosine of the query with each of the positions."""
        return self._every[positions]

    def beside(self, positions: Positions) -> Vectors:
        """Return the inner product of the other vector with each of the positions."""
        if self._beside is None:
            raise ValueError(NOTHING_BESIDE)
        return inner_products(self._index.vectors(positions), self._beside)

    def section_cosines(self, sections: Sections) -> Vectors:
        """Return the mean cosine of the passages of each section."""
        return sections.means(self.cosines)


def _whole(stored: NDArray[np.float16], path: Path) -> Vectors:
    """Return the rows in the type that FAISS takes; LibraryDamaged if they are no vectors."""
    vectors = stored.astype(np.float32)
    if not np.isfinite(vectors).all():
        raise LibraryDamaged(f"{path} holds what no vectors are: run `wenhai doctor --repair`")
    return vectors


def _rows_of(block: faiss.IndexFlatIP) -> Vectors:
    stored: Vectors = faiss.rev_swig_ptr(block.get_xb(), block.ntotal * block.d)
    return stored.reshape(-1, block.d)
