"""zvec with a graph (HNSW) of 8 bits a dimension, or lists of RaBitQ codes; both refined."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zvec

from benchmarks.peers.vectors.contract import TEN, Data, Vectors

_AT_ONCE = 1000


class _Zvec:
    """A collection that is opened; it maps its files."""

    efforts: Sequence[int]

    def __init__(self, folder: Path) -> None:
        _started()
        self._collection = zvec.open(str(folder / "collection"))

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        found = self._collection.query(
            zvec.Query("vector", vector=question, param=self._parameters(effort)),
            topk=TEN,
            filter=None if below is None else f"bucket < {below}",
            output_fields=[],
        )
        return [int(each.id) for each in found]

    def _parameters(self, effort: int) -> Any:
        raise NotImplementedError


class Hnsw(_Zvec):
    """With the parameters of its own benchmark of a million; the effort is `ef`."""

    efforts = (180, 45, 90, 360)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Insert all, and build the graph."""
        index = zvec.HnswIndexParam(
            metric_type=zvec.MetricType.COSINE, m=15, quantize_type=zvec.QuantizeType.INT8
        )
        _build(folder, data, index)

    def _parameters(self, effort: int) -> Any:
        return zvec.HnswQueryParam(ef=effort, is_using_refiner=True)


class Codes(_Zvec):
    """Lists of RaBitQ codes of 7 bits; the effort is `nprobe`."""

    efforts = (40, 10, 160)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Insert all, and make the lists."""
        _build(folder, data, zvec.IvfRabitqIndexParam(metric_type=zvec.MetricType.COSINE))

    def _parameters(self, effort: int) -> Any:
        return zvec.IvfRabitqQueryParam(nprobe=effort, is_using_refiner=True)


def _build(folder: Path, data: Data, index: Any) -> None:
    _started()
    dimension = data.vectors.shape[1]
    schema = zvec.CollectionSchema(
        "vectors",
        fields=[
            zvec.FieldSchema("bucket", zvec.DataType.INT32, index_param=zvec.InvertIndexParam())
        ],
        vectors=[zvec.VectorSchema("vector", zvec.DataType.VECTOR_FP32, dimension, index)],
    )
    collection = zvec.create_and_open(str(folder / "collection"), schema)
    for start in range(0, len(data.vectors), _AT_ONCE):
        block = slice(start, start + _AT_ONCE)
        rows = zip(data.vectors[block], data.buckets[block].tolist(), strict=True)
        collection.insert(
            [
                zvec.Doc(str(start + at), fields={"bucket": bucket}, vectors={"vector": vector})
                for at, (vector, bucket) in enumerate(rows)
            ]
        )
    collection.optimize()
    collection.flush()


def _started() -> None:
    zvec.init(log_level=zvec.LogLevel.ERROR, query_threads=2, optimize_threads=2)
