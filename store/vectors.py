"""Which passages are nearest in meaning: unit vectors on disk, searched exactly by FAISS.

The seam for larger indexes: callers only ask for the nearest positions in each language, and for
the cosines of given positions, never for all of them.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]

STORED_AS = np.dtype("<f2")
_BLOCK = 8192


class VectorFile:
    """An append-only file of float16 rows; rows past the committed ones do not count."""

    def __init__(self, path: Path, dimension: int) -> None:
        self.path = path
        self._row_bytes = dimension * STORED_AS.itemsize
        self._dimension = dimension

    def truncate(self, rows: int) -> None:
        """Drop what an interrupted run left behind the first `rows` rows, and make them durable."""
        with self.path.open("ab") as stream:
            stream.truncate(rows * self._row_bytes)
            os.fsync(stream.fileno())

    def append(self, vectors: Vectors) -> None:
        """Write the rows behind those that are there; `flush` makes them durable."""
        with self.path.open("ab") as stream:
            stream.write(vectors.astype(STORED_AS).tobytes())

    def flush(self) -> None:
        """Wait until the disk has all rows."""
        with self.path.open("ab") as stream:
            os.fsync(stream.fileno())

    def rows(self) -> int:
        """Return how many whole rows the file holds."""
        return self.path.stat().st_size // self._row_bytes if self.path.exists() else 0

    def read(self) -> NDArray[np.float16]:
        """Return the rows as a read-only array that the system pages in on demand."""
        rows = self.rows()
        if rows == 0:
            return np.empty((0, self._dimension), STORED_AS)
        return np.memmap(self.path, STORED_AS, "r", shape=(rows, self._dimension))


class VectorIndex:
    """Exact search by cosine over chosen rows of a file; position i is the i-th row chosen.

    `groups[i]` names the group of position i: a language, say, that must not be crowded out.
    """

    def __init__(
        self, stored: NDArray[np.float16], rows: Positions, groups: NDArray[np.str_]
    ) -> None:
        self._stored = stored
        self._rows = rows
        self._members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
        self._indexes = [self._flat_index(members) for members in self._members]

    def _flat_index(self, members: Positions) -> faiss.IndexFlatIP:
        index = faiss.IndexFlatIP(self._stored.shape[1])
        # in blocks: a float32 copy of everything at once would double the memory for a moment
        for start in range(0, len(members), _BLOCK):
            index.add(self.vectors(members[start : start + _BLOCK]))
        return index

    def nearest_of_each_group(self, queries: Vectors, count: int) -> tuple[Positions, Vectors]:
        """Return the `count` nearest positions of every group, side by side, and their cosines."""
        positions = [np.empty((len(queries), 0), np.int64)]
        cosines = [np.empty((len(queries), 0), np.float32)]
        for members, index in zip(self._members, self._indexes, strict=True):
            found_cosines, found = index.search(queries, min(count, len(members)))
            positions.append(members[found])
            cosines.append(found_cosines)
        return np.hstack(positions), np.hstack(cosines)

    def vectors(self, positions: Positions) -> Vectors:
        """Return the stored vectors at these positions, shape (n, dimension)."""
        return self._stored[self._rows[positions]].astype(np.float32)

    def means(self, starts: Positions) -> Vectors:
        """Return the mean vector of each run of positions, by where the runs start, ascending."""
        ends = np.append(starts[1:], len(self._rows))
        means = np.empty((len(starts), self._stored.shape[1]), np.float32)
        for first in range(0, len(starts), _BLOCK):
            block = slice(first, min(first + _BLOCK, len(starts)))
            begin = starts[block.start]
            vectors = self.vectors(np.arange(begin, ends[block.stop - 1]))
            sums = np.add.reduceat(vectors, starts[block] - begin)
            means[block] = sums / (ends[block] - starts[block])[:, None]
        return means

    def compare(self, query: Vectors) -> "Comparison":
        """Return how near one query, shape (dimension,), is to what is here."""
        cosines = np.empty(len(self._rows), np.float32)
        for members, index in zip(self._members, self._indexes, strict=True):
            stored = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
            cosines[members] = inner_products(stored.reshape(-1, index.d), query)
        return Comparison(cosines, self._members)


class Comparison:
    """How near one query is to the vectors of an index."""

    def __init__(self, cosines: Vectors, members: Sequence[Positions]) -> None:
        self._cosines = cosines
        self._members = members

    def nearest_of_each_group(self, count: int) -> Positions:
        """Return the `count` nearest positions of every group, in no order."""
        nearest = [np.empty(0, np.int64)]
        for members in self._members:
            found = members
            if len(members) > count:
                found = members[np.argpartition(-self._cosines[members], count - 1)[:count]]
            nearest.append(found)
        return np.concatenate(nearest)

    def cosines(self, positions: Positions) -> Vectors:
        """Return the cosine of the query with each of the positions."""
        return self._cosines[positions]


def inner_products(vectors: Vectors, query: Vectors) -> Vectors:
    """Return the product of one query, shape (dimension,), with each row, on one core.

    Through BLAS it takes as many threads as there are cores, and waits for them: on a busy machine
    that cost fifty times as much.
    """
    products = np.empty(len(vectors), np.float32)
    faiss.fvec_inner_products_ny(  # type: ignore[attr-defined]
        faiss.swig_ptr(products),
        faiss.swig_ptr(np.ascontiguousarray(query, np.float32)),
        faiss.swig_ptr(vectors),
        vectors.shape[1],
        len(vectors),
    )
    return products
