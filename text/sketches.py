"""How much of their wording do two texts share? Told from sketches of a kilobyte each.

The wording of a text is the set of its shingles: each three words that follow one another, where a
character of a script without spaces is a word. Two texts resemble one another by the share of all
their shingles that both have (Jaccard). A sketch holds, for each of 256 hash functions, the least
value of any shingle; the share of these minima that are equal in two sketches estimates the
resemblance, give or take 0.03 (MinHash: Broder, "On the resemblance and containment of documents",
1997).

Sketches lie in libraries: what changes them raises `FORMAT_VERSION` in `store/layout.py`.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from text.folding import Folded

Minima = NDArray[np.uint32]

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0010ffff"
_WORD = re.compile(rf"(?![\W_])[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")
_WORDS_A_SHINGLE = 3
_FUNCTIONS = 256
_WORDS_AT_ONCE = 2**16
_BLOCK = 512
_NUMBER_BYTES = 8
_BANDS, _MINIMA_A_BAND = 16, 4
_LITTLE_ENDIAN = np.dtype("<u4")


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What a text is compared by.

    `letters` depends on all its letters and digits in their order, and on nothing else; `shingles`
    counts those that differ, of which `minima` are the least.
    """

    letters: int
    shingles: int
    minima: Minima


def sketch(texts: Iterable[Folded]) -> Sketch:
    """Return the sketch of a text that comes in pieces; no word goes over the end of a piece."""
    letters = hashlib.blake2b(digest_size=_NUMBER_BYTES)
    words: list[str] = []
    found: list[Minima] = []
    for piece in texts:
        new = _WORD.findall(piece.text)
        letters.update("".join(new).encode())
        words += new
        if len(words) >= _WORDS_AT_ONCE:
            found.append(_shingles(words))
            words = words[-_WORDS_A_SHINGLE + 1 :]
    shingles = np.unique(np.concatenate([*found, _shingles(words)]))
    return Sketch(_number(letters.digest()), len(shingles), _minima(shingles))


def resemblance(minima: Minima, others: Minima) -> NDArray[np.float64]:
    """Return how much each of the others, a row each, resembles this one, 0 to 1."""
    shares: NDArray[np.float64] = (others == minima).mean(axis=1)
    return shares


def bands(minima: Minima) -> list[int]:
    """Return 16 numbers; texts that resemble one another have at least one of them in common.

    The chance is 0.9998 at a resemblance of 0.8, 0.988 at 0.7, 0.34 at 0.4 and 0.002 at 0.1.
    """
    rows = minima[: _BANDS * _MINIMA_A_BAND].astype(_LITTLE_ENDIAN).reshape(_BANDS, -1)
    return [number_of(bytes([band]) + row.tobytes()) for band, row in enumerate(rows)]


def number_of(content: bytes) -> int:
    """Return a number that the content determines: 64 bits with sign, as databases keep them."""
    return _number(hashlib.blake2b(content, digest_size=_NUMBER_BYTES).digest())


def _number(digest: bytes) -> int:
    return int.from_bytes(digest, "little", signed=True)


def _shingles(words: list[str]) -> Minima:
    """Return the hash of each shingle."""
    numbers = np.fromiter(map(crc32, map(str.encode, words)), np.uint64, len(words))
    count = max(len(words) - _WORDS_A_SHINGLE + 1, 0)
    hashes = np.zeros(count, np.uint64)
    for at in range(_WORDS_A_SHINGLE):
        hashes = _mixed(hashes + numbers[at : at + count])
    return (hashes >> np.uint64(32)).astype(np.uint32)


def _minima(shingles: Minima) -> Minima:
    minima = np.full(_FUNCTIONS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(shingles), _BLOCK):
        values = shingles[start : start + _BLOCK, None] * _MULTIPLIERS
        np.minimum(minima, values.min(axis=0), out=minima)
    return minima


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return other numbers one to one, as if drawn by lot (the finalizer of splitmix64)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# odd ones, so that each function is one to one
_MULTIPLIERS = (_mixed(np.arange(_FUNCTIONS, dtype=np.uint64)) | np.uint64(1)).astype(np.uint32)
