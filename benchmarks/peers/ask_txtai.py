"""txtai, hybrid as it comes: `python -m benchmarks.peers.ask_txtai FOLDER RUN MODEL`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from txtai import Embeddings

from benchmarks.peers.rows import Rows, read_queries, read_rows, write_run

_QUERIES_AT_ONCE = 64


def ranked(rows: Rows, queries: dict[str, str], model: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Return each query with its documents, the best first."""
    prefixes = {"query": "query: ", "data": "passage: "}  # what this model was trained with
    embeddings = Embeddings(path=model, hybrid=True, instructions=prefixes)
    embeddings.index(enumerate(rows.texts))
    ids = list(queries)
    for start in range(0, len(ids), _QUERIES_AT_ONCE):
        asked = ids[start : start + _QUERIES_AT_ONCE]
        answers = embeddings.batchsearch([queries[each] for each in asked], limit=len(rows.texts))
        for query, answer in zip(asked, answers, strict=True):
            yield query, rows.best_documents(row for row, _ in answer)


if __name__ == "__main__":
    folder, run, weights = map(Path, sys.argv[1:])
    write_run(run, ranked(read_rows(folder), read_queries(folder), str(weights)))
