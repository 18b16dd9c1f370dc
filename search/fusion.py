"""One score out of two legs: what a passage says and covers, and a share of what its section does.

    fused = (z + z_section / 2) / unit + coverage + 0.4 · coverage_section

All parts are absolute, so neither leg has a vote where it knows nothing: `coverage` is near 0
across languages, and `z` says how far a passage stands out among those in its own language. Where
words cannot match, meaning has to count for more (`unit`), or the query's own language crowds out
the other; a name that both languages write alike (GPU in a Chinese question) can match. What stands
around a passage helps to tell what it is about. Reciprocal rank fusion, which knows only ranks,
halves cross-lingual quality. The figures are in `evaluation/README.md`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z_UNIT = 6.0
"""So many standard deviations weigh as much as full coverage of the query."""

Z_UNIT_ACROSS = 4.2
"""The same for passages whose language shares no words with the query."""

SECTION_MEANING = 0.5
SECTION_WORDS = 0.4
"""What a section's z and coverage weigh beside those of the passage itself."""

_ENOUGH_FOR_STATISTICS = 30
_LEAST_DEVIATION = 1e-3

Floats = NDArray[np.float32]
Groups = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and deviation of a query's cosines in each group of passages, by group number."""

    means: Floats
    deviations: Floats

    @classmethod
    def of(cls, cosines: Floats, groups: Groups, group_count: int) -> "Background":
        """Return the statistics of a sample of passages; `groups` names the group of each.

        A group of fewer than 30 sampled passages is measured against the whole sample.
        """
        if not len(cosines):
            return cls(np.zeros(group_count, np.float32), np.ones(group_count, np.float32))
        counts = np.maximum(np.bincount(groups, minlength=group_count), 1)
        means = np.bincount(groups, cosines, group_count) / counts
        squares = np.bincount(groups, (cosines - means[groups]) ** 2, group_count) / counts
        few = counts < _ENOUGH_FOR_STATISTICS
        means[few], squares[few] = cosines.mean(), cosines.var()
        deviations = np.maximum(np.sqrt(squares), _LEAST_DEVIATION)
        return cls(means.astype(np.float32), deviations.astype(np.float32))

    def z(self, cosines: Floats, groups: Groups) -> Floats:
        """Return (cosine - mean) / deviation, in the group of each passage."""
        z: Floats = (cosines - self.means[groups]) / self.deviations[groups]
        return z


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg's scores of some passages, and of the sections that they stand in."""

    own: Floats
    section: Floats

    @classmethod
    def silent(cls, count: int) -> "Leg":
        """Return the scores of a leg that knows nothing of the passages."""
        return cls(np.zeros(count, np.float32), np.zeros(count, np.float32))


def fuse(z: Leg, coverage: Leg, unsaid: Floats) -> Floats:
    """Return the score that hits are ranked by.

    `unsaid` is how much of the query each passage's language has no words for, 0 to 1.
    """
    unit: Floats = Z_UNIT + (Z_UNIT_ACROSS - Z_UNIT) * unsaid
    meaning = (z.own + SECTION_MEANING * z.section) / unit
    words = coverage.own + SECTION_WORDS * coverage.section
    return (meaning + words).astype(np.float32)
