"""Is it better than another system, or only luckier?

For each measure, a two-sided randomisation test of the paired differences: were both systems alike,
the sign of each query's difference would be a matter of chance. p is the share of 10,000 draws of
signs whose mean is at least as far from 0 as the one observed, which counts as a draw. All tests
made together are corrected by Holm's method.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics import Measured

_DRAWS = 10_000
_SIGNS_AT_ONCE = 2_000_000
_SEED = 20261121
_ROUNDING = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of the other system, how much ours is above it, and how likely by chance."""

    mean: float
    difference: float
    p: float
    p_corrected: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another system beside ours, by the name of its run; `ours` minus `theirs` is a gain."""

    run: str
    ours: Measured
    theirs: Measured
    differences: Mapping[str, Difference]

    def gains(self) -> list[tuple[str, float]]:
        """Return each query with what ours gains on it by the first measure, most changed first."""
        name = str(self.ours.measures[0])
        gains = {
            query: values[name] - self.theirs.per_query[query][name]
            for query, values in self.ours.per_query.items()
        }
        return sorted(gains.items(), key=lambda gain: -abs(gain[1]))


def compared(ours: Measured, others: Mapping[str, Measured]) -> list[Comparison]:
    """Return the comparison with each other system."""
    names = [str(each) for each in ours.measures]
    gains = {run: _gains(ours, theirs, names) for run, theirs in others.items()}
    chances = {run: randomisation(found) for run, found in gains.items()}
    corrected = iter(holm([p for found in chances.values() for p in found]))
    comparisons = []
    for run, theirs in others.items():
        means, gain = theirs.means(), gains[run].mean(axis=0)
        differences = {
            name: Difference(means[name], float(gain[at]), chances[run][at], next(corrected))
            for at, name in enumerate(names)
        }
        comparisons.append(Comparison(run, ours, theirs, differences))
    return comparisons


def randomisation(gains: Floats) -> list[float]:
    """Return p for each column of gains, one row a query."""
    observed = np.abs(gains.sum(axis=0)) - _ROUNDING
    generator = np.random.default_rng(_SEED)
    as_far = np.ones(gains.shape[1])
    rows = max(1, _SIGNS_AT_ONCE // len(gains))
    for start in range(0, _DRAWS, rows):
        size = min(rows, _DRAWS - start), len(gains)
        signs = generator.integers(0, 2, size, dtype=np.int8) * 2.0 - 1.0
        as_far += (np.abs(signs @ gains) >= observed).sum(axis=0)
    chances: list[float] = (as_far / (_DRAWS + 1)).tolist()
    return chances


def holm(chances: Sequence[float]) -> list[float]:
    """Return each p corrected for there being so many: the k-th least times how many are left."""
    corrected = [0.0] * len(chances)
    highest = 0.0
    for done, at in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        highest = max(highest, min(1.0, chances[at] * (len(chances) - done)))
        corrected[at] = highest
    return corrected


def _gains(ours: Measured, theirs: Measured, names: Sequence[str]) -> Floats:
    rows = [
        [values[name] - theirs.per_query[query][name] for name in names]
        for query, values in ours.per_query.items()
    ]
    return np.array(rows, np.float64)
