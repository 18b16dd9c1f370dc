"""The titles of a library as suggestions, brought up from commit to commit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidQuery
from search.asking.query import understand
from search.suggesting.index import Index, Source
from search.suggesting.spelled import spelled
from store.catalogue.reading import StoredPassage
from store.view import LibraryView

LONGEST = 200
"""Longer titles are not suggested: nobody could read one in a list."""

_MUCH = 0.1
"""Once so large a share of the titles is new or gone, all of them are read again."""

_AT_ONCE = 500
_ASKING_SIGNS = frozenset('+-"“”「『')


@dataclass(frozen=True, slots=True)
class Titles:
    """Two indexes: of the titles that there were at one commit, and of those that came later.

    `keys` are the passages of the former, ascending.
    """

    keys: NDArray[np.int64]
    whole: Index
    recent: Index

    @classmethod
    def of(cls, view: LibraryView, before: "Titles | None") -> "Titles":
        """Return the titles of a view, taken from an earlier one where most are the same."""
        there = view.table.keys[view.table.titles]
        if before is None:
            return cls(there, _index(view, there), Index({}))
        new = there[np.isin(there, before.keys, invert=True)]
        gone = len(before.keys) - (len(there) - len(new))
        if len(new) + gone > _MUCH * len(before.keys):
            return cls.of(view, None)
        return replace(before, recent=_index(view, new))


def _index(view: LibraryView, keys: NDArray[np.int64]) -> Index:
    """Return the index of these titles, those left out that cannot be asked for."""
    texts: dict[str, str] = {}
    passages: dict[str, list[int]] = {}
    for stored in _read(view, keys):
        text = " ".join(stored.passage.text.split())
        spelling = spelled(text)
        if len(text) <= LONGEST and spelling.text and is_asked_whole(spelling.folded.text):
            texts.setdefault(spelling.text, text)
            passages.setdefault(spelling.text, []).append(stored.key)
    return Index({each: Source(texts[each], tuple(passages[each])) for each in texts})


def _read(view: LibraryView, keys: NDArray[np.int64]) -> Iterator[StoredPassage]:
    for start in range(0, len(keys), _AT_ONCE):
        positions = view.positions_of(keys[start : start + _AT_ONCE])
        yield from view.passages_at(positions.tolist()).values()


def is_asked_whole(text: str) -> bool:
    """Say whether a search for the folded text looks for all of it, and shuts nothing out."""
    if text.isalnum() or _ASKING_SIGNS.isdisjoint(text):
        return any(map(str.isalnum, text))
    try:
        query = understand(text)
    except InvalidQuery:
        return False
    return all(condition.wanted for condition in query.conditions)
