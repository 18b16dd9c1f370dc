"""USearch as it comes: vectors in bf16, a graph of 16 neighbours; Python has no filter of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from usearch.index import Index, MetricKind

from benchmarks.peers.vectors.contract import TEN, Data, Vectors


class Usearch:
    """The effort is `expansion_search`; the file is mapped, as its guide has it for serving."""

    efforts = (64, 128, 256, 512)

    def __init__(self, folder: Path) -> None:
        opened = Index.restore(folder / "index", view=True)
        if opened is None:
            raise ValueError(f"{folder} holds no index")
        self._index = opened

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write vectors and graph."""
        index = Index(ndim=data.vectors.shape[1], metric=MetricKind.Cos)
        index.add(np.arange(len(data.vectors)), np.ascontiguousarray(data.vectors))
        index.save(folder / "index")

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        if below is not None:
            raise NotImplementedError
        self._index.expansion_search = effort
        found: list[int] = self._index.search(question, TEN).keys.tolist()
        return found
