"""How alike is each document to each of some seeds: documents, or a text?

Passage by passage, both ways: the mean, over the seed's passages, of the cosine with the nearest
passage of the document, and the mean over the document's passages of that with the nearest one of
the seed. A long document that holds the matter somewhere is near in the first way, a short one that
is about nothing else in the second. The sum is taken in standard deviations above the mean of all
documents in that language, so that no language crowds out another; and since wording alone brings
documents in one language nearer, those across languages count 1.1 times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.encoder import unit_rows
from search.asking.query import Query
from search.fusion import Background
from search.recommending.centring import Centre
from store.catalogue.reading import StoredDocument

_MOST_PASSAGES = 64
_LEAST_PASSAGES = 4
_MOST_ROWS = 128
_AT_ONCE = 8192

_ACROSS = 1.1
"""What a deviation weighs across languages: half of what is recommended in `d2l`, whose two halves
say the same, is then in the other language, and nDCG@10 is highest."""

_MUCH_THE_SAME = 0.7
"""Passages with this cosine say nearly the same: one in twenty has such another one at all."""

_REPEATED = 2
_REPEATED_BESIDE_OTHERS = 3
"""What more than 2 documents repeat, and than 3 times those that repeat most passages of a seed, is
no matter of theirs: "thank you", references, how to reach the author, the head of a program."""

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Seed:
    """What others are held against: a document, or a `text` where that is None.

    `vectors` are those of its passages at these `positions`, or that of the text; `languages` are
    the numbers of those that it shares words with.
    """

    vectors: Floats
    positions: Positions
    languages: Positions
    document: StoredDocument | None = None
    text: str = ""


def document_seeds(centre: Centre, documents: Sequence[StoredDocument]) -> list[Seed]:
    """Return the seeds of the documents that have any passage.

    A long one is asked about by passages spread over it: fewer, where there are many seeds.
    """
    most = min(_MOST_PASSAGES, max(_LEAST_PASSAGES, _MOST_ROWS // max(len(documents), 1)))
    seeds = []
    for each in documents:
        positions = _spread(centre.view.by_document.positions(each.key), most)
        if len(positions):
            language = centre.view.table.languages[positions[:1]].astype(np.int64)
            seeds.append(Seed(centre.vectors(positions), positions, language, each))
    return seeds


def text_seed(centre: Centre, text: str, query: Query, vector: Floats) -> Seed:
    """Return the seed of a text that is encoded as a question."""
    languages = centre.languages_like(query.language)
    centred = centre.question(vector, languages)
    return Seed(centred[None, :], np.empty(0, np.int64), languages, text=text)


class Documents:
    """The documents of one view in columns, each with its passages in a row."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        table = centre.view.table
        there = centre.view.by_document
        self._order, self._starts, self._sizes = there.order, there.starts, there.sizes
        self.keys: Keys = there.keys
        self.languages = table.languages[self._order[self._starts]].astype(np.int64)

    def likeness(
        self, seeds: Sequence[Seed], apart: NDArray[np.bool_]
    ) -> tuple[Floats, list[Seed]]:
        """Return how far each document stands out for each seed, shape (seeds, documents).

        The documents that are `apart`, the seeds themselves, are not what others are measured
        against. Also returned are the seeds as they were asked about: without passages that others
        repeat.
        """
        nearest = self._nearest(seeds)
        telling = _telling(seeds, (nearest.of_rows[:, ~apart] >= _MUCH_THE_SAME).sum(axis=1))
        if any(new is not old for new, old in zip(telling, seeds, strict=True)):
            nearest = self._nearest(telling)
        raw = nearest.both_ways(telling, self._sizes)
        groups = int(self.languages.max(initial=0)) + 1
        usual = self.languages[~apart]
        backgrounds = [Background.of(row[~apart], usual, groups) for row in raw]
        z = [found.z(row, self.languages) for found, row in zip(backgrounds, raw, strict=True)]
        across = [np.isin(self.languages, each.languages, invert=True) for each in seeds]
        return np.where(across, np.float32(_ACROSS), 1) * np.array(z, np.float32), telling

    def mean_vectors(self, columns: Positions) -> Floats:
        """Return the unit vectors towards the means of these documents' passages."""
        starts = self._starts[columns]
        runs = [
            self._order[at : at + size]
            for at, size in zip(starts, self._sizes[columns], strict=True)
        ]
        means = [self.centre.vectors(positions).mean(axis=0) for positions in runs]
        return unit_rows(np.array(means, np.float32).reshape(len(columns), -1))

    def _nearest(self, seeds: Sequence[Seed]) -> "_Nearest":
        """Return how near each document comes to each passage of the seeds, and the other way."""
        rows = np.concatenate([each.vectors for each in seeds])
        firsts = _firsts(seeds)
        of_rows = np.full((len(rows), len(self.keys)), -1, np.float32)
        sums = np.zeros((len(seeds), len(self.keys)), np.float32)
        for start in range(0, len(self._order), _AT_ONCE):
            positions = self._order[start : start + _AT_ONCE]
            cosines = self.centre.cosines(rows, positions)
            first = np.searchsorted(self._starts, start, "right") - 1
            last = np.searchsorted(self._starts, start + len(positions))
            begins = np.maximum(self._starts[first:last] - start, 0)
            here = slice(first, last)
            best = np.maximum.reduceat(cosines, begins, axis=1)
            of_rows[:, here] = np.maximum(of_rows[:, here], best)
            best = np.maximum.reduceat(cosines, firsts, axis=0)
            sums[:, here] += np.add.reduceat(best, begins, axis=1)
        return _Nearest(of_rows, sums)


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The nearest passages, by document.

    `of_rows` has a row for each passage of the seeds: the cosine with the nearest passage of each
    document. `sums` has one for each seed: the sum, over the passages of each document, of the
    cosine with the nearest one of the seed.
    """

    of_rows: Floats
    sums: Floats

    def both_ways(self, seeds: Sequence[Seed], sizes: Positions) -> Floats:
        """Return the sum of both means, shape (seeds, documents); `sizes` are in passages."""
        counts = np.array([[len(each.vectors)] for each in seeds])
        ours = np.add.reduceat(self.of_rows, _firsts(seeds), axis=0) / counts
        both: Floats = ours + self.sums / sizes
        return both


def _firsts(seeds: Sequence[Seed]) -> Positions:
    """Return the row at which each seed begins."""
    return np.cumsum([0, *(len(each.vectors) for each in seeds[:-1])])


def _telling(seeds: Sequence[Seed], repeated: NDArray[np.int64]) -> list[Seed]:
    """Return the seeds without what far more documents repeat than the rest of the seed."""
    found = []
    for seed, counts in zip(seeds, np.split(repeated, _firsts(seeds)[1:]), strict=True):
        kept = counts < _REPEATED
        whole = kept.all() or not kept.any()
        found.append(
            seed
            if whole
            else replace(seed, vectors=seed.vectors[kept], positions=seed.positions[kept])
        )
    return found


def _spread(positions: Positions, most: int) -> Positions:
    """Return at most so many of the positions, evenly spread."""
    chosen = np.linspace(0, len(positions) - 1, min(len(positions), most))
    return positions[np.unique(chosen.astype(np.int64))]
