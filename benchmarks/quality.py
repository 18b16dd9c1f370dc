"""How good are the answers? nDCG@10 and RR@10 by language, and how well the unanswerable is told.

    python -m benchmarks.quality [--fit] [--work DIR]

Three libraries are built through the shipped engine from ../shared/eval and data/: CMRC 2018
(questions to Chinese paragraphs), d2l (headings of a textbook to its sections in both languages)
and the sample corpus. Every mode is measured. Questions of one library asked to another are the
unanswerable ones: from them and from the answerable, the relevance that search/verdict.py ships is
fitted, and its refusals are counted on the library that it was not fitted on.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import RR, nDCG
from numpy.typing import NDArray

from benchmarks.datasets import Dataset, Relevant, cmrc, d2l, sample
from core.settings import Settings
from indexer.parts import part_of
from models import Encoder, load_encoder
from search.engine import Engine
from search.query import MODES, Mode
from store.layout import LibraryLayout
from store.writer import LibraryWriter
from text.folding import fold

QUESTIONS_TO_FIT = 1000
NAMES = ["cosine", "z", "coverage", "across"]
COLUMNS: dict[str, list[int]] = {"hybrid": [0, 1, 2, 3], "semantic": [0, 1, 3], "keyword": [2]}


@dataclass
class Answers:
    """Document ids, the best first, and the scores of the first: cosine, z, coverage, across."""

    ids: list[str]
    scores: NDArray[np.float64]


class Asked:
    """A dataset's library, and what it answers; each question is encoded and asked once a mode."""

    def __init__(self, dataset: Dataset, encoder: Encoder, work: Path) -> None:
        self.dataset = dataset
        root = work / dataset.name
        if not LibraryLayout(root).manifest.exists():
            _build(dataset, encoder, root)
        self.engine = Engine(root, encoder)
        view = self.engine.view
        self._ids = {
            each.key: each.id
            for each in view.catalogue.documents(set(view.table.documents.tolist())).values()
        }

    def ask(self, questions: dict[str, str], mode: Mode) -> dict[str, Answers]:
        """Return the ranked document ids of each question, and the scores of the first."""
        return {key: self._answers(text, mode) for key, text in questions.items()}

    def _answers(self, text: str, mode: Mode) -> Answers:
        ranking = self.engine.rank(text, mode)
        ids = [self._ids[key] for key in ranking.keys.tolist()]
        best = ranking.best
        scores = [best.cosines[:1], best.z[:1], best.coverage[:1], best.across[:1]]
        return Answers(ids, np.concatenate(scores).astype(np.float64) if ids else np.zeros(4))


def _build(dataset: Dataset, encoder: Encoder, root: Path) -> None:
    """Build the library of a dataset as the indexer does, from documents instead of files."""
    parts = [part_of(document) for document in dataset.documents]
    texts = [fold(passage.text).text for part in parts for passage in part.passages]
    with LibraryWriter(root, encoder.card) as writer:
        file = writer.changes.file(Path(dataset.name), dataset.name)
        writer.add(file, parts, encoder.encode_passages(texts))
        writer.commit()


def quality(asked: Asked, mode: Mode) -> dict[str, float]:
    """Return nDCG@10 for each direction of the dataset, or nDCG@10 and RR@10 over all of it."""
    dataset = asked.dataset
    answerable = {key: dataset.questions[key] for key in dataset.relevant}
    answers = asked.ask(answerable, mode)
    if not dataset.directions:
        found = _measure(answers, dataset.relevant, "", "")
        return {str(metric): value for metric, value in found.items()}
    return {
        direction: _measure(answers, dataset.relevant, source, target)[nDCG @ 10]
        for direction, (source, target) in dataset.directions.items()
    }


def _measure(
    answers: dict[str, Answers], relevant: dict[str, Relevant], source: str, target: str
) -> dict[ir_measures.Measure, float]:
    """Return the metrics over questions and documents whose ids begin with those languages."""
    run, qrels = [], []
    for question in (key for key in answers if key.startswith(source)):
        judged = {d: g for d, g in relevant[question].items() if d.startswith(target)}
        qrels += [ir_measures.Qrel(question, d, g) for d, g in judged.items()]
        ranked = [d for d in answers[question].ids if d.startswith(target)][:100]
        run += [ir_measures.ScoredDoc(question, d, -at) for at, d in enumerate(ranked)]
    return dict(ir_measures.calc_aggregate([nDCG @ 10, RR @ 10], qrels, run))


@dataclass
class Evidence:
    """The scores of first answers, one row a question, and whether it could be answered."""

    scores: NDArray[np.float64]
    answerable: NDArray[np.bool_]


def evidence(asked: Asked, elsewhere: Dataset, mode: Mode) -> Evidence:
    """Return what the library says to its own questions and to those of another library."""
    own = asked.ask(_some({k: asked.dataset.questions[k] for k in asked.dataset.relevant}), mode)
    foreign = asked.ask(_some(elsewhere.questions), mode)
    rows = [each.scores for each in (*own.values(), *foreign.values())]
    return Evidence(np.array(rows), np.arange(len(rows)) < len(own))


def _some(questions: dict[str, str]) -> dict[str, str]:
    return dict(islice(questions.items(), 0, None, max(1, len(questions) // QUESTIONS_TO_FIT)))


def fit(evidence: Sequence[Evidence], columns: list[int]) -> NDArray[np.float64]:
    """Return weights of the columns, then the bias, by logistic regression; classes weigh alike."""
    scores = np.concatenate([each.scores for each in evidence])[:, columns]
    answerable = np.concatenate([each.answerable for each in evidence]).astype(float)
    middle, spread = scores.mean(0), scores.std(0) + 1e-9
    design = np.c_[(scores - middle) / spread, np.ones(len(scores))]
    importance = np.where(answerable == 1, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    weights = np.zeros(design.shape[1])
    for _ in range(50):  # Newton's method, with a little ridge
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (importance * (answerable - chance)) - 1e-2 * weights
        curvature = (design * (importance * chance * (1 - chance))[:, None]).T @ design
        weights += np.linalg.solve(curvature + 1e-2 * np.eye(len(weights)), gradient)
    slopes = weights[:-1] / spread
    return np.append(slopes, weights[-1] - slopes @ middle)


def refusals(evidence: Evidence, weights: NDArray[np.float64], columns: list[int]) -> str:
    """Return how many are refused at the cut-off, rightly and wrongly, and the AUC."""
    log_odds = evidence.scores[:, columns] @ weights[:-1] + weights[-1]
    yes, no = log_odds[evidence.answerable], log_odds[~evidence.answerable]
    auc = np.mean(yes[:, None] > no[None, :])
    return f"refused {np.mean(no < 0):6.1%}  wrongly {np.mean(yes < 0):6.1%}  AUC {auc:.3f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "wenhai-quality")
    parser.add_argument("--fit", action="store_true", help="also fit the relevance (slower)")
    arguments = parser.parse_args()
    encoder = load_encoder(Settings().model, Settings().cache)
    all_asked = [Asked(each(), encoder, arguments.work) for each in (cmrc, d2l, sample)]
    for asked in all_asked:
        for mode in MODES:
            columns = "  ".join(f"{k} {v:.3f}" for k, v in quality(asked, mode).items())
            print(f"{asked.dataset.name:<8}{mode:<10}{columns}", flush=True)
    if arguments.fit:
        for mode in MODES:
            _print_fit(mode, all_asked)


def _print_fit(mode: Mode, all_asked: list[Asked]) -> None:
    gathered = {
        asked.dataset.name: evidence(asked, other.dataset, mode)
        for asked, other in zip(all_asked, all_asked[1:] + all_asked[:1], strict=True)
    }
    columns = COLUMNS[mode]
    for name, each in gathered.items():
        others = [other for key, other in gathered.items() if key != name]
        print(
            f"{mode:<10}{name:<8}fitted elsewhere: {refusals(each, fit(others, columns), columns)}"
        )
    weights = fit(list(gathered.values()), columns)
    for name, each in gathered.items():
        print(f"{mode:<10}{name:<8}fitted on all:    {refusals(each, weights, columns)}")
    names = [*(NAMES[column] for column in columns), "bias"]
    print(f"{mode:<10}weights ", dict(zip(names, weights.round(3).tolist(), strict=True)))


if __name__ == "__main__":
    main()
