"""How good are the answers? nDCG@10 and RR@10 by language and mode, and what is refused.

    python -m benchmarks.quality [--work DIR]

Three libraries are built and asked through the shipped engine: CMRC 2018 (questions to Chinese
paragraphs) and d2l (headings of a textbook to its sections in both languages) from ../shared/eval,
and the sample corpus of data/. Refusals are at the shipped cut-off, for questions that are answered
there and for questions asked of a library on other matters.
"""

import ir_measures
import numpy as np
from ir_measures import RR, nDCG

from benchmarks.datasets import ASKED_ELSEWHERE, Relevant, sample
from benchmarks.libraries import Answers, Asked, libraries_asked_for, some
from search.query import MODES, Mode
from search.verdict import MIN_RELEVANCE


def quality(asked: Asked, mode: Mode) -> dict[str, float]:
    """Return nDCG@10 for each direction of the dataset, or nDCG@10 and RR@10 over all of it."""
    dataset = asked.dataset
    answers = asked.ask(asked.answerable(), mode)
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


def refused(asked: Asked, questions: dict[str, str]) -> float:
    """Return the share of questions to which nothing reaches the cut-off."""
    best = [each.relevances.max(initial=0) for each in asked.ask(some(questions)).values()]
    return float(np.mean(np.array(best) < MIN_RELEVANCE))


def main() -> None:
    """Print the tables."""
    by_name = libraries_asked_for(__doc__)
    for name, asked in by_name.items():
        for mode in MODES:
            columns = "  ".join(f"{k} {v:.3f}" for k, v in quality(asked, mode).items())
            print(f"{name:<8}{mode:<10}{columns}", flush=True)
    for name, asked in by_name.items():
        wrongly = refused(asked, asked.answerable())
        rightly = refused(asked, by_name[ASKED_ELSEWHERE[name]].dataset.questions)
        print(f"{name:<8}refused   wrongly {wrongly:.1%}  of other matters {rightly:.1%}")
    near = {k: v for k, v in sample().questions.items() if k not in sample().relevant}
    print(f"sample  refused   of near, judged misses {refused(by_name['sample'], near):.1%}")


if __name__ == "__main__":
    main()
