"""BEIR: a folder with `corpus.jsonl`, `queries.jsonl` and `qrels/*.tsv`."""

from pathlib import Path

from core.errors import InvalidDataset
from core.types import Metadata, Page, SourceDocument
from evaluation.datasets import Collection, Dataset, assembled
from evaluation.readers.lines import Record, records_of
from evaluation.readers.qrels import read_tsv
from evaluation.readers.queries import read_queries
from indexer.readers.files import clean, one_line

CORPUS = "corpus.jsonl"
_DEFAULT_SPLIT = "test"


def read_beir(folder: Path, split: str | None = None) -> Dataset:
    """Return the judged set; InvalidDataset names file and line of the first defect."""
    qrels = _judgements_file(folder, split)
    documents = _documents(folder / CORPUS)
    queries = read_queries(folder / "queries.jsonl")
    judgements = list(read_tsv(qrels, {each.id for each in queries}))
    return assembled(folder, queries, judgements, Collection(folder / CORPUS, documents))


def _judgements_file(folder: Path, split: str | None) -> Path:
    there = {each.stem: each for each in sorted((folder / "qrels").glob("*.tsv"))}
    if not there:
        raise InvalidDataset(f"{folder}: no judgements in qrels/*.tsv: put a test.tsv there")
    if split is None and len(there) == 1:
        return next(iter(there.values()))
    chosen = split or _DEFAULT_SPLIT
    if chosen not in there:
        raise InvalidDataset(
            f'{folder / "qrels"}: no split "{chosen}": take one of {", ".join(there)} with --split'
        )
    return there[chosen]


def _documents(path: Path) -> list[SourceDocument]:
    first: dict[str, int] = {}
    documents = []
    for record in records_of(path):
        document = _document(record)
        known = first.setdefault(document.id, record.line.number)
        if known != record.line.number:
            raise record.line.defect(
                f'document "{document.id}" is there twice, first in line {known}: '
                "give each its own id"
            )
        documents.append(document)
    return documents


def _document(record: Record) -> SourceDocument:
    id_, values = record.id(), record.values
    for name in ("title", "text"):
        record.optional(name)
    if not isinstance(values.get("text"), str):
        raise record.line.defect('"text" is missing: every document needs "_id" and "text"')
    language = record.optional("language")
    within = values.get("metadata")
    if language is None and isinstance(within, dict):
        language = Record(record.line, within).optional("language")
    facts = Metadata(one_line(values.get("title") or ""), language=language)
    return SourceDocument(id_, facts, (Page(clean(values["text"])),))
