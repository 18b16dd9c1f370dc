"""The facts about all documents of one commit as columns: to filter, to count and to sort by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from store.derived.fact_texts import ID, NO_TEXTS, Floats, Rows, TextReading, Texts, merged

Keys = NDArray[np.int64]

Record = tuple[int, str, str]
"""A document's key, its id, and its metadata as the catalogue has them in JSON."""

_NUMBERS, _TEXTS = {int, float}, {str, bool, list}
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """A row for each document, ascending by key.

    A field that any document has is in `numbers` (NaN where it is unknown), in `texts`, or, where
    it is the user's own, maybe in both. Truth values are the texts "true" and "false".
    """

    keys: Keys
    numbers: Mapping[str, Floats]
    texts: Mapping[str, Texts]

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Facts":
        """Return the facts that the records state, which ascend by key."""
        reading, following = _Reading(), iter(records)
        while block := list(islice(following, _AT_ONCE)):
            reading.add(block)
        return reading.facts()

    def names(self) -> set[str]:
        """Return the fields that any document has."""
        return self.numbers.keys() | self.texts.keys()

    def rows(self, keys: Keys) -> Rows:
        """Return the row of each of these documents, -1 for those that are not there."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[rows] == keys, rows, -1)

    def next(self, changed: Iterable[Record], removed: Iterable[int]) -> "Facts":
        """Return the facts after a commit: of documents that came or changed, and without others.

        `changed` ascends by key.
        """
        new = Facts.of(changed)
        gone = np.concatenate([new.keys, np.array(list(removed), np.int64)])
        kept = np.flatnonzero(~np.isin(self.keys, gone))
        keys = np.concatenate([self.keys[kept], new.keys])
        order = np.argsort(keys, kind="stable")
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        own_places = np.full(len(self.keys), -1, np.int64)
        own_places[kept] = places[: len(kept)]
        numbers = {
            name: np.concatenate([_column(self, name)[kept], _column(new, name)])[order]
            for name in self.numbers.keys() | new.numbers.keys()
        }
        texts = {
            name: merged(
                (self.texts.get(name, NO_TEXTS), own_places),
                (new.texts.get(name, NO_TEXTS), places[len(kept) :]),
            )
            for name in self.texts.keys() | new.texts.keys()
        }
        return Facts(
            keys[order],
            {name: column for name, column in numbers.items() if not np.isnan(column).all()},
            {name: column for name, column in texts.items() if len(column.codes)},
        )


class _Reading:
    """Facts while they are read: many documents at a time, and of those field by field."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._numbers: dict[str, list[tuple[int, Floats]]] = {}
        self._texts: dict[str, TextReading] = {}

    def add(self, records: Sequence[Record]) -> None:
        """Take these documents, which follow those before."""
        start = len(self._keys)
        self._keys += [key for key, _, _ in records]
        stated = [_stated(document_id, metadata) for _, document_id, metadata in records]
        for name in dict.fromkeys(chain.from_iterable(stated)):
            values = [facts.get(name) for facts in stated]
            kinds = set(map(type, values))
            if kinds & _NUMBERS:
                numbers = [each if type(each) in _NUMBERS else None for each in values]
                self._numbers.setdefault(name, []).append((start, np.array(numbers, np.float64)))
            if kinds & _TEXTS:
                self._texts.setdefault(name, TextReading(name)).add(start, values, kinds)

    def facts(self) -> Facts:
        """Return what was read."""
        numbers = {name: np.full(len(self._keys), np.nan) for name in self._numbers}
        for name, blocks in self._numbers.items():
            for start, block in blocks:
                numbers[name][start : start + len(block)] = block
        texts = {name: each.texts() for name, each in self._texts.items()}
        return Facts(np.array(self._keys, np.int64), numbers, texts)


def _stated(document_id: str, metadata: str) -> dict[str, Any]:
    """Return every fact of a document by its name, the user's own among them."""
    facts: dict[str, Any] = orjson.loads(metadata)
    facts.update(facts.pop("fields", {}))
    facts.pop("url", None)
    facts[ID] = document_id
    return facts


def _column(facts: Facts, name: str) -> Floats:
    column = facts.numbers.get(name)
    return np.full(len(facts.keys), np.nan) if column is None else column
