"""Which documents are visited together, more often than chance and popularity have it?

A session is what one visitor did; an event without one is a session of its own, and the document on
whose page another was chosen belongs to it. A session counts once for each pair of the documents in
it, less as time goes by (half as much each 30 days). With c sessions for a pair, and n for each of
its documents,

    together = max(0, c - e - 1.5 · sqrt(e + 1)) / sqrt((n_i + 30) · (n_j + 30))

where e is what is to be expected, and a quarter more: of all that is visited beside i, what j would
get for being as popular as it is among those (ten of them at least, as many as a list shows), or
if all of those were alike, or the same with i and j changed, whichever is most. So a handful of
visits weighs nothing, no document gains by being popular, and clicks at random into the lists that
are shown change little.
`python -m benchmarks.events` has the figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    """How often documents are visited together, 0 to 1, by id: of each the others, where it is."""

    together: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, events: Iterable[Event], now: float) -> "Visits":
        """Return what the events say; `now` is in seconds since 1970."""
        sessions = [_visited(each, now) for each in _sessions(events)]
        names = sorted({document for each in sessions for document in each})
        numbers = {name: number for number, name in enumerate(names)}
        numbered = [{numbers[name]: weight for name, weight in each.items()} for each in sessions]
        together: dict[str, dict[str, float]] = defaultdict(dict)
        for one, other, value in zip(*_together(numbered, len(names)), strict=True):
            together[names[one]][names[other]] = value
        return cls(together)

    def with_any_of(self, liked: Iterable[str]) -> dict[str, float]:
        """Return the documents that are visited with a liked one, and how often.

        Of several that are liked, the one counts that a document is visited with most.
        """
        found: dict[str, float] = {}
        for each in liked:
            for other, value in self.together.get(each, {}).items():
                found[other] = max(value, found.get(other, 0.0))
        return found


def _together(
    sessions: Sequence[Mapping[int, float]], count: int
) -> tuple[list[int], list[int], list[float]]:
    """Return the pairs of so many numbered documents that are visited together, both ways."""
    pairs = np.concatenate([np.empty((0, 3)), *(_pairs(each) for each in sessions)])
    visits = np.concatenate([np.empty((0, 2)), *(_visits(each) for each in sessions)])
    n: Floats = np.bincount(visits[:, 0].astype(np.int64), visits[:, 1], count).astype(np.float64)
    codes = pairs[:, 0].astype(np.int64) * count + pairs[:, 1].astype(np.int64)
    distinct, numbers = np.unique(codes, return_inverse=True)
    c: Floats = np.bincount(numbers, pairs[:, 2], len(distinct)).astype(np.float64)
    i, j = np.divmod(distinct, max(count, 1))
    expected = np.maximum(_share(i, c, n[j], count), _share(j, c, n[i], count))
    expected = _MORE_THAN_EXPECTED * expected
    surplus = np.maximum(0, c - expected - _DEVIATIONS * np.sqrt(expected + 1))
    found = surplus / np.sqrt((n[i] + _SHRINKAGE) * (n[j] + _SHRINKAGE))
    kept = found > 0
    return i[kept].tolist(), j[kept].tolist(), found[kept].tolist()


def _share(documents: Keys, c: Floats, popularity: Floats, count: int) -> Floats:
    """Return for each pair what is to be expected of all visits beside the document.

    As much as the other gets by how popular it is among the document's partners, and no less than
    each of them would if all were alike.
    """
    beside = np.bincount(documents, c, count)
    partners = np.bincount(documents, minlength=count)
    places = np.maximum(partners, _LISTED)
    theirs = np.bincount(documents, popularity, count) * places / np.maximum(partners, 1)
    part = np.maximum(popularity / theirs[documents], 1 / places[documents])
    share: Floats = (beside[documents] * part).astype(np.float64)
    return share


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


def _visited(events: Sequence[Event], now: float) -> dict[str, float]:
    """Return the documents of a session, the newest 20, and how much each visit weighs."""
    visits: dict[str, float] = {}
    for each in events:
        weight = 0.5 ** (max(0.0, now - each.at) / HALF_LIFE_SECONDS)
        if each.origin is not None:
            visits[each.origin] = max(weight, visits.pop(each.origin, 0.0))
        heavier = weight * _WEIGHTS[each.type]
        visits[each.document] = max(heavier, visits.pop(each.document, 0.0))
    return dict(list(visits.items())[-_MOST_OF_A_SESSION:])


def _visits(session: Mapping[int, float]) -> Floats:
    return np.array(list(session.items()), np.float64).reshape(-1, 2)


def _pairs(session: Mapping[int, float]) -> Floats:
    """Return a row for each two documents, in both orders: both, and the lesser weight."""
    visits = _visits(session)
    first, second = np.nonzero(~np.eye(len(visits), dtype=np.bool_))
    weights = np.minimum(visits[first, 1], visits[second, 1])
    return np.column_stack([visits[first, 0], visits[second, 0], weights])
