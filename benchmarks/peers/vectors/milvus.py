"""Milvus Lite with an HNSW index, through its usual client."""

from collections.abc import Sequence
from pathlib import Path

from pymilvus import DataType, MilvusClient

from benchmarks.peers.vectors.contract import TEN, Data, Vectors

_NAME = "vectors"
_AT_ONCE = 5000
_INDEX = {"M": 16, "efConstruction": 200}


class Milvus:
    """The effort is `ef`."""

    efforts = (64, 128, 256)

    def __init__(self, folder: Path) -> None:
        self._client = _client(folder)
        self._client.load_collection(_NAME)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Insert all vectors in batches, and wait for the index."""
        client = _client(folder)
        schema = client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("bucket", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=data.vectors.shape[1])
        client.create_collection(_NAME, schema=schema)
        for start in range(0, len(data.vectors), _AT_ONCE):
            block = slice(start, start + _AT_ONCE)
            rows = zip(data.vectors[block], data.buckets[block].tolist(), strict=True)
            client.insert(
                _NAME,
                [
                    {"id": start + at, "bucket": bucket, "vector": vector}
                    for at, (vector, bucket) in enumerate(rows)
                ],
            )
        client.flush(_NAME)
        indexes = client.prepare_index_params()
        indexes.add_index("vector", index_type="HNSW", metric_type="COSINE", params=_INDEX)
        client.create_index(_NAME, indexes)
        client.load_collection(_NAME)
        client.close()

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        found = self._client.search(
            _NAME,
            data=[question],
            limit=TEN,
            filter="" if below is None else f"bucket < {below}",
            search_params={"params": {"ef": effort}},
        )
        return [each["id"] for each in found[0]]


def _client(folder: Path) -> MilvusClient:
    return MilvusClient(str(folder / "milvus.db"))
