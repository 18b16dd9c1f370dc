"""The judged sets that quality is measured on, as documents, questions and relevant ids."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.types import Metadata, Page, SourceDocument

ROOT = Path(__file__).parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SAMPLE = ROOT / "data"

Relevant = dict[str, int]

ASKED_ELSEWHERE = {"cmrc": "d2l", "d2l": "cmrc", "sample": "cmrc"}
"""Whose questions a library cannot answer: those on other matters, or luck would answer some."""


@dataclass
class Dataset:
    """Documents, and questions with the documents that answer them, split into directions."""

    name: str
    documents: list[SourceDocument]
    questions: dict[str, str]
    relevant: dict[str, Relevant]
    directions: dict[str, tuple[str, str]] = field(default_factory=dict)


def cmrc() -> Dataset:
    """Return CMRC 2018: each question is answered by its one paragraph."""
    documents: list[SourceDocument] = []
    questions: dict[str, str] = {}
    relevant: dict[str, Relevant] = {}
    for article in json.loads((EVAL / "cmrc2018/dev.json").read_text())["data"]:
        for paragraph in article["paragraphs"]:
            key = f"p{len(documents)}"
            documents.append(_document(key, paragraph["context"], "zh"))
            for question in paragraph["qas"]:
                questions[question["id"]] = question["question"]
                relevant[question["id"]] = {key: 1}
    return Dataset("cmrc", documents, questions, relevant)


def d2l() -> Dataset:
    """Return d2l: a heading asks for its section, in either language or in both."""
    documents = [
        _document(each["_id"], f"{each['title']}\n{each['text']}".strip(), each["_id"][:2])
        for each in _lines(EVAL / "d2l/corpus.jsonl")
    ]
    questions = {each["_id"]: each["text"] for each in _lines(EVAL / "d2l/queries.jsonl")}
    relevant: dict[str, Relevant] = defaultdict(dict)
    for line in (EVAL / "d2l/qrels/test.tsv").read_text().splitlines()[1:]:
        question, document, grade = line.split("\t")
        relevant[question][document] = int(grade)
    directions = {
        f"{source}>{target}": (source, "" if target == "both" else target)
        for source in ("zh", "en")
        for target in ("zh", "en", "both")
    }
    return Dataset("d2l", documents, questions, dict(relevant), directions)


def sample() -> Dataset:
    """Return the sample corpus with its graded judgements."""
    documents = [
        SourceDocument(
            each["id"],
            Metadata(each["title"], language=each["language"]),
            tuple(Page(snippet["text"], snippet["page"]) for snippet in each["snippets"]),
        )
        for each in _lines(SAMPLE / "corpus/catalogue.jsonl")
    ]
    questions = {each["_id"]: each["text"] for each in _lines(SAMPLE / "judgements/queries.jsonl")}
    relevant: dict[str, Relevant] = defaultdict(dict)
    for line in (SAMPLE / "judgements/qrels.trec").read_text().splitlines():
        question, _, document, grade = line.split()
        relevant[question][document] = int(grade)
    return Dataset("sample", documents, questions, dict(relevant))


def _document(key: str, text: str, language: str) -> SourceDocument:
    return SourceDocument(key, Metadata("", language=language), (Page(text),))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())
