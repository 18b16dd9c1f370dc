"""Does the library answer at all? Relevance from 0 to 1, and the cut-off below which nothing counts."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

MIN_RELEVANCE = 0.5
"""What is less likely to answer than not is not counted."""

GOOD_RELEVANCE = 0.8

Floats = NDArray[np.float32]
Answer = Literal["good", "weak", "none"]


def relevance(mode: str, z: Floats, coverage: Floats) -> Floats:
    """Return how likely it is that passages with these scores answer, 0 to 1."""
    return z


def answer(best: float, min_relevance: float) -> Answer:
    """Return what a best relevance says about the library as a whole."""
    if best < min_relevance:
        return "none"
    return "good" if best >= GOOD_RELEVANCE else "weak"
