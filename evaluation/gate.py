"""Is it worse than it was, by more than noise?

A value is undercut when it dropped by more than its noise: 1.645 standard errors, of the
differences query by query where the baseline has those and else of the present values, and 0.002
for what depends on the machine.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InvalidDataset
from evaluation.refusals import Refusals

_ONE_SIDED_95 = 1.645
_MACHINE = 0.002
_COUNT = "queries"

Report = Mapping[str, Any]
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Held:
    """A value of the baseline beside that of the run, None where the run has none.

    `noise` is how far it may drop by chance.
    """

    name: str
    was: float
    now: float | None
    noise: float

    @property
    def undercut(self) -> bool:
        """Whether the run is worse by more than noise."""
        if self.now is None:
            return True
        rise = self.now - self.was
        return (rise if self.name == "false_refusals" else -rise) > self.noise

    def __str__(self) -> str:
        if self.now is None:
            return (
                f"{self.name}: was {self.was:.4f}, is not there: measure it, or renew the baseline"
            )
        return f"{self.name}: was {self.was:.4f}, is {self.now:.4f}, noise {self.noise:.4f}"


def read_baseline(path: Path, queries: Collection[str]) -> Report:
    """Return what an earlier run printed; InvalidDataset if the file holds none of these queries.

    One that was printed without its queries is taken for a run of these.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidDataset(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InvalidDataset(f"{path}: broken JSON ({error}): mend or renew it") from None
    if not _is_report(found):
        raise InvalidDataset(f"{path}: no output of `wenhai evaluate --json`: renew it with that")
    if found.get("per_query") and not any(query in found["per_query"] for query in queries):
        raise InvalidDataset(f"{path}: of other queries: name a baseline of these, or renew it")
    return dict(found)


def held_against(baseline: Report, now: Report) -> Iterator[Held]:
    """Return each value of the baseline beside that of the present report."""
    for place, was in _means(baseline).items():
        is_now = _means(now).get(place, {})
        for name in (each for each in was if each != _COUNT):
            noise = 0.0
            if name in is_now:
                before, after = (_samples(each, place, name) for each in (baseline, now))
                noise = _ONE_SIDED_95 * _standard_error(before, after) + _MACHINE
            yield Held(f"{name} {place}".strip(), was[name], is_now.get(name), noise)


def _is_report(found: Any) -> bool:
    """Say whether there is something to hold, all of which holds against itself."""
    try:
        held = list(held_against(found, found))
        return bool(held) and not any(each.undercut for each in held)
    except (TypeError, AttributeError, KeyError, ValueError):
        return False


def _means(report: Report) -> dict[str, Values]:
    """Return the values to hold, by where they were measured."""
    shares = {
        name: value
        for name, value in report.get("unanswerable", {}).items()
        if name in ("refused", "false_refusals", "auc")
    }
    return {"overall": report["metrics"], **report.get("directions", {}), "": shares}


def _samples(report: Report, place: str, name: str) -> Sequence[Values]:
    """Return what single queries got; nothing where the report does not say."""
    if not place:
        refusals = report.get("unanswerable", {})
        if "per_query" not in refusals:
            return ()
        return Refusals(**refusals["per_query"], cut_off=refusals["cut_off"]).samples()[name]
    per_query = report.get("per_query", {})
    if place != "overall":
        per_query = report.get("per_query_directions", {}).get(place, {})
    return ({query: values[name] for query, values in per_query.items() if name in values},)


def _standard_error(before: Sequence[Values], after: Sequence[Values]) -> float:
    """Return the error of a sum of means, each from its own sample."""
    known = before or [{} for _ in after]
    errors = [_error_of_mean(*both) for both in zip(known, after, strict=True)]
    return float(np.linalg.norm(errors))


def _error_of_mean(before: Values, after: Values) -> float:
    """Return that of the differences where there are any, and else of the values after."""
    both = [query for query in after if query in before]
    values = [after[q] - before[q] for q in both] if both else list(after.values())
    if len(values) < 2:
        return 0.0
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))
