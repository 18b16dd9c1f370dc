"""A judged set: queries, what answers them, and where it has its own, the documents."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from core.errors import InvalidDataset
from core.types import SourceDocument
from text.language import east_asian_language, language_of

UNANSWERABLE = "unanswerable"
"""The kind of the queries that no document answers."""

_ALMOST_ALL = 0.95


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query of a judged set; `where` is its place in the file, for messages."""

    id: str
    text: str
    where: str
    language: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a document, or one page of it, answers a query: 0 not at all, 1 and more well."""

    query: str
    document: str
    grade: int
    where: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """The documents of a judged set, and the file that they come from."""

    source: Path
    documents: Sequence[SourceDocument]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A judged set; without a collection, it judges what a library or a server holds.

    `queries` are those that a document answers, by id; `unanswerable` those that none does.
    """

    name: str
    queries: Mapping[str, JudgedQuery]
    unanswerable: Sequence[JudgedQuery]
    judgements: Sequence[Judgement]
    collection: Collection | None = None

    def texts(self) -> Iterator[tuple[str, str]]:
        """Return the id and the text of each document that the set has itself."""
        documents = self.collection.documents if self.collection else ()
        return ((each.id, page.text) for each in documents for page in each.pages)


def assembled(
    path: Path,
    queries: Sequence[JudgedQuery],
    judgements: Sequence[Judgement],
    collection: Collection | None = None,
) -> Dataset:
    """Return the judged set; InvalidDataset where its parts do not fit together."""
    judgements = each_once(judgements)
    known = {each.id for each in queries}
    refuse_unknown("query", [each for each in judgements if each.query not in known], "the queries")
    if collection is not None:
        there = {each.id for each in collection.documents}
        strange = [each for each in judgements if each.document not in there]
        refuse_unknown("document", strange, str(collection.source))
    answered = {each.query for each in judgements if each.grade > 0}
    if not answered:
        raise InvalidDataset(f"{path}: no judgement says that a document answers: grade one 1")
    if collection is not None:
        queries, collection = _in_one_language(queries, collection)
    told = [replace(each, language=each.language or language_of(each.text)) for each in queries]
    return Dataset(
        path.resolve().name,
        {each.id: each for each in told if each.id in answered},
        [each for each in told if each.kind == UNANSWERABLE and each.id not in answered],
        judgements,
        collection,
    )


def refuse_unknown(
    what: Literal["query", "document"], strange: Sequence[Judgement], place: str
) -> None:
    """Raise InvalidDataset if there are judgements on what is not there."""
    if not strange:
        return
    first, more = strange[0], len(strange) - 1
    lines = f", nor what {more:,} more judgements name" if more else ""
    raise InvalidDataset(
        f'{first.where}: no {what} "{getattr(first, what)}" in {place}{lines}: '
        f"take the judgements out, or put the {what} in"
    )


def base_language(stated: str | None) -> str | None:
    """Return the language without script and region: `zh` for `zh-Hant`."""
    return stated.replace("_", "-").split("-")[0].strip().lower() if stated else None


def each_once(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Return the judgements without repetitions; InvalidDataset if two contradict each other."""
    first: dict[tuple[str, str, int | None], Judgement] = {}
    for each in judgements:
        known = first.setdefault((each.query, each.document, each.page), each)
        if known.grade != each.grade:
            raise InvalidDataset(
                f'{each.where}: document "{each.document}" has grade {each.grade} for query '
                f'"{each.query}", but {known.grade} in {known.where}: keep one of the lines'
            )
    return list(first.values())


def _in_one_language(
    queries: Sequence[JudgedQuery], collection: Collection
) -> tuple[Sequence[JudgedQuery], Collection]:
    """Return both with the language that almost all are in wherever none is stated.

    A formula among a thousand English texts would be a language of its own otherwise.
    """
    documents = collection.documents
    asked = _common([(each.language, each.text) for each in queries])
    written = _common([(each.metadata.language, _text(each)) for each in documents])
    told = [_in_language(each, each.metadata.language or written) for each in documents]
    return (
        [replace(each, language=each.language or asked) for each in queries],
        replace(collection, documents=told),
    )


def _common(texts: Sequence[tuple[str | None, str]]) -> str | None:
    """Return the language, stated or found, of at least 95 of 100 texts, None if there is none."""
    for found_in in (east_asian_language, language_of):  # by script first: words take longer
        languages = Counter(stated or found_in(text) for stated, text in texts)
        language, count = languages.most_common(1)[0]
        if language is not None and count >= _ALMOST_ALL * len(texts):
            return language
    return None


def _text(document: SourceDocument) -> str:
    return "\n".join([document.metadata.title, *(page.text for page in document.pages)])


def _in_language(document: SourceDocument, language: str | None) -> SourceDocument:
    return replace(document, metadata=replace(document.metadata, language=language))
