"""Fit the weights of search/verdict.py: when does a library answer, and which documents count?

    python -m benchmarks.relevance [--work DIR]

Two logistic fits. `ANSWERS`: the first document of questions asked where they are answered against
the first of the same number asked of a library on other matters, in three libraries. `STANDS_OUT`:
the first 40 documents of each judged query of the sample corpus, relevant or not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import ASKED_ELSEWHERE
from benchmarks.libraries import Answers, Asked, libraries_asked_for, some
from search.retrieve import Scored

_FIRST = 40
_RIDGE = 1e-2


@dataclass
class Cases:
    """Scores, one row a case, whether it is a good one, and how much it counts."""

    scores: NDArray[np.float64]
    good: NDArray[np.bool_]
    importance: NDArray[np.float64]


def answered(asked: Asked, foreign: dict[str, str]) -> Cases:
    """Return the first documents of own and foreign questions; both kinds count alike."""
    own = asked.ask(some(asked.answerable())).values()
    other = asked.ask(some(foreign)).values()
    scores = np.concatenate([_answer_scores(each.scores)[:1] for each in (*own, *other)])
    good = np.arange(len(scores)) < len(own)
    return Cases(scores, good, np.where(good, 1 / len(own), 1 / len(other)) * len(scores) / 2)


def judged(asked: Asked) -> Cases:
    """Return the first documents of each query, whether they were judged relevant."""
    answers = asked.ask(asked.dataset.questions)
    scores = np.concatenate([_standing(each.scores)[:_FIRST] for each in answers.values()])
    good = np.concatenate([_relevant(asked, *each) for each in answers.items()])
    return Cases(scores, good, np.ones(len(good)))


def _relevant(asked: Asked, question: str, answers: Answers) -> NDArray[np.bool_]:
    relevant = asked.dataset.relevant.get(question, {})
    return np.array([each in relevant for each in answers.ids[:_FIRST]])


def _answer_scores(scores: Scored) -> NDArray[np.float64]:
    return np.column_stack([scores.cosines, scores.coverage, scores.across]).astype(np.float64)


def _standing(scores: Scored) -> NDArray[np.float64]:
    return np.column_stack([scores.z, scores.coverage, scores.across]).astype(np.float64)


def fit(cases: list[Cases]) -> NDArray[np.float64]:
    """Return the weights of the columns, then the bias, by logistic regression (Newton)."""
    scores = np.concatenate([each.scores for each in cases])
    good = np.concatenate([each.good for each in cases]).astype(float)
    importance = np.concatenate([each.importance for each in cases])
    middle, spread = scores.mean(0), scores.std(0)
    design = np.c_[(scores - middle) / spread, np.ones(len(scores))]
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (importance * (good - chance)) - _RIDGE * weights
        curvature = (design * (importance * chance * (1 - chance))[:, None]).T @ design
        weights += np.linalg.solve(curvature + _RIDGE * np.eye(len(weights)), gradient)
    slopes = weights[:-1] / spread
    return np.append(slopes, weights[-1] - slopes @ middle)


def auc(cases: Cases, weights: NDArray[np.float64]) -> float:
    """Return how often a good case scores above a bad one."""
    log_odds = cases.scores @ weights[:-1] + weights[-1]
    return float(np.mean(log_odds[cases.good][:, None] > log_odds[~cases.good]))


def main() -> None:
    """Print the weights."""
    by_name = libraries_asked_for(__doc__)
    cases = {
        name: answered(asked, by_name[ASKED_ELSEWHERE[name]].dataset.questions)
        for name, asked in by_name.items()
    }
    for name, own in cases.items():
        weights = fit([each for other, each in cases.items() if other != name])
        print(f"{name:<8}AUC of the fit on the other libraries {auc(own, weights):.3f}")
    print("ANSWERS    cosine, coverage, across, bias", fit(list(cases.values())).round(2))
    print("STANDS_OUT z, coverage, across, bias", fit([judged(by_name["sample"])]).round(2))


if __name__ == "__main__":
    main()
