"""Which other documents does a hit stand for? Those that say the same, to the letter or nearly."""

import numpy as np
from numpy.typing import NDArray

from search.answer import Duplicate
from store.view import LibraryView

MOST_NAMED = 100
"""Of more copies, only these are named."""


def duplicates_of(
    view: LibraryView, document: int, among: NDArray[np.int64] | None = None
) -> tuple[tuple[Duplicate, ...], int]:
    """Return the document's copies that are still there, at most a hundred, and how many there are.

    Those of the same text come first; with `among`, only those of these documents.
    """
    others = view.copies.others(document)
    if among is not None:
        passing = set(among.tolist()) if others else set()
        others = {key: same for key, same in others.items() if key in passing}
    found = view.catalogue.documents(list(others)[:MOST_NAMED])
    named = (Duplicate(each, "exact" if others[key] else "near") for key, each in found.items())
    return tuple(named), len(others)
