"""What a peer gets and gives: rows to search, queries to ask, and back a TREC run."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Rows:
    """The texts to be searched, and the document of each; a document may have several."""

    documents: list[str]
    languages: list[str | None]
    texts: list[str]

    def best_documents(self, rows: Iterable[int]) -> Iterator[str]:
        """Return the first 100 documents of each language: the best row speaks for its document.

        So deep in each, since evaluation filters a ranking by language to measure a direction.
        """
        taken: Counter[str | None] = Counter()
        seen: set[str] = set()
        for row in rows:
            document, language = self.documents[row], self.languages[row]
            if document not in seen and taken[language] < DEPTH:
                taken[language] += 1
                yield document
            seen.add(document)


def read_rows(folder: Path) -> Rows:
    """Return the rows of `corpus.jsonl`, those of one document under the same `_id`."""
    lines = list(_lines(folder / "corpus.jsonl"))
    return Rows(
        [each["_id"] for each in lines],
        [each["language"] for each in lines],
        [each["text"] for each in lines],
    )


def read_queries(folder: Path) -> dict[str, str]:
    """Return the texts of `queries.jsonl` by id."""
    return {each["_id"]: each["text"] for each in _lines(folder / "queries.jsonl")}


def write_run(path: Path, ranked: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Write the documents of each query, the best first; the score only says their order.

    The file is there once it is whole.
    """
    under_way = path.with_suffix(".part")
    with under_way.open("w", encoding="utf-8") as run:
        for query, documents in ranked:
            run.writelines(
                f"{query} Q0 {document} {rank} {1 / rank} {path.stem}\n"
                for rank, document in enumerate(documents, 1)
            )
    under_way.rename(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
