"""Who is asked what is like a document: a library in this process, or a server."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evaluation.copies import Copies
from evaluation.server import ServerTarget
from evaluation.targets import LibraryTarget
from search.engine import Engine
from search.recommending.centring import Centre
from search.recommending.likeness import Documents

Vectors = NDArray[np.float32]


class Recommender(Protocol):
    """Whoever is asked; what is known of languages and copies may grow with each answer."""

    @property
    def languages(self) -> Mapping[str, str | None]:
        """The language of each document, None where nobody knows."""

    @property
    def copies(self) -> Copies:
        """Which documents are one."""

    def unknown(self, documents: Iterable[str]) -> set[str]:
        """Return those of the ids that are no document's."""

    def count(self) -> int:
        """Return how many documents there are."""

    def similar(self, documents: Sequence[str], limit: int) -> Iterator[Sequence[str]]:
        """Return the ids of the documents most like each of these in turn, the best first."""

    def recommend(self, document: str, limit: int) -> None:
        """Ask for the same as users do, reasons included: to see how long that takes."""

    def mean_vectors(self, documents: Sequence[str]) -> Vectors | None:
        """Return the mean vector of each document's passages, at length 1; None if unknown."""


class RecommendingLibrary(LibraryTarget):
    """A library, asked in this process."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._recommending = engine

    def count(self) -> int:
        """Return how many documents there are."""
        return self.documents

    def similar(self, documents: Sequence[str], limit: int) -> Iterator[Sequence[str]]:
        """Return the ids of the documents most like each of these in turn, the best first."""
        return (self._recommending.similar_ids(each, limit) for each in documents)

    def recommend(self, document: str, limit: int) -> None:
        """Ask for the same as users do, reasons included."""
        self._recommending.similar(document, limit)

    def mean_vectors(self, documents: Sequence[str]) -> Vectors:
        """Return the mean vector of each document's passages, centred, at length 1."""
        view = self._recommending.view
        keys = sorted(view.catalogue.keys_of(documents).values())
        return self._documents.mean_vectors(np.searchsorted(self._documents.keys, keys))

    @cached_property
    def _documents(self) -> Documents:
        return Documents(Centre.of(self._recommending.view))


class RecommendingServer(ServerTarget):
    """A server that speaks Wenhai's HTTP interface; a context manager."""

    def count(self) -> int:
        """Return how many documents there are."""
        return self._server.count()

    def similar(self, documents: Sequence[str], limit: int) -> Iterator[Sequence[str]]:
        """Return the ids of the documents most like each of these in turn, the best first."""
        return self._workers.map(partial(self._similar, limit=limit), documents)

    def recommend(self, document: str, limit: int) -> None:
        """Ask for the same as users do."""
        self._server.similar(document, limit)

    def mean_vectors(self, _: Sequence[str]) -> None:
        """Return None: a server gives no vectors."""
        return

    def _similar(self, document: str, limit: int) -> list[str]:
        found = self._server.similar(document, limit)
        try:
            with self._noting:
                for each in found:
                    self._note(each)
            return [each["id"] for each in found]
        except (KeyError, TypeError) as error:
            raise self._server.strange("similar documents") from error
