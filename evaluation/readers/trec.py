"""TREC: a folder with queries (`queries.jsonl`, `.tsv`) and judgements (`qrels.trec`, `.txt`)."""

from pathlib import Path

from core.errors import InvalidDataset
from evaluation.datasets import Dataset, assembled
from evaluation.readers.qrels import read_trec
from evaluation.readers.queries import read_queries

_QUERIES = ("queries.jsonl", "queries.tsv")
_QRELS = ("qrels.trec", "qrels.txt", "*.qrels")


def is_trec(folder: Path) -> bool:
    """Say whether the folder holds queries and judgements."""
    return bool(_there(folder, _QUERIES) and _there(folder, _QRELS))


def read_trec_folder(folder: Path) -> Dataset:
    """Return the judged set, which has no documents of its own."""
    queries = read_queries(_one(folder, _QUERIES))
    return assembled(folder, queries, list(read_trec(_one(folder, _QRELS))))


def _one(folder: Path, patterns: tuple[str, ...]) -> Path:
    there = _there(folder, patterns)
    if len(there) > 1:
        names = " and ".join(each.name for each in there)
        raise InvalidDataset(f"{folder}: holds {names}: leave one of them")
    return there[0]


def _there(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted(each for pattern in patterns for each in folder.glob(pattern))
