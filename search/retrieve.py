"""Which passages are worth a look: nearest in meaning, best in words, each on both scales."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from search.fusion import coverage, fuse, z_scores
from search.query import Mode, Query
from store.view import LibraryView
from text.language import EAST_ASIAN

DEPTH = 1000
"""So many passages by words, and in each language by meaning."""

_SAMPLE_SIZE = 4000
_SAMPLE_SEED = 20261121
_NONE = np.empty(0, np.int64)
_NO_COSINES = np.empty(0, np.float32)

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its vector (None where only words count), and the mode that it is asked in.

    `background` holds the cosines of the vector with the sample that z is measured against.
    """

    query: Query
    vector: Floats | None
    mode: Mode
    background: Floats


@dataclass(frozen=True, slots=True)
class Scored:
    """Passages by position with their scores, one row each.

    `across` marks passages in a language that shares no words with the query's.
    """

    positions: Positions
    cosines: Floats
    z: Floats
    coverage: Floats
    fused: Floats
    across: NDArray[np.bool_]

    def rows(self, rows: Positions) -> "Scored":
        """Return only these rows, in this order."""
        return Scored(*(getattr(self, each.name)[rows] for each in fields(self)))


class Retriever:
    """Finds and scores the passages of one view of a library."""

    def __init__(self, view: LibraryView) -> None:
        self.view = view
        table = view.table
        self._groups = [
            _groups(table.languages, table.titles),
            _groups(table.own_languages, table.titles),
        ]
        generator = np.random.default_rng(_SAMPLE_SEED)
        size = min(_SAMPLE_SIZE, len(table.keys))
        sample = np.sort(generator.choice(len(table.keys), size, replace=False))
        self._sample = sample
        self._sample_vectors = view.vectors.vectors(sample)

    def question(self, query: Query, vector: Floats | None, mode: Mode) -> Question:
        """Return the query made ready to be scored against this view."""
        return Question(query, vector, mode, self.background(vector))

    def background(self, vector: Floats | None) -> Floats:
        """Return the cosines of the vector with the sample; none without a vector."""
        return self._sample_vectors @ vector if vector is not None else _NO_COSINES

    def candidates(self, question: Question) -> Positions:
        """Return the passages that either leg of the mode brings, ascending by position."""
        by_meaning = by_words = _NONE
        if question.vector is not None:
            found, _ = self.view.vectors.nearest_of_each_group(question.vector[None], DEPTH)
            by_meaning = found[0]
        if question.mode != "semantic" and question.query.terms:
            keys, _ = self.view.terms.matching(question.query.terms, DEPTH)
            by_words = self.view.positions_of(keys)
        both = np.union1d(by_meaning, by_words)
        return both[both >= 0]

    def score(self, question: Question, positions: Positions) -> Scored:
        """Return the scores of these passages on both scales, and fused as the mode says."""
        cosines = z = np.zeros(len(positions), np.float32)
        if question.vector is not None and len(positions):
            cosines = self.view.vectors.cosines(question.vector, positions)
            z = self.z(question.background, cosines, positions)
        covered = np.zeros(len(positions), np.float32)
        if question.mode != "semantic":
            covered = self._coverage(question.query, positions)
        across = self._across(question.query, positions)
        return Scored(positions, cosines, z, covered, fuse(z, covered, across), across)

    def z(self, background: Floats, cosines: Floats, positions: Positions) -> Floats:
        """Return how far the passages stand out in their document's language and in their own.

        The lesser of both: English code in a Chinese book stands out for any English query.
        """
        in_each = [
            z_scores(cosines, groups[positions], background, groups[self._sample])
            for groups in self._groups
        ]
        return np.minimum(*in_each)

    def _across(self, query: Query, positions: Positions) -> NDArray[np.bool_]:
        table = self.view.table
        across = [_shares_no_words(query.language, table.languages[positions])]
        across += [_shares_no_words(query.language, table.own_languages[positions])]
        return np.logical_and(*across)

    def _coverage(self, query: Query, positions: Positions) -> Floats:
        keys = self.view.table.keys[positions]
        if not query.terms or not len(keys):
            return np.zeros(len(keys), np.float32)
        scores = self.view.terms.scores(query.terms, keys.tolist())
        bm25 = np.array([scores.get(key, 0.0) for key in keys.tolist()], np.float32)
        return coverage(bm25, self.view.terms.ideal(query.terms))


def _groups(languages: NDArray[np.str_], titles: NDArray[np.bool_]) -> Positions:
    """Return the group in which each passage's cosine is judged: its language, titles apart.

    Titles are short and nearer to every query than sentences are.
    """
    _, numbers = np.unique(languages, return_inverse=True)
    groups: Positions = numbers.astype(np.int64) * 2 + titles
    return groups


def _shares_no_words(query_language: str | None, languages: NDArray[np.str_]) -> NDArray[np.bool_]:
    if query_language is None:
        return np.isin(languages, list(EAST_ASIAN))
    shares_none: NDArray[np.bool_] = languages != query_language
    return shares_none
