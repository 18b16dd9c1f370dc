"""Wenhai's own index as a search uses it: codes, mapped, and the rows that they bring, exactly.

All vectors are in one language here, since other engines have one index; a library in two has lists
for each, and searches them side by side.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.peers.vectors.contract import TEN, Data, Vectors
from store.derived.passage_table import PassageTable
from store.derived.vectors import VectorFile
from store.nearest.building import train
from store.nearest.codes import write_codes
from store.nearest.index import VectorIndex
from store.nearest.large import LargeIndex
from store.nearest.mapped import MappedRows
from store.nearest.opening import Committed, open_index

_AT_ONCE = 4000


class Wenhai:
    """The effort is that of a search in percent; at 100, a library is served."""

    efforts = (100, 80, 90, 120)

    def __init__(self, folder: Path) -> None:
        self._buckets = np.load(folder / "buckets.npy")
        file = VectorFile(folder / "vectors", int((folder / "dimension").read_text("utf-8")))
        committed = Committed(file, len(self._buckets), folder / "codes")
        self._usual = open_index(committed, _table(len(self._buckets)), None)
        self._at: dict[int, VectorIndex] = {100: self._usual}

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write the rows, and the codes of them."""
        np.save(folder / "buckets.npy", data.buckets)
        count, dimension = data.vectors.shape
        (folder / "dimension").write_text(str(dimension), encoding="utf-8")
        file = VectorFile(folder / "vectors", dimension)
        for start in range(0, count, _AT_ONCE):
            file.append(data.vectors[start : start + _AT_ONCE])
        file.flush()
        write_codes(folder / "codes", train(MappedRows(file, count), {"": np.arange(count)}))

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        index = self._at.get(effort) or self._with(effort)
        among = None if below is None else self._buckets < below
        found: list[int] = index.compare(question).nearest_of_each_group(TEN, among).tolist()
        return found

    def _with(self, effort: int) -> VectorIndex:
        index = copy(self._usual)
        if isinstance(index, LargeIndex):
            index.groups = [replace(each, effort=effort / 100) for each in index.groups]
        self._at[effort] = index
        return index


def _table(count: int) -> PassageTable:
    """Return passages of one language; each is a document of its own."""
    numbers = np.arange(count)
    none = np.zeros(count, np.int16)
    return PassageTable(
        keys=numbers,
        documents=numbers,
        sections=numbers,
        titles=np.zeros(count, np.bool_),
        languages=none,
        own_languages=none,
        vector_rows=numbers,
        language_names=("",),
    )
