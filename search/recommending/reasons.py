"""Why is this one recommended? The closest pair of passages, and the terms that they share.

Program code and formulas are near to one another whatever they are about, so that pairs of prose
come first: a pair weighs its cosine times the share of letters in it, less four times that of the
signs of programs and formulas, in whichever of both passages has less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.types import Passage
from search.recommending.answer import Reason
from search.recommending.centring import Centre
from search.recommending.labels import label
from search.recommending.likeness import Seed
from search.recommending.ranking import Chosen

_READ = 48
"""Of the closest passages to each of the seeds', so many of the closest are read."""

_LABELLED = 3
"""Terms are looked for in so many of the best."""

_SIGNS = frozenset("_(){}[]=<>\\$^|;#*/")
_LEAST_PROSE = 0.1
_ENOUGH_PROSE = 0.5
"""In less, there are the names of variables."""

_REMEMBERED = 4096

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
    def prose(self) -> float:
        """How much of the pair reads as prose, up to 1."""
        return min(_prose(self.own.text), _prose(self.theirs.text))

    @property
    def weight(self) -> float:
        """How much the pair tells."""
        return self.closeness * self.prose


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where such a pair stands: positions, -1 for the text itself."""

    seed: Seed
    own: int
    theirs: int
    closeness: float


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
    prose = [each for each in told if each.prose >= _ENOUGH_PROSE]
    shared = label(
        centre.view.terms.passages,
        [each.own.text for each in prose],
        [each.theirs.text for each in prose],
    )
    best = told[0]
    return Reason(
        best.liked.document, best.own, best.theirs, best.closeness, shared, chosen.visited
    )


def _read(centre: Centre, liked: Sequence[Seed], key: int) -> Iterator[_Pair]:
    """Yield the closest pairs of passages; titles only where there is nothing else."""
    places = sorted(_places(centre, liked, key), key=lambda place: -place.closeness)[:_READ]
    wanted = {each.theirs for each in places} | {each.own for each in places if each.own >= 0}
    found = centre.view.passages_at(wanted)
    for each in places:
        seed = each.seed
        own = found.get(each.own) if seed.document else None
        theirs = found.get(each.theirs)
        if theirs is not None and (own is not None or seed.document is None):
            text = Passage(seed.text, 0, len(seed.text), None)
            said = text if own is None else own.passage
            yield _Pair(seed, said, theirs.passage, each.closeness)


def _places(centre: Centre, liked: Sequence[Seed], key: int) -> Iterator[_Place]:
    """Yield the passage of the document that is closest to each of the seeds' passages."""
    theirs = _with_text(centre, centre.view.by_document.positions(key))
    vectors = centre.vectors(theirs)
    for seed in liked:
        own = _with_text(centre, seed.positions)
        rows = seed.vectors[np.isin(seed.positions, own)] if seed.document else seed.vectors
        cosines = rows @ vectors.T
        for row, nearest in enumerate(cosines.argmax(axis=1).tolist()):
            place = int(own[row]) if seed.document else -1
            yield _Place(seed, place, int(theirs[nearest]), float(cosines[row, nearest]))


def _with_text(centre: Centre, positions: Positions) -> Positions:
    """Return the positions without titles, unless there is nothing else."""
    texts = positions[~centre.view.table.titles[positions]]
    return texts if len(texts) else positions


@lru_cache(_REMEMBERED)
def _prose(text: str) -> float:
    """Return how much the text reads as prose, up to 1."""
    seen = "".join(text.split())
    letters, signs = sum(map(str.isalpha, seen)), sum(map(_SIGNS.__contains__, seen))
    return max(_LEAST_PROSE, (letters - 4 * signs) / max(len(seen), 1))
