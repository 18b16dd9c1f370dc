"""Chroma, on disk, with the HNSW parameters that it comes with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings

from benchmarks.peers.vectors.contract import TEN, Data, Vectors

_NAME = "vectors"


class Chroma:
    """The effort is `ef_search`."""

    efforts = (100, 200, 400)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._effort = self.efforts[0]
        self._collection = _client(folder).get_collection(_NAME)

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Add all vectors, in the largest batches that it takes."""
        client = _client(folder)
        collection = client.create_collection(
            _NAME, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        size = client.get_max_batch_size()
        for start in range(0, len(data.vectors), size):
            block = slice(start, start + size)
            buckets = data.buckets[block].tolist()
            collection.add(
                ids=[str(start + at) for at in range(len(buckets))],
                embeddings=data.vectors[block],
                metadatas=[{"bucket": bucket} for bucket in buckets],
            )

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest."""
        if effort != self._effort:
            self._collection.modify(configuration={"hnsw": {"ef_search": effort}})
            SharedSystemClient.clear_system_cache()  # what is open keeps the effort that it had
            self._collection = _client(self._folder).get_collection(_NAME)
            self._effort = effort
        where: Any = None if below is None else {"bucket": {"$lt": below}}
        found = self._collection.query(
            query_embeddings=[question], n_results=TEN, where=where, include=[]
        )
        return [int(each) for each in found["ids"][0]]


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
