"""How good is a ranking, by the measures of ir-measures, for each query and over all?"""

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from subprocess import CalledProcessError

import ir_measures
from ir_measures import RR, Measure, P, R, nDCG

from core.errors import InvalidSetting

DEFAULTS: tuple[Measure, ...] = (nDCG @ 10, RR @ 10, R @ 100, P @ 10)

DEPTH = 100
"""No measure looks deeper, unless it says so itself."""

_NOT_GIVEN = re.compile("=<object object .*>")

Grades = Mapping[str, int]
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of each measure, by its own name, for each query."""

    measures: Sequence[Measure]
    per_query: Mapping[str, Values]

    def means(self) -> dict[str, float]:
        """Return each measure over all queries: the mean, or what the measure defines."""
        return {str(each): self._over_all(each) for each in self.measures}

    def of(self, queries: Iterable[str]) -> "Measured":
        """Return the measures of these queries alone."""
        return Measured(self.measures, {query: self.per_query[query] for query in queries})

    def _over_all(self, measure: Measure) -> float:
        total = measure.aggregator()
        for values in self.per_query.values():
            total.add(values[str(measure)])
        return float(total.result())


def parsed(names: Iterable[str]) -> list[Measure]:
    """Return the measures of these names after the default ones; InvalidSetting if there is none.

    `P(rel=2)@5` and the like are understood.
    """
    return list(dict.fromkeys([*DEFAULTS, *map(_parsed, names)]))


def depth_of(measures: Iterable[Measure]) -> int:
    """Return how many documents the measures look at."""
    cutoffs: list[int] = [each.params.get("cutoff", DEPTH) for each in measures]
    return max([DEPTH, *cutoffs])


def measured(
    measures: Sequence[Measure],
    judged: Mapping[str, Grades],
    ranked: Mapping[str, Sequence[str]],
) -> Measured:
    """Return the measures of each judged query; a query without a ranking has the worst."""
    depth = depth_of(measures)
    numbers = {query: str(at) for at, query in enumerate(judged)}  # some want such ids
    run = {
        numbers[query]: {document: float(-at) for at, document in enumerate(ranked[query][:depth])}
        for query in judged
        if query in ranked
    }
    evaluator = ir_measures.evaluator(measures, {numbers[q]: dict(g) for q, g in judged.items()})
    names = {each: str(each) for each in measures}
    worst = {str(each): float(each.DEFAULT) for each in measures}
    found = {number: dict(worst) for number in numbers.values()}
    for each in evaluator.iter_calc(run):
        found[each.query_id][names[each.measure]] = float(each.value)
    return Measured(measures, {query: found[number] for query, number in numbers.items()})


def _parsed(name: str) -> Measure:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # theirs, under newer Pythons
            measure = ir_measures.parse_measure(name)
        able = [each for each in ir_measures.DefaultPipeline.providers if each.supports(measure)]
    except (NameError, ValueError, KeyError, AssertionError) as error:
        reason = _NOT_GIVEN.sub(" is not given", str(error))
        raise InvalidSetting(
            f'--metric "{name}" is none that ir-measures can take ({reason}): nDCG@10, AP and '
            "Success@5 are some"
        ) from None
    if measure.params.get("cutoff", DEPTH) < 1:  # trec_eval ends the process over it
        raise InvalidSetting(f'--metric "{name}" looks at no document: give it @1 or more')
    if not any(each.is_available() for each in able):
        advice = " or ".join(f"`{each.install_instructions()}`" for each in able)
        remedy = f"run {advice}" if advice else "name its parameters, such as (rel=1), or another"
        raise InvalidSetting(f'--metric "{name}" cannot be calculated as it is: {remedy}')
    _try(measure)
    return measure


def _try(measure: Measure) -> None:
    """Raise InvalidSetting if the measure fails on the smallest of cases."""
    try:
        measured([measure], {"q": {"d": 1}}, {"q": ["d", "e"]})
    except (KeyError, RuntimeError, OSError, CalledProcessError) as error:
        raise InvalidSetting(
            f'--metric "{measure}" fails within ir-measures ({type(error).__name__}): take another'
        ) from error
