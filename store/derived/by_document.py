"""Which passages has a document? Positions in the passage table, by document."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class ByDocument:
    """The positions of one view, those of a document in a row.

    `keys` ascend; document i has the positions `order[starts[i] : starts[i] + sizes[i]]`, which
    ascend as well.
    """

    def __init__(self, documents: Numbers) -> None:
        self.order = np.argsort(documents, kind="stable")
        in_order = documents[self.order]
        self.starts = np.flatnonzero(np.diff(in_order, prepend=-1))
        self.keys: Numbers = in_order[self.starts]
        self.sizes = np.diff(self.starts, append=len(in_order))

    def positions(self, key: int) -> Numbers:
        """Return the positions of the document's passages; none if it has none here."""
        first, last = np.searchsorted(self.keys, [key, key + 1])
        if first == last:
            return np.empty(0, np.int64)
        start = self.starts[first]
        return self.order[start : start + self.sizes[first]]
