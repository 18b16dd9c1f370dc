"""Does the library answer at all, and which documents count? Relevance from 0 to 1.

Two things must hold, so the lesser of two logistic functions of a document's best passage counts:
that it can answer at all (the cosine, against questions that the library cannot answer), and that
it stands out among the library's passages (z; in a library on one matter every passage is near).
The weights were fitted by `python -m benchmarks.relevance`; the biases were then raised, by 2.4 and
2.2, since a wrong refusal costs a user more than a weak hit. `across` stands for a passage in
another language than the query's, whose cosines are lower by nature.

The first holds for the bundled model only: cosines mean something else with every model. The second
needs enough passages to stand out from. Where neither can tell, everything counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.answer import Answer
from search.query import Mode
from search.retrieve import Scored

CALIBRATED_MODEL = "multilingual-e5-small"

ENOUGH_TO_STAND_OUT = 300
"""In a library of fewer passages, the deviations from their mean say too little."""

MIN_RELEVANCE = 0.5
"""What is less relevant than this does not count."""

GOOD_RELEVANCE = 0.8

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of a logistic function, for scores in their own units."""

    cosine: float = 0.0
    z: float = 0.0
    coverage: float = 0.0
    across: float = 0.0
    bias: float = 0.0

    def log_odds(self, scored: Scored) -> Floats:
        """Return the weighted sum of each passage's scores."""
        summed: Floats = (
            self.cosine * scored.cosines
            + self.z * scored.z
            + self.coverage * scored.coverage
            + self.across * scored.across
            + self.bias
        )
        return summed


ANSWERS: dict[Mode, Weights] = {
    "hybrid": Weights(cosine=100.1, coverage=7.23, across=6.05, bias=-86.4),
    "semantic": Weights(cosine=131.2, across=8.1, bias=-113.0),
    "keyword": Weights(coverage=13.3, bias=-1.44),
}
STANDS_OUT: dict[Mode, Weights] = {
    "hybrid": Weights(z=2.29, coverage=18.2, across=1.53, bias=-7.8),
    "semantic": Weights(z=2.29, across=1.53, bias=-6.5),
    "keyword": Weights(coverage=18.2, bias=-2.0),
}


def judges(mode: Mode, model: str, passages: int) -> tuple[Weights, ...]:
    """Return what can judge in a library of so many passages with that model's vectors."""
    able = []
    if model == CALIBRATED_MODEL:
        able.append(ANSWERS[mode])
    if passages >= ENOUGH_TO_STAND_OUT:
        able.append(STANDS_OUT[mode])
    return tuple(able)


def relevance(scored: Scored, judged_by: Sequence[Weights]) -> Floats:
    """Return how relevant passages with these scores are, 0 to 1; 0.5 if nobody can judge."""
    log_odds = np.zeros((1, len(scored.positions)), np.float32)
    if judged_by:
        log_odds = np.stack([weights.log_odds(scored) for weights in judged_by])
    chances: Floats = (1 / (1 + np.exp(-log_odds.min(axis=0)))).astype(np.float32)
    return chances


def answer(best: float, min_relevance: float) -> Answer:
    """Return what the best relevance of any document says about the library as a whole."""
    if best < min_relevance:
        return "none"
    return "good" if best >= GOOD_RELEVANCE else "weak"
