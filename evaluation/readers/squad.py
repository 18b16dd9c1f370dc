"""SQuAD: a JSON file of articles with paragraphs, and questions that their paragraph answers.

The title of an article is left out: all its paragraphs share it, and a question asks for one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import InvalidDataset
from core.types import Metadata, Page, SourceDocument
from evaluation.datasets import (
    UNANSWERABLE,
    Collection,
    Dataset,
    JudgedQuery,
    Judgement,
    assembled,
)
from evaluation.readers.lines import what_is_broken
from evaluation.readers.locating import line_of
from evaluation.readers.queries import judged_query
from indexer.readers.files import clean


def read_squad(path: Path) -> Dataset:
    """Return the judged set; InvalidDataset names the line and the place of the first defect."""
    found = _Found()
    for article in _root(path).children("data"):
        for paragraph in article.children("paragraphs"):
            document = found.document(paragraph)
            for question in paragraph.children("qas"):
                found.question(question, document)
    queries, documents = list(found.queries.values()), list(found.documents.values())
    return assembled(path, queries, found.judgements, Collection(path, documents))


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of the file, and the way to it: names and numbers."""

    file: Path
    content: str
    way: tuple[str | int, ...]
    values: dict[str, Any]

    def defect(self, what: str) -> InvalidDataset:
        """Return the error that says what is wrong here."""
        return InvalidDataset(
            f"{self.file}: line {line_of(self.content, self.way)}: {self._shown_way()}{what}"
        )

    def __str__(self) -> str:
        return f"{self.file}: {self._shown_way()}".removesuffix(": ")

    def _shown_way(self) -> str:
        way = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.way)
        return f"{way[1:]}: " if way else ""

    def children(self, name: str) -> Iterator["_Object"]:
        """Return the objects in the list of that name."""
        within = self.values.get(name)
        if not isinstance(within, list) or not all(isinstance(each, dict) for each in within):
            raise self.defect(f'"{name}" is no list of objects: this is not the format of SQuAD')
        for number, each in enumerate(within):
            yield _Object(self.file, self.content, (*self.way, name, number), each)

    def text(self, name: str) -> str:
        """Return a text that has to be there."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.defect(f'"{name}" is missing: give a text that is not blank')
        return clean(value)


@dataclass(slots=True)
class _Found:
    """What was read so far: documents by their text, queries by their id."""

    documents: dict[str, SourceDocument] = field(default_factory=dict)
    queries: dict[str, JudgedQuery] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def document(self, paragraph: _Object) -> str:
        """Return the id of the paragraph's document; identical paragraphs are one."""
        text = paragraph.text("context")
        if text in self.documents:
            return self.documents[text].id
        id_ = str(paragraph.values.get("id") or f"p{len(self.documents)}")
        if id_ in self._ids:
            raise paragraph.defect(f'paragraph "{id_}" is there twice: give each its own id')
        self._ids.add(id_)
        self.documents[text] = SourceDocument(id_, Metadata(""), (Page(text),))
        return id_

    def question(self, asked: _Object, document: str) -> None:
        """Enter a question that the document answers, or as SQuAD 2 says, that none does."""
        id_ = asked.text("id")
        if id_ in self.queries:
            raise asked.defect(f'question "{id_}" is there twice: give each its own id')
        impossible = bool(asked.values.get("is_impossible"))
        query = judged_query(
            asked, id_, asked.text("question"), kind=UNANSWERABLE if impossible else None
        )
        self.queries[id_] = query
        if not impossible:
            self.judgements.append(Judgement(id_, document, 1, query.where))


def _root(path: Path) -> _Object:
    try:
        content = path.read_bytes().decode("utf-8-sig")
        values = json.loads(content)
    except OSError as error:
        raise InvalidDataset(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InvalidDataset(f"{path}: line {line}: not UTF-8: save it as UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"{path}: line {error.lineno}"
        raise InvalidDataset(f"{where}: broken JSON, {what_is_broken(error)}: mend it") from None
    except (ValueError, RecursionError) as error:
        raise InvalidDataset(f"{path}: broken JSON ({error}): mend it") from None
    if not isinstance(values, dict):
        raise InvalidDataset(f"{path}: no JSON object: this is not the format of SQuAD")
    return _Object(path, content, (), values)
