"""What does relevance mean in this library? Weights fitted to queries that it answers or does not.

A logistic regression over the best-scored document of each query, as the verdict looks at it. The
weights start from those that are shipped for the model, and leave them as far as the queries give
reason to (a Gaussian prior); cosines of a model that nothing is shipped for start from nothing.
Then the bias is set so that as many answerable queries are refused as the user allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidDataset
from evaluation.datasets import Dataset, JudgedQuery, refuse_unknown
from search.asking.query import MODES, Mode
from search.documents import Ranking
from search.engine import Engine
from search.familiarity import CALIBRATED_MODEL
from search.verdict import (
    ANSWERS,
    STANDS_OUT,
    Weights,
    can_stand_out,
    features,
)
from store.calibration import StoredCalibration

FEWEST = 50
"""Queries of either kind that weights can be fitted to."""

_DOCUMENTS = 40
_ROUNDS = 4
_STEPS = 30
_SLOPES = 3  # cosine, z and evidence; the biases come after them
_Z = 1
_NO_CHANCE = -50.0  # log-odds where not a single document was found
_PRIOR = 10.0  # how many queries the shipped weights are worth
_NO_PRIOR = 0.1

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cases:
    """What the first documents of each query score, a matrix each, and which are answerable."""

    rows: Sequence[Floats]
    answerable: NDArray[np.bool_]

    def half(self, which: int) -> "Cases":
        """Return every other case, from the first on or from the second."""
        return Cases(self.rows[which::2], self.answerable[which::2])

    def found(self) -> "Cases":
        """Return the cases that found a document: whatever the weights, the others are refused."""
        there = np.array([len(each) > 0 for each in self.rows], np.bool_)
        rows = [each for each in self.rows if len(each)]
        return Cases(rows, self.answerable[there])

    def best(self, weights: Floats) -> Floats:
        """Return the log-odds of each query's most relevant document."""
        return np.array([(each @ weights).max(initial=_NO_CHANCE) for each in self.rows])


@dataclass(frozen=True, slots=True)
class Shares:
    """What a cut-off does: the share refused of queries without an answer, and with one."""

    refused: float
    false_refusals: float

    @classmethod
    def of(cls, cases: Cases, weights: Floats) -> "Shares":
        """Return the shares of the cases whose best document is below the cut-off."""
        below = cases.best(weights) < 0
        return cls(float(below[~cases.answerable].mean()), float(below[cases.answerable].mean()))


@dataclass(frozen=True, slots=True)
class Fit:
    """The fitted calibration; `before` and `after` are measured on queries it was not fitted to.

    `before` is None where nothing is shipped for the model.
    """

    calibration: StoredCalibration
    before: Shares | None
    after: Shares


def fitted(
    engine: Engine, dataset: Dataset, unanswerable: Sequence[JudgedQuery], wrongly: float
) -> Fit:
    """Return weights for each mode; InvalidDataset if these queries cannot tell them."""
    _refuse_what_tells_nothing(engine, dataset, unanswerable)
    shipped = engine.view.model.name == CALIBRATED_MODEL
    answerable = list(dataset.queries.values())
    cases = {mode: gathered(engine, answerable, unanswerable, mode) for mode in MODES}
    vectors = {
        mode: fit([each], prior(mode, shipped=shipped), wrongly) for mode, each in cases.items()
    }
    start = prior("hybrid", shipped=shipped)
    halves = [cases["hybrid"].half(0), cases["hybrid"].half(1)]
    after = [Shares.of(halves[1 - at], fit([halves[at]], start, wrongly)) for at in (0, 1)]
    return Fit(
        StoredCalibration(
            {mode: vector.tolist() for mode, vector in vectors.items()},
            {
                "dataset": dataset.name,
                "answerable": len(dataset.queries),
                "unanswerable": len(unanswerable),
                "date": datetime.now(UTC).date().isoformat(),
            },
            engine.view.model.fingerprint,
        ),
        Shares.of(cases["hybrid"], start) if shipped else None,
        Shares(
            float(np.mean([each.refused for each in after])),
            float(np.mean([each.false_refusals for each in after])),
        ),
    )


def _refuse_what_tells_nothing(
    engine: Engine, dataset: Dataset, unanswerable: Sequence[JudgedQuery]
) -> None:
    """Raise InvalidDataset if documents are unknown, queries too few, or of both kinds at once."""
    catalogue = engine.view.catalogue
    judged = {each.document for each in dataset.judgements}
    unknown = {each for each in judged if catalogue.document(each) is None}
    strange = [each for each in dataset.judgements if each.document in unknown]
    refuse_unknown("document", strange, "the library")
    for kind, count in (("answerable", len(dataset.queries)), ("unanswerable", len(unanswerable))):
        if count < FEWEST:
            raise InvalidDataset(
                f"{dataset.name} has {count} {kind} queries: to fit a calibration takes {FEWEST}"
            )
    answered = {each.text for each in dataset.queries.values()}
    both = [each for each in unanswerable if each.text in answered]
    if both:
        raise InvalidDataset(
            f"{both[0].where}: {len(both):,} of the unanswerable queries, this one first, are "
            "among the answerable ones, too: leave each in one of both"
        )


def gathered(
    engine: Engine, answerable: Sequence[JudgedQuery], others: Sequence[JudgedQuery], mode: Mode
) -> Cases:
    """Return what the first 40 documents of every query score, if they stand out at all.

    Others could not vouch for an answer, whatever the fit.
    """
    texts = [each.text for each in (*answerable, *others)]
    rows = [_first_rows(each) for each in engine.rankings(texts, mode)]
    if can_stand_out(engine.view) and mode in STANDS_OUT:
        stands_out = STANDS_OUT[mode].vector()
        rows = [each[each @ stands_out >= 0] for each in rows]
    return Cases(rows, np.arange(len(texts)) < len(answerable))


def _first_rows(ranking: Ranking) -> Floats:
    first = ranking.best.rows(np.arange(min(_DOCUMENTS, len(ranking.keys))))
    return features(first, ranking.question)


def prior(mode: Mode, *, shipped: bool) -> Floats:
    """Return where the weights start: with those shipped for the model, or from nothing."""
    return (ANSWERS[mode] if shipped else Weights(0, 0, 0, (0, 0, 0, 0))).vector()


def fit(libraries: Sequence[Cases], start: Floats, wrongly: float) -> Floats:
    """Return the weights, at a cut-off below which that share of the answerable queries is.

    Libraries count alike, and so do the answerable and the other queries of each. Queries that find
    no document at all say nothing of weights; without an answerable one that does, `start` stays.
    """
    found = [each.found() for each in libraries]
    found = [each for each in found if each.answerable.any()]
    if not found:
        return start
    weights = start
    for _ in range(_ROUNDS):
        chosen = [_best_rows(each, weights) for each in found]
        good = np.concatenate([each.answerable for each in found])
        weights = _regression(np.concatenate(chosen), good, _importance(found), start)
    answerable = [each.best(weights)[each.answerable] for each in found]
    cut = np.mean([np.quantile(each, wrongly) for each in answerable])
    weights[_SLOPES:] -= cut
    return weights


def _best_rows(cases: Cases, weights: Floats) -> Floats:
    """Return the row of each query's most relevant document."""
    return np.stack([each[(each @ weights).argmax()] for each in cases.rows])


def _importance(libraries: Sequence[Cases]) -> Floats:
    total = sum(len(each.answerable) for each in libraries)
    weights = [
        np.where(each.answerable, 1 / each.answerable.sum(), 1 / max((~each.answerable).sum(), 1))
        for each in libraries
    ]
    return np.concatenate(weights) * total / (2 * len(libraries))


def _regression(rows: Floats, good: NDArray[np.bool_], importance: Floats, start: Floats) -> Floats:
    """Return the weights that are likeliest, by Newton's method; `z` keeps what it starts with."""
    middle = np.zeros(len(start))
    spread = np.ones(len(start))
    middle[:_SLOPES] = rows[:, :_SLOPES].mean(axis=0)
    spread[:_SLOPES] = np.maximum(rows[:, :_SLOPES].std(axis=0), 1e-6)
    design = (rows - middle) / spread
    free = np.arange(len(start)) != _Z
    first = start * spread
    first[_SLOPES:] += start[:_SLOPES] @ middle[:_SLOPES]
    held = _PRIOR if start.any() else _NO_PRIOR
    weights = first.copy()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (importance * (good - chance)) - held * (weights - first)
        curvature = (design * (importance * chance * (1 - chance))[:, None]).T @ design
        curvature += held * np.eye(len(weights))
        weights[free] += np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
    fitted_weights: Floats = weights / spread
    fitted_weights[_SLOPES:] -= fitted_weights[:_SLOPES] @ middle[:_SLOPES]
    return fitted_weights
