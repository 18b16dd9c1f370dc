"""FAISS: every vector compared, or a graph (HNSW); filters by a bitmap of what passes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from benchmarks.peers.vectors.contract import TEN, Data, Vectors

_NEIGHBOURS = 32


class _Faiss:
    """An index that is read into memory."""

    efforts: Sequence[int]

    def __init__(self, folder: Path) -> None:
        self._buckets = np.load(folder / "buckets.npy")
        self._index: Any = faiss.read_index(str(folder / "index"))

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        chosen = None
        if below is not None:
            bits = np.packbits(self._buckets < below, bitorder="little")
            chosen = faiss.IDSelectorBitmap(bits)  # type: ignore
        _, found = self._index.search(question[None], TEN, params=self._parameters(effort, chosen))
        return [row for row in found[0].tolist() if row >= 0]

    def _parameters(self, effort: int, chosen: Any, /) -> Any:
        raise NotImplementedError


class Flat(_Faiss):
    """All vectors in memory, compared one by one."""

    efforts = (0,)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write the vectors."""
        _write(folder, data, faiss.IndexFlatIP(data.vectors.shape[1]))

    def _parameters(self, _effort: int, chosen: Any) -> Any:
        return faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]


class Hnsw(_Faiss):
    """A graph of 32 neighbours, built as it comes; the effort is `efSearch`."""

    efforts = (64, 32, 128, 256)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write vectors and graph."""
        index = faiss.IndexHNSWFlat(data.vectors.shape[1], _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
        _write(folder, data, index)

    def _parameters(self, effort: int, chosen: Any) -> Any:
        return faiss.SearchParametersHNSW(efSearch=effort, sel=chosen)  # type: ignore[attr-defined]


def _write(folder: Path, data: Data, index: Any) -> None:
    np.save(folder / "buckets.npy", data.buckets)
    index.add(np.ascontiguousarray(data.vectors))
    faiss.write_index(index, str(folder / "index"))
