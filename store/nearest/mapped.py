"""The rows of a large library, where they lie on disk: read as they are asked for.

Resident is what the system keeps of the file in its cache, for all processes together.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from store.derived.vectors import STORED_AS, Positions, VectorFile, Vectors, inner_products

_BLOCK = 262_144
"""So many rows are mapped at once: with new rows, only the last block is mapped anew."""

_AT_ONCE = 256
"""So many rows are read at once, which stay in the processor's cache."""

_LONGEST = 2.0
"""No product of unit vectors is as large: a row with a greater one is none."""

_SIGN_AND_LOWEST = np.int32(~0x70000000)
_SCALE = np.float32(2.0**112)


class MappedRows:
    """The first rows of a file, from the byte `start` on; immutable.

    Shared with those that follow.
    """

    def __init__(
        self, file: VectorFile, rows: int, known: "MappedRows | None" = None, start: int = 0
    ) -> None:
        self.rows = rows
        self.dimension = file.dimension
        self._path = file.path
        full = known.rows // _BLOCK if known is not None else 0
        self._blocks: list[NDArray[np.float16]] = known._blocks[:full] if known is not None else []
        for first in range(full * _BLOCK, rows, _BLOCK):
            shape = (min(_BLOCK, rows - first), file.dimension)
            offset = start + first * file.dimension * STORED_AS.itemsize
            mapped = np.memmap(file.path, STORED_AS, "r", offset, shape)
            self._blocks = [*self._blocks, np.asarray(mapped)]

    @property
    def size(self) -> int:
        """How many bytes of the file the rows are."""
        return self.rows * self.dimension * STORED_AS.itemsize

    def products(self, queries: Vectors, rows: Positions) -> Vectors:
        """Return the inner products of queries, shape (m, dimension), with these, shape (m, n)."""
        products = np.empty((len(queries), len(rows)), np.float32)
        scaled = queries * _SCALE
        for places, vectors in self._read(rows):
            for of_one, query in zip(products, scaled, strict=True):
                of_one[places] = inner_products(vectors, query)
        if np.abs(products).max(initial=0.0) > _LONGEST:
            raise LibraryDamaged(
                f"{self._path} holds what no vectors are: run `wenhai doctor --repair`"
            )
        return products

    def vectors(self, rows: Positions) -> Vectors:
        """Return these rows, shape (n, dimension)."""
        vectors = np.empty((len(rows), self.dimension), np.float32)
        for places, some in self._read(rows):
            vectors[places] = some * _SCALE
        return vectors

    def stored(self, rows: Positions) -> bytes:
        """Return the bytes of these rows."""
        parts = [self._blocks[row // _BLOCK][row % _BLOCK].tobytes() for row in rows.tolist()]
        return b"".join(parts)

    def _read(self, rows: Positions) -> Iterator[tuple[Positions, Vectors]]:
        """Yield places among the rows and their vectors by `_SCALE`, until the next are read."""
        order = np.argsort(rows, kind="stable")
        ascending = rows[order]
        most = min(_AT_ONCE, len(rows))
        halves = np.empty((most, self.dimension), STORED_AS)
        singles = np.empty((most, self.dimension), np.float32)
        start = 0
        while start < len(rows):
            number = int(ascending[start]) // _BLOCK
            ahead = ascending[start : start + _AT_ONCE] - number * _BLOCK
            here = ahead[: np.searchsorted(ahead, _BLOCK)]
            np.take(self._blocks[number], here, 0, halves[: len(here)], "clip")
            yield (
                order[start : start + len(here)],
                _to_single(halves[: len(here)], singles[: len(here)]),
            )
            start += len(here)


def _to_single(halves: NDArray[np.float16], singles: Vectors) -> Vectors:
    """Return finite numbers by `_SCALE` in single precision, written to `singles`.

    The bits of a half, in the places of a single's, stand for that. It takes a fifth of the time of
    numpy's own conversion, which minds what is not finite.
    """
    bits = singles.view(np.int32)
    np.copyto(bits, halves.view(np.int16))
    np.left_shift(bits, 13, out=bits)
    np.bitwise_and(bits, _SIGN_AND_LOWEST, out=bits)
    return singles
