"""Which documents are visited together, more often than chance and popularity have it?

A session is what one visitor did; an event without one is a session of its own, and the document on
whose page another was chosen belongs to it. A session counts once for each pair of the documents in
it, less as time goes by (half as much each 30 days). With c sessions for a pair, and n for each of
its documents,

    together = max(0, c - e - 1.5 · sqrt(e + 1)) / sqrt((n_i + 30) · (n_j + 30))

where e is what is to be expected, and a quarter more: of all that is visited beside i, what j would
get for being as popular as it is among those (ten of them at least, as many as a list shows), or
the same with i and j changed, whichever is more. So a handful of visits weighs nothing, no document
gains by being popular, and clicks at random into the lists that are shown change little.
`python -m benchmarks.events` has the figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.events.events import Event, EventType

HALF_LIFE_SECONDS = 30 * 24 * 3600

WEIGHT = 10.0
"""Documents that are always visited together are as near as so many deviations of likeness."""

_WEIGHTS: dict[EventType, float] = {"view": 1.0, "click": 1.0, "download": 2.0}
_MOST_OF_A_SESSION = 20
"""Of a longer session, the newest documents count: it is no person's."""

_MORE_THAN_EXPECTED = 1.25
_DEVIATIONS = 1.5
_SHRINKAGE = 30.0
_LISTED = 10

Keys = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """The pairs of documents that are visited together, by key, each in both orders.

    `documents` ascend; `together`, 0 to 1, says how often.
    """

    documents: Keys
    others: Keys
    together: Floats

    @classmethod
    def of(cls, events: Iterable[Event], now: float) -> "Visits":
        """Return what the events say; `now` is in seconds since 1970."""
        sessions = [_visited(each, now) for each in _sessions(events)]
        pairs = np.concatenate([_NO_PAIRS, *(_pairs(each) for each in sessions)])
        alone = np.concatenate([_NO_VISITS, *(_visits(each) for each in sessions)])
        documents, n = _summed(alone[:, 0].astype(np.int64), alone[:, 1])
        span = int(documents.max(initial=0)) + 1
        codes = pairs[:, 0].astype(np.int64) * span + pairs[:, 1].astype(np.int64)
        codes, c = _summed(codes, pairs[:, 2])
        first, second = codes // span, codes % span
        i, j = np.searchsorted(documents, first), np.searchsorted(documents, second)
        expected = _share(i, c, n[j], len(n))
        expected = np.maximum(expected, _share(j, c, n[i], len(n)))
        expected *= _MORE_THAN_EXPECTED
        surplus = np.maximum(0, c - expected - _DEVIATIONS * np.sqrt(expected + 1))
        together = surplus / np.sqrt((n[i] + _SHRINKAGE) * (n[j] + _SHRINKAGE))
        kept = together > 0
        return cls(first[kept], second[kept], together[kept])

    def with_any_of(self, liked: Keys, documents: Keys) -> NDArray[np.float32]:
        """Return for each of these documents, how often it is visited with one liked.

        `documents` ascend; of several that are liked, the one counts that it is visited with most.
        """
        found = np.zeros(len(documents), np.float32)
        rows = np.flatnonzero(np.isin(self.documents, liked))
        places = np.minimum(np.searchsorted(documents, self.others[rows]), len(documents) - 1)
        there = documents[places] == self.others[rows]
        np.maximum.at(found, places[there], self.together[rows[there]].astype(np.float32))
        return found


def _share(documents: Keys, c: Floats, popularity: Floats, count: int) -> Floats:
    """Return for each pair what popularity alone gives the other of all beside the document."""
    beside = np.bincount(documents, c, count)
    partners = np.bincount(documents, minlength=count)
    more = np.maximum(partners, _LISTED) / np.maximum(partners, 1)
    theirs = np.bincount(documents, popularity, count) * more
    share: Floats = beside[documents] * popularity / theirs[documents]
    return share


_NO_PAIRS = np.empty((0, 3))
_NO_VISITS = np.empty((0, 2))


def _sessions(events: Iterable[Event]) -> list[list[Event]]:
    """Return the events of each session, the oldest first."""
    named: dict[str, list[Event]] = defaultdict(list)
    single: list[list[Event]] = []
    for each in events:
        if each.session is not None:
            named[each.session].append(each)
        elif each.origin is not None:
            single.append([each])
    return [*named.values(), *single]


def _visited(events: Sequence[Event], now: float) -> dict[int, float]:
    """Return the documents of a session, the newest 20, and how much each visit weighs."""
    visits: dict[int, float] = {}
    for each in events:
        weight = 0.5 ** (max(0.0, now - each.at) / HALF_LIFE_SECONDS)
        if each.origin is not None:
            visits[each.origin] = max(weight, visits.pop(each.origin, 0.0))
        heavier = weight * _WEIGHTS[each.type]
        visits[each.document] = max(heavier, visits.pop(each.document, 0.0))
    return dict(list(visits.items())[-_MOST_OF_A_SESSION:])


def _visits(session: dict[int, float]) -> Floats:
    return np.array(list(session.items()), np.float64).reshape(-1, 2)


def _pairs(session: dict[int, float]) -> Floats:
    """Return a row for each two documents, in both orders: both, and the lesser weight."""
    visits = _visits(session)
    first, second = np.nonzero(~np.eye(len(visits), dtype=np.bool_))
    weights = np.minimum(visits[first, 1], visits[second, 1])
    return np.column_stack([visits[first, 0], visits[second, 0], weights])


def _summed(keys: Keys, weights: Floats) -> tuple[Keys, Floats]:
    """Return each key once, ascending, with the sum of its weights."""
    distinct, numbers = np.unique(keys, return_inverse=True)
    sums: Floats = np.bincount(numbers, weights, len(distinct)).astype(np.float64)
    return distinct, sums
