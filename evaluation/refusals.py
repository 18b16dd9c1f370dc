"""Is it silent when there is nothing to say, and only then?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Refusals:
    """The best relevance of any document, for each query that has an answer and each without.

    Where that is below the cut-off, the verdict is `none`.
    """

    answerable: Values
    unanswerable: Values
    cut_off: float

    @property
    def refused(self) -> float:
        """The share of unanswerable queries that are told so."""
        return _mean(self._below_cut_off(self.unanswerable))

    @property
    def false_refusals(self) -> float:
        """The share of answerable queries that are told that there is no answer."""
        return _mean(self._below_cut_off(self.answerable))

    @property
    def auc(self) -> float:
        """How often an answerable query has the more relevant document; a tie is half a case."""
        return _mean(self._wins(self.answerable, self.unanswerable))

    def samples(self) -> dict[str, tuple[Values, ...]]:
        """Return what each share is the mean of, query by query; `auc` is so for either side."""
        lost = self._wins(self.unanswerable, self.answerable)
        return {
            "refused": (self._below_cut_off(self.unanswerable),),
            "false_refusals": (self._below_cut_off(self.answerable),),
            "auc": (self._wins(self.answerable, self.unanswerable), lost),
        }

    def _below_cut_off(self, best: Values) -> dict[str, float]:
        return {query: float(relevance < self.cut_off) for query, relevance in best.items()}

    def _wins(self, best: Values, others: Values) -> dict[str, float]:
        """Return for each query which share of the others is below it, ties by half."""
        ordered = np.sort(_array(others))
        below = np.searchsorted(ordered, _array(best), "left").astype(np.float64)
        below += np.searchsorted(ordered, _array(best), "right")
        return dict(zip(best, (below / (2 * len(ordered))).tolist(), strict=True))


def _array(values: Values) -> Floats:
    return np.array(list(values.values()), np.float64)


def _mean(values: Values) -> float:
    return float(_array(values).mean())
