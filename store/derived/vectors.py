"""The vectors of passages on disk: unit length, one row each, in the order in which they came."""

import os
import zlib
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]

STORED_AS = np.dtype("<f2")


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


def checksums(vectors: Vectors) -> list[int]:
    """Return the CRC-32 of each row's bytes as they lie in the file."""
    return [zlib.crc32(row.tobytes()) for row in vectors.astype(STORED_AS)]


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
