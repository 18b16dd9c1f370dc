"""LanceDB with the index that its guide has where filters are common, a scalar index beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import BTree

from benchmarks.peers.vectors.contract import TEN, Data, Vectors

_NAME = "vectors"
_AT_ONCE = 20_000


class Lance:
    """Lists of RaBitQ codes; the effort is `nprobes`, ten times ten rows are compared exactly."""

    efforts = (20, 2, 5)

    def __init__(self, folder: Path) -> None:
        self._table = lancedb.connect(folder).open_table(_NAME)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write the rows, then the index of the vectors and that of the buckets."""
        dimension = data.vectors.shape[1]
        vector = pa.list_(pa.float32(), dimension)
        schema = pa.schema([("id", pa.int64()), ("bucket", pa.int16()), ("vector", vector)])

        def batches() -> Iterator[pa.RecordBatch]:
            for start in range(0, len(data.vectors), _AT_ONCE):
                block = slice(start, start + _AT_ONCE)
                flat = pa.array(np.ascontiguousarray(data.vectors[block]).ravel())
                columns = [
                    pa.array(np.arange(start, start + len(data.buckets[block]))),
                    pa.array(data.buckets[block]),
                    pa.FixedSizeListArray.from_arrays(flat, dimension),
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

        table = lancedb.connect(folder).create_table(_NAME, batches(), schema=schema)
        table.create_index(metric="cosine", vector_column_name="vector", index_type="IVF_RQ")
        table.create_index("bucket", config=BTree())

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        asked = (
            self._table.search(question)
            .distance_type("cosine")
            .select(["id", "_distance"])
            .limit(TEN)
        )
        asked = asked.nprobes(effort).refine_factor(10)
        if below is not None:
            asked = asked.where(f"bucket < {below}", prefilter=True)
        found: list[int] = asked.to_arrow()["id"].to_pylist()
        return found
