"""Which rows are nearest by their codes? IVF lists of RaBitQ codes, some for each language.

RaBitQ: Gao and Long, SIGMOD 2024.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from store.derived.vectors import Positions, Vectors, inner_products
from store.nearest.sections import KeptMeans

Partition = NDArray[np.int8]
"""The part that each row is in, `IN_NO_PART` for those that are in none."""

Bitmap = NDArray[np.uint8]
"""A bit for each row."""

IN_NO_PART = -1
MOST_PARTS = 127

LEAST_REACH = 0.15
"""The nearest rows of a list are about so many times its spread nearer than its mean."""

_MOST_PROMISING = 5
_LEAST_SPREAD = np.float32(0.5)
"""Lists of few rows count as spread out by so much of what is usual."""

_QUERY_BITS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """The lists of one language, and how they are searched.

    Lists within `reach` are read (`Codes.within_reach`), and the `depth` nearest by their codes
    compared exactly: then `recall` of the ten that are nearest among `rows` are found.
    """

    language: str
    first_list: int
    lists: int
    rows: int
    reach: float
    depth: int
    recall: float


@dataclass(frozen=True, slots=True)
class CodesFacts:
    """What a file of codes says of itself.

    It knows the first `rows` rows of a vector file, and `sampled` is the CRC-32 of some of them. Of
    `coded` rows it has codes; `trained` were there when its lists were made.
    """

    rows: int
    dimension: int
    coded: int
    trained: int
    sampled: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of most rows of a large library; safe to be searched by several threads.

    `spreads` has for each list how far its rows are from their mean: the root of the mean square.
    """

    facts: CodesFacts
    index: faiss.IndexIVFRaBitQ
    partition: Partition
    spreads: Vectors
    means: KeptMeans | None = None
    path: Path | None = None

    def search(
        self, part: Part, query: Vectors, depth: int, effort: float, among: Bitmap | None
    ) -> Positions:
        """Return about the `depth` nearest rows of a part, nearest first by their codes.

        Lists are read within `effort` times the usual reach. With `among`, only rows in it.
        """
        lists, nearness = self.within_reach(part, query, effort)
        passing = None if among is None else faiss.IDSelectorBitmap(among)  # type: ignore
        parameters = faiss.IVFRaBitQSearchParameters(  # type: ignore[call-arg]
            qb=_QUERY_BITS, nprobe=len(lists), sel=passing
        )
        query = np.ascontiguousarray(query, np.float32)
        distances, rows = np.empty(depth, np.float32), np.empty(depth, np.int64)
        arrays = [faiss.swig_ptr(each) for each in (lists, nearness, distances, rows)]
        index: Any = self.index
        index.search_preassigned_c(1, faiss.swig_ptr(query), depth, *arrays, False, parameters)
        return rows[rows >= 0]

    def within_reach(self, part: Part, query: Vectors, effort: float) -> tuple[Positions, Vectors]:
        """Return the lists of a part to be read, and how near the query is to their means.

        The nearest rows are as near as the most promising lists let expect. Other lists may hold
        some as well if their means come up to that with `reach` times their spread: many for a
        question that is near to nothing in particular, few for others.
        """
        own = slice(part.first_list, part.first_list + part.lists)
        nearness = inner_products(centroids(self.index)[own], query)
        spreads = np.maximum(self.spreads[own], _LEAST_SPREAD * self.spreads[own].mean())
        promised = nearness + np.float32(LEAST_REACH) * spreads
        first = max(0, part.lists - _MOST_PROMISING)
        expected = np.partition(promised, first)[first:].mean()
        needed = (expected - nearness) / spreads
        lists = np.flatnonzero(needed <= max(part.reach * effort, needed.min()))
        lists = lists[np.argsort(needed[lists])]
        return lists + part.first_list, nearness[lists]


def centroids(index: faiss.IndexIVFRaBitQ) -> Vectors:
    """Return the means of all lists, as the index holds them."""
    held: Any = faiss.downcast_index(index.quantizer)
    means: Vectors = faiss.rev_swig_ptr(held.get_xb(), held.ntotal * held.d)
    return means.reshape(-1, held.d)


def bitmap(rows: Positions, count: int) -> Bitmap:
    """Return the bits of so many rows, true for these."""
    chosen = np.zeros(count, np.bool_)
    chosen[rows] = True
    return np.packbits(chosen, bitorder="little")


def parts_of(facts: CodesFacts, languages: Sequence[str]) -> list[int]:
    """Return the number of each language's part, `IN_NO_PART` where it has none."""
    numbers = {part.language: number for number, part in enumerate(facts.parts)}
    return [numbers.get(language, IN_NO_PART) for language in languages]
