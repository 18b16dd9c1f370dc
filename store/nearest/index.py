"""What the search room asks of vectors, however many there are.

Nobody needs the cosine of every passage: callers ask for the nearest positions in each group, and
for the cosines of given positions.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from store.derived.vectors import Positions, Vectors
from store.nearest.sections import Sections

Mask = NDArray[np.bool_]
Groups = NDArray[np.int16]
"""The number of each position's group: a language, say, that must not be crowded out."""


NOTHING_BESIDE = "compared with nothing beside the query: name another vector"


class Comparison(Protocol):
    """How near one query is to the vectors of an index."""

    def nearest_of_each_group(self, count: int, among: Mask | None = None) -> Positions:
        """Return the `count` nearest positions of every group, in no order.

        With `among`, only where it is true.
        """

    def cosines(self, positions: Positions) -> Vectors:
        """Return the cosine of the query with each of the positions."""

    def beside(self, positions: Positions) -> Vectors:
        """Return the inner product of the other vector with each; ValueError if none was named."""

    def section_cosines(self, sections: Sections) -> Vectors:
        """Return the mean cosine of the passages of each section: that with their mean vector."""


class VectorIndex(Protocol):
    """The vectors of all passages of one view, by position."""

    def vectors(self, positions: Positions) -> Vectors:
        """Return the vectors at these positions, shape (n, dimension)."""

    def compare(self, query: Vectors, beside: Vectors | None = None) -> Comparison:
        """Return how near one query, shape (dimension,), is to what is here, and another vector."""


def members_of_groups(groups: Groups) -> list[Positions]:
    """Return the positions of each group."""
    return [np.flatnonzero(groups == group) for group in np.unique(groups)]
