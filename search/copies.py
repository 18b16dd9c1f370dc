"""Which other documents does a hit stand for? Those that say the same, to the letter or nearly."""

from search.answer import Duplicate
from store.view import LibraryView

MOST_NAMED = 100
"""Of more copies, only these are named."""


def duplicates_of(view: LibraryView, document: int) -> tuple[tuple[Duplicate, ...], int]:
    """Return the document's copies that are still there, at most a hundred, and how many there are.

    Those of the same text come first.
    """
    others = view.copies.others(document)
    found = view.catalogue.documents(list(others)[:MOST_NAMED])
    named = (Duplicate(each, "exact" if others[key] else "near") for key, each in found.items())
    return tuple(named), len(others)
