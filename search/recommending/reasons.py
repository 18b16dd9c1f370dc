"""Why is this one recommended? The closest pair of passages, and the terms that they share.

Program code and formulas are near to one another whatever they are about, so that pairs of prose
come first: a pair weighs its cosine times the square of the lesser share of letters.
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

_READ = 48
"""So many pairs are read: the closest passage to each of the seed's that are closest."""

_LABELLED = 3
"""Terms are looked for in so many of the best."""

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
        return self.closeness * min(_letters(self.own.text), _letters(self.theirs.text)) ** 2


def reason(centre: Centre, liked: Sequence[Seed], key: int) -> Reason | None:
    """Return why the document with this key is recommended; None where it has just gone."""
    read = sorted(_read(centre, liked, key), key=lambda pair: -pair.weight)
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
    return Reason(best.liked.document, best.own, best.theirs, best.closeness, shared)


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
            here = found[int(own[row])].passage if seed.document else whole
            yield _Pair(seed, here, found[int(theirs[column])].passage, float(cosines[row, column]))


def _with_text(centre: Centre, positions: Positions) -> Positions:
    """Return the positions without titles, unless there is nothing else."""
    texts = positions[~centre.view.table.titles[positions]]
    return texts if len(texts) else positions


def _letters(text: str) -> float:
    """Return the share of letters among the characters that can be seen."""
    seen = "".join(text.split())
    return sum(map(str.isalpha, seen)) / max(len(seen), 1)
