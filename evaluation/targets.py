"""Who is asked, and what comes back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evaluation.copies import Copies, same_text
from search.asking.query import Mode, SearchRequest
from search.documents import Ranking
from search.engine import Engine
from store.catalogue.reading import Catalogue

_BATCH = 10_000
PASSAGES = SearchRequest("").passages

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asking:
    """How the queries are asked: `depth` documents are wanted, with their `pages` or without."""

    mode: Mode = "hybrid"
    depth: int = 100
    pages: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The documents that came back for a query, the best first, and how relevant each is.

    `best` is the highest relevance of any document; `pages` are those of the best passages, in
    the order in which a reader meets them.
    """

    ids: Sequence[str]
    relevances: Sequence[float]
    best: float
    pages: Sequence[tuple[str, int]] = ()


class Target(Protocol):
    """Whoever is asked; what is known of languages and copies may grow with each answer."""

    @property
    def documents(self) -> int | None:
        """How many documents there are, None where nobody knows."""

    @property
    def languages(self) -> Mapping[str, str | None]:
        """The language of each document, None where nobody knows."""

    @property
    def copies(self) -> Copies:
        """Which documents are one."""

    def answers(self, queries: Sequence[str], asking: Asking) -> Iterator[Answer]:
        """Return the answer to each query in turn, deep enough in every language."""

    def ask(self, query: str, mode: Mode) -> float:
        """Search as users do; return the relevance below which nothing is an answer."""

    def unknown(self, documents: Iterable[str]) -> set[str]:
        """Return those of the ids that are no document's."""

    def label(self, document: str) -> str:
        """Return how people would know the document: its title, or how its text begins."""


class LibraryTarget:
    """A library, asked in this process through the engine that is shipped."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        table = engine.view.table
        keys, first = np.unique(table.documents, return_index=True)
        ids = _ids_of(engine.view.catalogue, keys.tolist())
        there = np.isin(keys, list(ids))
        self._keys = keys[there]
        self._ids = [ids[key] for key in self._keys.tolist()]
        written_in = [table.language_names[code] for code in table.languages[first][there].tolist()]
        self.languages = {
            id_: language or None for id_, language in zip(self._ids, written_in, strict=True)
        }
        self.copies = self._found_copies(engine, ids)
        numbers = {id_: number for number, id_ in enumerate(self._ids)}
        self._standing = np.array([numbers[self.copies.of(id_)] for id_ in self._ids], np.int64)
        self._groups = self._by_language(written_in)

    def _found_copies(self, engine: Engine, ids: Mapping[int, str]) -> Copies:
        """Return the documents of the same text, and those that one hit stands for."""
        copies = Copies(same_text(_texts(engine.view.catalogue, ids)))
        heads = engine.view.copies.of(self._keys)
        for key, head in zip(self._keys.tolist(), heads.tolist(), strict=True):
            if head != key and head in ids:
                copies.join([ids[head], ids[key]])
        return copies

    def _by_language(self, written_in: Sequence[str]) -> Rows:
        """Return numbers that tell documents apart by the languages of all their copies."""
        languages = [{language} for language in written_in]
        for row, standing in enumerate(self._standing.tolist()):
            languages[standing] |= languages[row]
        names = [" ".join(sorted(languages[standing])) for standing in self._standing.tolist()]
        _, groups = np.unique(names, return_inverse=True)
        return groups.astype(np.int64)

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self._ids)

    def answers(self, queries: Sequence[str], asking: Asking) -> Iterator[Answer]:
        """Return the answer to each query in turn, `depth` documents of each language."""
        for ranking in self._engine.rankings(queries, asking.mode):
            rows, places = self._known(ranking.keys)
            kept = self._first_of_each_language(rows, asking.depth)
            yield Answer(
                [self._ids[row] for row in rows[kept].tolist()],
                ranking.relevances[places[kept]].tolist(),
                float(ranking.relevances.max(initial=0.0)),
                _pages(ranking, asking.depth) if asking.pages else (),
            )

    def _known(self, keys: Rows) -> tuple[Rows, Rows]:
        """Return the rows of the documents with these keys, copies once, and their places."""
        rows = np.searchsorted(self._keys, keys)
        rows = np.minimum(rows, len(self._keys) - 1)
        places = np.flatnonzero(self._keys[rows] == keys) if len(self._keys) else rows[:0]
        _, first = np.unique(self._standing[rows[places]], return_index=True)
        places = places[np.sort(first)]
        return rows[places], places

    def _first_of_each_language(self, rows: Rows, depth: int) -> Rows:
        groups = self._groups[rows]
        each = [np.flatnonzero(groups == group)[:depth] for group in np.unique(groups)]
        kept: Rows = np.sort(np.concatenate([rows[:0], *each]))
        return kept

    def ask(self, query: str, mode: Mode) -> float:
        """Search as users do; return the relevance below which nothing is an answer."""
        return self._engine.search(SearchRequest(query, mode)).verdict.none_below

    def unknown(self, documents: Iterable[str]) -> set[str]:
        """Return those of the ids that are no document's."""
        catalogue = self._engine.view.catalogue
        missing = (each for each in documents if each not in self.languages)
        return {each for each in missing if catalogue.document(each) is None}

    def label(self, document: str) -> str:
        """Return the document's title, or how its text begins."""
        catalogue = self._engine.view.catalogue
        found = catalogue.document(document)
        if found is None:
            return document
        texts = (each.passage.text for each in catalogue.passages_of(found.key))
        return found.metadata.title or next(texts, document)


def _ids_of(catalogue: Catalogue, keys: Sequence[int]) -> dict[int, str]:
    ids: dict[int, str] = {}
    for start in range(0, len(keys), _BATCH):
        ids |= catalogue.document_ids(keys[start : start + _BATCH])
    return ids


def _texts(catalogue: Catalogue, ids: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    for each in catalogue.passages_since(0):
        if each.passage.kind == "text" and each.document in ids:
            yield ids[each.document], each.passage.text


def _pages(ranking: Ranking, depth: int) -> list[tuple[str, int]]:
    """Return the pages of the passages that each document's hit would show."""
    found = (
        (hit.document.id, each.passage.page)
        for hit in ranking.hits(ranking.keys[:depth], PASSAGES)
        for each in hit.passages
    )
    return list(dict.fromkeys((id_, page) for id_, page in found if page is not None))
