"""Do two generations of one library give the same answers, and which gives the better ones?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InvalidQuery
from evaluation.compare import Difference
from evaluation.datasets import Dataset
from evaluation.evaluate import Wanted, evaluate
from evaluation.readers.choice import read_dataset
from evaluation.targets import LibraryTarget
from search.asking.query import understand
from search.engine import Engine
from store.view import LibraryView

_FIRST = 10
_TITLES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The queries that both are asked, and the judged set that they are of, if they are."""

    queries: Sequence[str]
    dataset: Dataset | None


@dataclass(frozen=True, slots=True)
class GenerationDifference:
    """How much the first ten documents have in common, and how good they are where judged.

    `overlap` and `same_first` are shares, 0 to 1; `metrics` has both means and the difference,
    second minus first.
    """

    queries: int
    overlap: float
    same_first: float
    metrics: Mapping[str, Difference]

    def to_dict(self) -> dict[str, Any]:
        """Return the values as `--json` gives them."""
        return {
            "queries": self.queries,
            f"overlap@{_FIRST}": self.overlap,
            "same_first": self.same_first,
            "metrics": {
                name: {
                    "first": each.mean,
                    "second": each.mean + each.difference,
                    "difference": each.difference,
                    "p": each.p,
                    "p_corrected": each.p_corrected,
                }
                for name, each in self.metrics.items()
            },
        }


def read_queries(dataset: Path | None, view: LibraryView) -> Asked:
    """Return the queries of a judged set, without one the titles of documents spread evenly."""
    if dataset is not None:
        judged = read_dataset(dataset, None)
        return Asked([each.text for each in judged.queries.values()], judged)
    keys = np.unique(view.table.documents)
    chosen = keys[np.unique(np.linspace(0, len(keys) - 1, min(len(keys), _TITLES)).astype(int))]
    found = view.catalogue.documents(chosen.tolist())
    titles = dict.fromkeys(each.metadata.title for each in found.values())
    return Asked([title for title in titles if _can_be_asked(title)], None)


def compare_generations(
    engines: Sequence[Engine], asked: Asked, told: Callable[[], None]
) -> GenerationDifference:
    """Ask both engines every query; `told` is called at each answer."""
    ranked = [_asked(engine, asked.queries, told) for engine in engines]
    pairs = [pair for pair in zip(*ranked, strict=True) if pair[0] or pair[1]]
    return GenerationDifference(
        len(asked.queries),
        float(np.mean([_overlap(*pair) for pair in pairs])) if pairs else 1.0,
        float(np.mean([first[:1] == second[:1] for first, second in pairs])) if pairs else 1.0,
        _measured(engines, asked.dataset) if asked.dataset else {},
    )


def _asked(engine: Engine, queries: Sequence[str], told: Callable[[], None]) -> list[list[str]]:
    found = []
    for ranking in engine.rankings(queries):
        found.append(ranking.ids(_FIRST))
        told()
    return found


def _can_be_asked(title: str) -> bool:
    try:
        understand(title)
    except InvalidQuery:
        return False
    return True


def _overlap(first: Sequence[str], second: Sequence[str]) -> float:
    """Return the share of the longer list that both have."""
    return len(set(first) & set(second)) / max(len(first), len(second))


def _measured(engines: Sequence[Engine], dataset: Dataset) -> Mapping[str, Difference]:
    """Return how much the second is above the first by each measure."""
    first = evaluate(dataset, LibraryTarget(engines[0]), Wanted(), _nobody)
    run = {query: answer.ids for query, answer in first.answers.items()}
    wanted = Wanted(runs={"first": run})
    return evaluate(dataset, LibraryTarget(engines[1]), wanted, _nobody).comparisons[0].differences


def _nobody() -> None:
    """Tell nobody."""
