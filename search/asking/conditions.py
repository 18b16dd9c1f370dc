"""Which documents hold what a query demands, and nothing that it shuts out?

The index names the passages that hold all terms of a condition, which is where it can stand; their
texts decide. What `+word` and phrases demand also brings passages that neither leg would.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.asking.syntax import Condition
from store.view import LibraryView
from text.folding import fold
from text.literal import literal
from text.terms import certain_terms

MOST_BROUGHT = 5000
"""So many passages of documents that hold what is demanded are looked at besides the legs'."""

_TEXTS_AT_ONCE = 500
_EXACT = 2
"""What is so short is in the index as it stands: no text has to be read."""

Positions = NDArray[np.int64]
Keys = NDArray[np.int64]


def fulfilling(
    view: LibraryView,
    conditions: Sequence[Condition],
    candidates: Positions,
    allowed: NDArray[np.bool_] | None = None,
) -> tuple[Positions, bool]:
    """Return the passages of documents that fulfil all conditions, ascending.

    They are the candidates and what the conditions bring, where that is `allowed`; True with them
    if no other document that is allowed fulfils all.
    """
    documents = view.table.documents
    places = [_places(view, each) for each in conditions]
    demanded = [documents[at] for each, at in zip(conditions, places, strict=True) if each.wanted]
    brought = np.empty(0, np.int64)
    if demanded:
        likely = demanded[0]
        for others in demanded[1:]:
            likely = np.intersect1d(likely, others)
        holding = np.isin(documents, likely)
        brought = np.flatnonzero(holding if allowed is None else holding & allowed)
    found = np.union1d(candidates, brought[:MOST_BROUGHT])
    kept = np.unique(documents[found])
    for condition, at in zip(conditions, places, strict=True):
        there = at[np.isin(documents[at], kept)]
        holders = _holders(view, condition.text, there)
        kept = kept[np.isin(kept, holders, invert=not condition.wanted)]
    everything = bool(demanded) and len(brought) <= MOST_BROUGHT
    return found[np.isin(documents[found], kept)], everything


def _places(view: LibraryView, condition: Condition) -> Positions:
    """Return the passages that hold all terms of the condition."""
    keys = view.terms.passages.holding(certain_terms(condition.text))
    positions = view.positions_of(keys)
    return np.sort(positions[positions >= 0])


def _holders(view: LibraryView, text: str, places: Positions) -> Keys:
    """Return the documents that hold the text in one of these passages."""
    documents = view.table.documents[places]
    if len(text) <= _EXACT and [term.text for term in certain_terms(text)] == [text]:
        return np.unique(documents)
    pattern = literal(text)
    holders: set[int] = set()
    order = _each_document_in_turn(documents)
    for start in range(0, len(order), _TEXTS_AT_ONCE):
        rows = order[start : start + _TEXTS_AT_ONCE]
        unread = places[rows[~np.isin(documents[rows], list(holders))]]
        for stored in view.passages_at(unread.tolist()).values():
            if pattern.search(fold(stored.passage.text).text):
                holders.add(stored.document)
    return np.array(sorted(holders), np.int64)


def _each_document_in_turn(documents: Keys) -> Positions:
    """Return the rows in an order that has one of each document first, then a second of each."""
    by_document = np.argsort(documents, kind="stable")
    _, first, counts = np.unique(documents[by_document], return_index=True, return_counts=True)
    turns = np.arange(len(documents)) - np.repeat(first, counts)
    order: Positions = by_document[np.argsort(turns, kind="stable")]
    return order
