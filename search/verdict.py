"""Does the library answer at all, and which documents count? Relevance from 0 to 1.

Two things must hold, so the lesser of two logistic functions of what a document's best passage
scores counts: that it can answer (`ANSWERS`), and that it stands out (`STANDS_OUT`), for in a
library on one matter every passage is near.

    relevance = 1 / (1 + exp(-(cosine · w1 + z · w2 + evidence · w3 + bias)))

The cosine is without what is near to anything (`search/familiarity.py`), where that is known.
`evidence` is the share of the query that the passage's section covers, discounted where the query
says little: one common word is found in any library. The bias depends on both languages, since
cosines within Chinese, within English and across are of different sizes. `evaluation/README.md`
has the figures, `benchmarks/relevance.py` the fit.

`ANSWERS` holds for the bundled model: cosines mean something else with every model. To stand out
takes enough passages to stand out from. Where neither can tell, everything counts.
`wenhai calibrate` fits the first to a library's own judgements, with any model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.answer import Answer, Provenance, Verdict
from search.asking.query import MODES, Mode
from search.familiarity import CALIBRATED_MODEL
from search.retrieve import Question, Scored
from store.calibration import StoredCalibration
from store.view import LibraryView

ENOUGH_TO_STAND_OUT = 300
"""In a library of fewer passages, the deviations from their mean say too little."""

ANSWERING_RELEVANCE = 0.5
"""Where no document is as relevant as this, the library has no answer."""

MIN_RELEVANCE = 0.2
"""Where one is, every document that is as relevant as this counts: the best has vouched for it."""

GOOD_RELEVANCE = 0.8

PAIRS = ("zh>zh", "en>en", "zh>en", "en>zh")
"""Query language > passage language; `zh` stands for East Asian languages, `en` for the others."""

Floats = NDArray[np.float32]
Keys = NDArray[np.int64]

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the scores, in their own units, and a bias for each pair of languages."""

    cosine: float
    z: float
    evidence: float
    biases: tuple[float, float, float, float]

    def vector(self) -> NDArray[np.float64]:
        """Return the weights in the order of the columns of `features`."""
        return np.array([self.cosine, self.z, self.evidence, *self.biases])

    @classmethod
    def from_vector(cls, vector: NDArray[np.float64]) -> "Weights":
        """Return what `vector` gave."""
        cosine, z, evidence, *biases = vector.tolist()
        return cls(cosine, z, evidence, (biases[0], biases[1], biases[2], biases[3]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What judges documents in each mode, and where it comes from; without any, nobody can."""

    provenance: Provenance
    weights: Mapping[Mode, Sequence[Weights]]

    @classmethod
    def of(cls, view: LibraryView) -> "Calibration":
        """Return the library's own calibration, else what is shipped for its model and size."""
        answers: Mapping[Mode, Weights] = {}
        provenance: Provenance = "none"
        if view.calibration is not None:
            answers, provenance = _fitted(view.calibration), "fitted"
        elif view.model.name == CALIBRATED_MODEL:
            answers, provenance = ANSWERS, "shipped"
        judges = [answers, STANDS_OUT] if can_stand_out(view) else [answers]
        weights = {m: [each[m] for each in judges if m in each] for m in MODES}
        return cls(provenance, weights)


def can_stand_out(view: LibraryView) -> bool:
    """Say whether the library has enough passages to stand out from."""
    return len(view.table.keys) >= ENOUGH_TO_STAND_OUT


def _fitted(stored: StoredCalibration) -> Mapping[Mode, Weights]:
    told = {mode: stored.weights[mode] for mode in MODES if mode in stored.weights}
    return {mode: Weights.from_vector(np.array(weights)) for mode, weights in told.items()}


ANSWERS: Mapping[Mode, Weights] = {
    "hybrid": Weights(132.4, 0, 12.45, (-120.4, -115.5, -108.6, -107.2)),
    "semantic": Weights(162.4, 0, 0, (-143.6, -137.7, -132.5, -130.1)),
    "keyword": Weights(0, 0, 19.2, (-4.1, -3.4, -3.0, -3.0)),
}
STANDS_OUT: Mapping[Mode, Weights] = {
    "hybrid": Weights(0, 6.9, 54.6, (-24.8, -24.8, -20.2, -20.2)),
    "semantic": Weights(0, 6.9, 0, (-20.9, -20.9, -16.3, -16.3)),
}

_LITTLE = 2.0
"""A query of so many words that are as rare as can be counts for 63 % of its coverage."""


_AS_OWN = 0.6
"""Names in a query draw texts in the language that they are from nearer: for a query of nothing
else, so much of the bias is that of the query's own language. Of 30 everyday questions with names,
28 or 29 are refused, not 24 to 27, and one more of 221 that have an answer."""


def features(scored: Scored, question: Question) -> NDArray[np.float64]:
    """Return a row for each passage: cosine, z, evidence, and a column for each pair of languages.

    That of its pair has a 1, or shares it with that of the query's own language where the query has
    names. Where it is known which passages are near to anything, the cosines are without that.
    """
    cosines = scored.cosines
    if question.familiarity and question.comparison and question.vector is not None:
        products = question.comparison.beside(scored.positions)
        cosines = cosines - question.familiarity.owed(question.vector, products, scored.across)
    evidence = scored.section_coverage * (1 - np.exp(-question.information / _LITTLE))
    east_asian = question.query.language is not None
    same, across = (0, 2) if east_asian else (1, 3)
    own = np.where(scored.across, _AS_OWN * question.shared, 1)
    pairs = np.zeros((len(own), len(PAIRS)))
    pairs[:, same], pairs[:, across] = own, 1 - own
    return np.column_stack([cosines, scored.z, evidence, pairs]).astype(np.float64)


def relevance(scored: Scored, question: Question, calibration: Calibration) -> Floats:
    """Return how relevant passages with these scores are, 0 to 1; 0.5 if nobody can judge."""
    judges = calibration.weights[question.mode]
    if not judges:
        return np.full(len(scored.positions), ANSWERING_RELEVANCE, np.float32)
    scores = features(scored, question)
    log_odds = np.min([scores @ each.vector() for each in judges], axis=0)
    chances: Floats = (1 / (1 + np.exp(-log_odds))).astype(np.float32)
    return chances


def counted(found: Verdict, ranked: Keys, relevances: Floats) -> tuple[Keys, Keys]:
    """Return what counts of what is ranked, best first; and if nothing answers, the nearest three.

    `relevances` has a number for each.
    """
    if found.answer == "none":
        return ranked[:0], ranked[:_NEAREST]
    return ranked[relevances >= found.min_relevance], ranked[:0]


def verdict(best: float, min_relevance: float | None, provenance: Provenance) -> Verdict:
    """Return what the best relevance of any document says about the library as a whole.

    With a cut-off of the user's own, that alone decides whether there is an answer.
    """
    if min_relevance is None:
        least, none_below = MIN_RELEVANCE, ANSWERING_RELEVANCE
    else:
        least = none_below = min_relevance
    answered: Answer = "good" if best >= GOOD_RELEVANCE else "weak"
    return Verdict("none" if best < none_below else answered, best, least, none_below, provenance)
