"""What does a piece mean by itself? Its row in the word table, which both graphs read as well."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.weights import BLOCK

PIECES, DIMENSION = 250_037, 384
"""The shape of the bundled model's table."""


class WordTable:
    """The table as `models.graph.write_word_table` writes it, mapped.

    Numbers of 4 bits, -8 to 7, two in a byte, the first in its lower half; at the end of the file a
    float32 for each block of 32 of them, by which they are multiplied.
    """

    def __init__(self, path: Path) -> None:
        blocks = DIMENSION // BLOCK
        start = path.stat().st_size - 4 * PIECES * blocks
        self._pairs = np.memmap(path, np.uint8, "r", 0, (PIECES, DIMENSION // 2))
        self._scales = np.memmap(path, "<f4", "r", start, (PIECES, blocks))

    def rows(self, ids: NDArray[np.int64]) -> Vectors:
        """Return the rows of these pieces, shape (n, 384)."""
        pairs = self._pairs[ids]
        numbers = np.stack([pairs << 4, pairs & 0xF0], axis=-1).view(np.int8) >> 4
        blocks = numbers.reshape(len(ids), -1, BLOCK) * self._scales[ids][..., np.newaxis]
        rows: Vectors = blocks.reshape(len(ids), DIMENSION)
        return rows
