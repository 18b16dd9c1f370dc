"""Does the library answer at all? Relevance from 0 to 1, and the cut-off for what counts.

Relevance is a logistic function of a passage's scores. The weights were fitted by
`benchmarks/quality.py` on questions that are answered where they are asked and on the same
questions asked of another library; `across` stands for a passage in another language than the
query's, whose cosines are lower by nature. They hold for the bundled model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.answer import Answer
from search.query import Mode
from search.retrieve import Scored

MIN_RELEVANCE = 0.5
"""What is less likely to answer than not is not counted."""

GOOD_RELEVANCE = 0.8

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the logistic function, for scores in their own units."""

    cosine: float = 0.0
    z: float = 0.0
    coverage: float = 0.0
    across: float = 0.0
    bias: float = 0.0


WEIGHTS: dict[Mode, Weights] = {
    "hybrid": Weights(),
    "semantic": Weights(),
    "keyword": Weights(),
}


def relevance(mode: Mode, scored: Scored) -> Floats:
    """Return how likely it is that passages with these scores answer, 0 to 1."""
    weights = WEIGHTS[mode]
    log_odds = (
        weights.cosine * scored.cosines
        + weights.z * scored.z
        + weights.coverage * scored.coverage
        + weights.across * scored.across
        + weights.bias
    )
    chances: Floats = (1 / (1 + np.exp(-log_odds))).astype(np.float32)
    return chances


def answer(best: float, min_relevance: float) -> Answer:
    """Return what the best relevance of any document says about the library as a whole."""
    if best < min_relevance:
        return "none"
    return "good" if best >= GOOD_RELEVANCE else "weak"
