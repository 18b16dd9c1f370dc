"""Which passages are nearest in meaning: unit vectors on disk, searched exactly by FAISS.

The seam for larger indexes: callers only ask for the nearest positions in each language, and for
the cosines of given positions, never for all of them.
"""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryDamaged

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]

STORED_AS = np.dtype("<f2")
_BLOCK = 8192


class VectorFile:
    """An append-only file of float16 rows; rows past the committed ones do not count."""

    def __init__(self, path: Path, dimension: int) -> None:
        self.path = path
        self.dimension = dimension
        self._row_bytes = dimension * STORED_AS.itemsize

    def truncate(self, rows: int) -> None:
        """Drop what an interrupted turn left behind so many rows, and make them durable."""
        if self.path.exists() and self.path.stat().st_size == rows * self._row_bytes:
            return
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
            return np.empty((0, self.dimension), STORED_AS)
        return np.memmap(self.path, STORED_AS, "r", shape=(rows, self.dimension))


class VectorBlocks:
    """The first rows of a vector file in memory; immutable, and shared with those that follow.

    A block is a FAISS index of at most 8,192 rows: with new rows, only the last one is made anew.
    """

    rows: int

    def __init__(self, file: VectorFile, rows: int, known: "VectorBlocks | None" = None) -> None:
        self.rows = rows
        full = known.rows // _BLOCK if known is not None else 0
        self._blocks = known.blocks[:full] if known is not None else []
        stored = file.read()
        for start in range(full * _BLOCK, rows, _BLOCK):
            block = faiss.IndexFlatIP(file.dimension)
            block.add(_whole(stored[start : min(start + _BLOCK, rows)], file.path))
            self._blocks = [*self._blocks, block]

    @property
    def blocks(self) -> list[faiss.IndexFlatIP]:
        """The blocks in the order of the rows."""
        return self._blocks

    def arrays(self) -> list[Vectors]:
        """Return the rows of each block, shape (n, dimension), as views of its memory."""
        return [_rows_of(block) for block in self._blocks]

    def products(self, query: Vectors) -> Vectors:
        """Return the inner product of one query, shape (dimension,), with every row."""
        found = [inner_products(rows, query) for rows in self.arrays()]
        return np.concatenate(found) if found else np.empty(0, np.float32)

    def vectors(self, rows: Positions, dimension: int) -> Vectors:
        """Return these rows, shape (n, dimension)."""
        arrays = self.arrays()
        vectors = np.empty((len(rows), dimension), np.float32)
        numbers = rows // _BLOCK
        for number in np.unique(numbers).tolist():
            here = numbers == number
            vectors[here] = arrays[number][rows[here] - number * _BLOCK]
        return vectors


class VectorIndex:
    """Exact search by cosine over chosen rows; position i is the i-th row chosen.

    `groups[i]` numbers the group of position i: a language, say, that must not be crowded out.
    """

    def __init__(
        self, blocks: VectorBlocks, dimension: int, rows: Positions, groups: NDArray[np.int16]
    ) -> None:
        self.blocks = blocks
        self._dimension = dimension
        self._rows = rows
        self._members = [np.flatnonzero(groups == group) for group in np.unique(groups)]

    def nearest_of_each_group(
        self, queries: Vectors, count: int, among: Mask | None = None
    ) -> tuple[Positions, Vectors]:
        """Return the `count` nearest positions of every group, side by side, and their cosines.

        With `among`, only where it is true.
        """
        every = [queries @ rows.T for rows in self.blocks.arrays()]
        cosines = np.hstack(every)[:, self._rows] if every else np.empty((len(queries), 0), "f4")
        comparisons = [Comparison(each, self._members) for each in cosines]
        positions = [each.nearest_of_each_group(count, among) for each in comparisons]
        found = np.stack(positions) if positions else np.empty((0, 0), np.int64)
        return found, np.take_along_axis(cosines, found, axis=1)

    def vectors(self, positions: Positions) -> Vectors:
        """Return the vectors at these positions, shape (n, dimension)."""
        return self.blocks.vectors(self._rows[positions], self._dimension)

    def compare(self, query: Vectors) -> "Comparison":
        """Return how near one query, shape (dimension,), is to what is here."""
        return Comparison(self.blocks.products(query)[self._rows], self._members)


class Comparison:
    """How near one query is to the vectors of an index; `every` has a cosine for each position."""

    def __init__(self, every: Vectors, members: Sequence[Positions]) -> None:
        self.every = every
        self._members = members

    def nearest_of_each_group(self, count: int, among: Mask | None = None) -> Positions:
        """Return the `count` nearest positions of every group, in no order.

        With `among`, only where it is true.
        """
        nearest = [np.empty(0, np.int64)]
        for members in self._members:
            found = members if among is None else members[among[members]]
            if len(found) > count:
                found = found[np.argpartition(-self.every[found], count - 1)[:count]]
            nearest.append(found)
        return np.concatenate(nearest)

    def cosines(self, positions: Positions) -> Vectors:
        """Return the cosine of the query with each of the positions."""
        return self.every[positions]


def checksums(vectors: Vectors) -> list[int]:
    """Return the CRC-32 of each row's bytes as they lie in the file."""
    return [zlib.crc32(row.tobytes()) for row in vectors.astype(STORED_AS)]


def _whole(stored: NDArray[np.float16], path: Path) -> Vectors:
    """Return the rows in the type that FAISS takes; LibraryDamaged if they are no vectors."""
    vectors = stored.astype(np.float32)
    if not np.isfinite(vectors).all():
        raise LibraryDamaged(f"{path} holds what no vectors are: run `wenhai doctor --repair`")
    return vectors


def _rows_of(block: faiss.IndexFlatIP) -> Vectors:
    stored: Vectors = faiss.rev_swig_ptr(block.get_xb(), block.ntotal * block.d)
    return stored.reshape(-1, block.d)


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
