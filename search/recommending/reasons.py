"""Why is this one recommended? The closest pair of passages, and the terms that they share.

Program code and formulas are near to one another whatever they are about, so that pairs of prose
come first: a pair weighs its cosine times the share of letters in it, less four times that of the
signs of programs and formulas, in whichever of both passages has less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Passage
from search.recommending.answer import Reason
from search.recommending.centring import Centre
from search.recommending.labels import label
from search.recommending.likeness import Seed
from search.recommending.ranking import Chosen

_READ = 48
"""So many pairs are read: the closest passage to each of the seed's that are closest."""

_LABELLED = 3
"""Terms are looked for in so many of the best."""

_SIGNS = frozenset("_(){}[]=<>\\$^|;#*/")
_LEAST_PROSE = 0.1

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A passage of something liked, or the text itself, and one of the document."""

    liked: Seed
    own: Passage
    theirs: Passage
    closeness: float

    @property
    def weight(self) -> float:
        """How much the pair tells."""
        return self.closeness * min(_prose(self.own.text), _prose(self.theirs.text))


def reason(centre: Centre, liked: Sequence[Seed], chosen: Chosen) -> Reason | None:
    """Return why the document is recommended; None where it has just gone."""
    read = sorted(_read(centre, liked, chosen.key), key=lambda pair: -pair.weight)
    pairs: list[_Pair] = []
    for each in read:
        if all(each.own != one.own and each.theirs != one.theirs for one in pairs[:_LABELLED]):
            pairs.append(each)
    if not pairs:
        return None
    told = pairs[:_LABELLED]
    shared = label(
        centre.view.terms.passages,
        [each.own.text for each in told],
        [each.theirs.text for each in told],
    )
    best = told[0]
    return Reason(
        best.liked.document, best.own, best.theirs, best.closeness, shared, chosen.visited
    )


def _read(centre: Centre, liked: Sequence[Seed], key: int) -> Iterator[_Pair]:
    """Yield the closest pairs of passages; titles only where there is nothing else."""
    theirs = _with_text(centre, np.flatnonzero(centre.view.table.documents == key))
    vectors = centre.vectors(theirs)
    for seed in liked:
        own = _with_text(centre, seed.positions)
        rows = seed.vectors[np.isin(seed.positions, own)] if seed.document else seed.vectors
        cosines = rows @ vectors.T
        nearest = cosines.argmax(axis=1)
        best = np.argsort(-cosines[np.arange(len(rows)), nearest], kind="stable")[:_READ]
        places = [(row, nearest[row]) for row in best.tolist()]
        wanted = {*own[[row for row, _ in places]].tolist()} if seed.document else set()
        found = centre.view.passages_at(wanted.union(theirs[[c for _, c in places]].tolist()))
        whole = Passage(seed.text, 0, len(seed.text), None)
        for row, column in places:
            here = found.get(int(own[row])) if seed.document else None
            there = found.get(int(theirs[column]))
            if there is not None and (here is not None or seed.document is None):
                passage = whole if here is None else here.passage
                yield _Pair(seed, passage, there.passage, float(cosines[row, column]))


def _with_text(centre: Centre, positions: Positions) -> Positions:
    """Return the positions without titles, unless there is nothing else."""
    texts = positions[~centre.view.table.titles[positions]]
    return texts if len(texts) else positions


def _prose(text: str) -> float:
    """Return how much the text reads as prose, up to 1."""
    seen = "".join(text.split())
    letters, signs = sum(map(str.isalpha, seen)), sum(map(_SIGNS.__contains__, seen))
    return max(_LEAST_PROSE, (letters - 4 * signs) / max(len(seen), 1))
