"""TREC run files: `query Q0 document rank score name`, one document a line."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import InvalidDataset
from evaluation.readers.lines import lines_of

DEPTH = 100
_NAME = "wenhai"


def read_run(path: Path) -> dict[str, list[str]]:
    """Return the documents of each query, the best first: by score, as trec_eval has it."""
    scores: dict[str, dict[str, float]] = {}
    for line in lines_of(path):
        fields = line.text.split()
        if len(fields) != 6:
            raise line.defect(f"{len(fields)} fields: give query, Q0, document, rank, score, name")
        query, _, document, _, score, _ = fields
        of_query = scores.setdefault(query, {})
        if document in of_query:
            raise line.defect(f'document "{document}" is there twice for query "{query}"')
        of_query[document] = _number(score)
        if math.isnan(of_query[document]):
            raise line.defect(f'score "{score}" is no number')
    return {
        query: sorted(found, key=lambda id_: (found[id_], id_), reverse=True)
        for query, found in scores.items()
    }


def write_run(path: Path, ranked: Mapping[str, Sequence[str]]) -> None:
    """Write the first 100 documents of each query; the score only says their order."""
    lines = [
        f"{_word(query)} Q0 {_word(document)} {rank} {DEPTH + 1 - rank} {_NAME}\n"
        for query, documents in ranked.items()
        for rank, document in enumerate(documents[:DEPTH], 1)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def _word(id_: str) -> str:
    if len(id_.split()) != 1 or id_ != id_.strip():
        raise InvalidDataset(f'id "{id_}" holds a space, which a run cannot: leave out --run')
    return id_


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
