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

REACH = 0.15
"""A list is as near as its mean, and nearer by so many times what its rows are from that."""

_QUERY_BITS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """The lists of one language, and how they are searched.

    The `probes` lists nearest to a query are read, and the `depth` nearest by their codes compared
    exactly: then `recall` of the ten that are nearest among `rows` are found.
    """

    language: str
    first_list: int
    lists: int
    rows: int
    probes: int
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

        `effort` times as many lists as usual are read. With `among`, only rows that are in it.
        """
        lists, nearness = self._nearest_lists(part, query, effort)
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

    def _nearest_lists(
        self, part: Part, query: Vectors, effort: float
    ) -> tuple[Positions, Vectors]:
        """Return the lists of a part to be read, and how near the query is to their means."""
        own = slice(part.first_list, part.first_list + part.lists)
        nearness = inner_products(centroids(self.index)[own], query)
        promising = -(nearness + np.float32(REACH) * self.spreads[own])
        count = min(part.lists, round(part.probes * effort))
        lists = np.argpartition(promising, count - 1)[:count]
        lists = lists[np.argsort(promising[lists])]
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
