"""hnswlib with the parameters of its examples; its filter is a function, asked row by row."""

from collections.abc import Sequence
from pathlib import Path

import hnswlib
import numpy as np

from benchmarks.peers.vectors.contract import TEN, Data, Vectors

_NEIGHBOURS = 16
_EFFORT_OF_BUILDING = 200


class Hnswlib:
    """The effort is `ef`."""

    efforts = (100, 50, 200, 400)

    def __init__(self, folder: Path) -> None:
        self._buckets = np.load(folder / "buckets.npy")
        dimension = int((folder / "dimension").read_text("utf-8"))
        self._index = hnswlib.Index("cosine", dimension)
        self._index.load_index(str(folder / "index"))

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write vectors and graph."""
        np.save(folder / "buckets.npy", data.buckets)
        count, dimension = data.vectors.shape
        (folder / "dimension").write_text(str(dimension), encoding="utf-8")
        index = hnswlib.Index("cosine", dimension)
        index.init_index(count, ef_construction=_EFFORT_OF_BUILDING, M=_NEIGHBOURS)
        index.add_items(data.vectors)
        index.save_index(str(folder / "index"))

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest; none where it finds fewer than ten."""
        self._index.set_ef(effort)
        passes = None if below is None else (self._buckets < below).tolist().__getitem__
        try:
            found, _ = self._index.knn_query(question, TEN, filter=passes)
        except RuntimeError:  # it gives ten or nothing
            return []
        rows: list[int] = found[0].tolist()
        return rows
