"""One score out of two legs: `z / 6 + coverage`, across languages `z / 4.5 + coverage`.

Both parts are absolute, so neither leg has a vote where it knows nothing: `coverage` is near 0
across languages, and `z` says how far a passage stands out among those in its own language. Where
words cannot match, meaning has to count for more, or the query's own language crowds out the
other (nDCG@10 over a library in two languages: 0.465 to 0.490 from English, 0.427 to 0.434 from
Chinese, by `benchmarks/quality.py`). Reciprocal rank fusion, which knows only ranks, halves
cross-lingual quality.
"""

import numpy as np
from numpy.typing import NDArray

Z_UNIT = 6.0
"""So many standard deviations weigh as much as full coverage of the query."""

Z_UNIT_ACROSS = 4.5
"""The same for passages whose language shares no words with the query's."""

_ENOUGH_FOR_STATISTICS = 30
_LEAST_DEVIATION = 1e-3

Floats = NDArray[np.float32]
Groups = NDArray[np.int64]


def z_scores(cosines: Floats, groups: Groups, sample: Floats, sample_groups: Groups) -> Floats:
    """Return (cosine - mean) / deviation, both taken over the sample of the passage's own group.

    A group of fewer than 30 sampled passages is measured against the whole sample.
    """
    overall = sample.mean(), max(float(sample.std()), _LEAST_DEVIATION)
    z: Floats = ((cosines - overall[0]) / overall[1]).astype(np.float32)
    for group in np.unique(groups):
        own = sample[sample_groups == group]
        if len(own) >= _ENOUGH_FOR_STATISTICS:
            deviation = max(float(own.std()), _LEAST_DEVIATION)
            z[groups == group] = (cosines[groups == group] - own.mean()) / deviation
    return z


def coverage(bm25: Floats, ideal: float) -> Floats:
    """Return the share of the query that each passage's words cover, 0 to 1."""
    return bm25 / np.float32(ideal) if ideal > 0 else np.zeros_like(bm25)


def fuse(z: Floats, covered: Floats, across: NDArray[np.bool_]) -> Floats:
    """Return the score that hits are ranked by; `across` marks passages in another language."""
    units = np.where(across, Z_UNIT_ACROSS, Z_UNIT)
    return (z / units + covered).astype(np.float32)
