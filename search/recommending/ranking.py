"""Which documents come first? Like what is liked, visited with it, unlike what is not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.filtering.within import among, keys_within
from search.recommending.diversity import diversified
from search.recommending.likeness import Documents, Seed
from search.recommending.mixing import mixed
from search.recommending.request import RecommendRequest
from search.recommending.visits import WEIGHT, Visits
from store.view import LibraryView

_AT_HAND = 5
"""Of so many times the documents wanted, those are taken that differ."""

Keys = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A document to show, by key: its score, and whether it is visited with what is liked."""

    key: int
    score: float
    visited: bool


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Every document of a view with its score.

    `together` says how often it is visited with what is liked. `groups` tells copies; those in
    `named` were asked about. `liked` is what speaks for others.
    """

    documents: Documents
    scores: Floats
    together: Floats
    groups: Keys
    named: Keys
    liked: Sequence[Seed]

    @classmethod
    def of(
        cls,
        documents: Documents,
        liked: Sequence[Seed],
        disliked: Sequence[Seed],
        visits: Visits | None = None,
    ) -> "Ranked":
        """Return the documents scored; without `visits`, likeness decides alone."""
        view = documents.centre.view
        copies = view.copies
        groups = copies.of(documents.keys)
        named = copies.of(_keys([*liked, *disliked]))
        z, telling = documents.likeness([*liked, *disliked], np.isin(groups, named))
        scores = mixed(z[: len(liked)], z[len(liked) :])
        together = np.zeros(len(scores), np.float32)
        if visits is not None:
            same = documents.keys[np.isin(groups, copies.of(_keys(liked)))]
            together = _together(visits, documents, same, view)
            scores = scores + np.float32(WEIGHT) * together
        return cls(documents, scores, together, groups, named, telling[: len(liked)])

    @property
    def view(self) -> LibraryView:
        """The commit that all of it is of."""
        return self.documents.centre.view

    def best(self, request: RecommendRequest) -> list[Chosen]:
        """Return the documents to show, in their order."""
        columns = self._allowed(request)[: request.limit * _AT_HAND]
        if request.diversity > 0:
            vectors = self.documents.mean_vectors(columns)
            rows = diversified(self.scores[columns], vectors, request.limit, request.diversity)
            columns = columns[rows]
        columns = columns[: request.limit]
        found = self.documents.keys[columns], self.scores[columns], self.together[columns] > 0
        return [Chosen(*row) for row in zip(*(each.tolist() for each in found), strict=True)]

    def _allowed(self, request: RecommendRequest) -> Keys:
        """Return the columns that may be shown, the best first, copies once."""
        view = self.view
        named_seen = keys_within(view, request.seen, request.within).values()
        seen = view.copies.of(np.array(list(named_seen), np.int64))
        allowed = ~np.isin(self.groups, np.union1d(self.named, seen))
        if (passing := among(view, request.filter, request.within)) is not None:
            allowed &= np.isin(self.documents.keys, passing)
        columns = np.flatnonzero(allowed)
        columns = columns[np.argsort(-self.scores[columns], kind="stable")]
        _, first = np.unique(self.groups[columns], return_index=True)
        once: Keys = columns[np.sort(first)]
        return once


def _together(visits: Visits, documents: Documents, liked: Keys, view: LibraryView) -> Floats:
    """Return how often each document is visited with one of the liked ones."""
    found = visits.with_any_of(view.catalogue.document_ids(liked.tolist()).values())
    together = np.zeros(len(documents.keys), np.float32)
    for id_, key in view.catalogue.keys_of(list(found)).items():
        together[documents.keys == key] = found[id_]
    return together


def _keys(seeds: Sequence[Seed]) -> Keys:
    return np.array([each.document.key for each in seeds if each.document], np.int64)
