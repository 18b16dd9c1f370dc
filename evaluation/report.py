"""What `--json` prints, and what a later run is held against: one object of plain values."""

from collections.abc import Mapping
from typing import Any

from evaluation.compare import Comparison
from evaluation.evaluate import Evaluation
from evaluation.latency import percentiles
from evaluation.metrics import Measured
from evaluation.neighbours import LISTED, Neighbourhood
from evaluation.refusals import Refusals

_MOST_CHANGED = 10


def report(found: Evaluation) -> dict[str, Any]:
    """Return the object, ready for JSON.

    What single queries got is under keys that begin with `per_query`.
    """
    values: dict[str, Any] = {
        "dataset": found.dataset.name,
        "mode": found.mode,
        "queries": len(found.dataset.queries),
        "documents": found.documents,
        "metrics": found.overall.means(),
        "directions": _each_counted(found.directions),
        "kinds": _each_counted(kinds(found)),
    }
    if found.pages is not None:
        values["pages"] = _counted(found.pages)
    if found.refusals is not None:
        values["unanswerable"] = _refusals(found.refusals)
    values["latency_ms"] = percentiles(found.milliseconds)
    values["comparisons"] = [_comparison(found, each) for each in found.comparisons]
    values["per_query"] = found.overall.per_query
    values["per_query_directions"] = {
        name: each.per_query for name, each in found.directions.items()
    }
    return values


def neighbours_report(found: Neighbourhood) -> dict[str, Any]:
    """Return the object of an evaluation of recommendations, in the same form."""
    return {
        "dataset": found.judged.name,
        "mode": "neighbours",
        "queries": len(found.overall.per_query),
        "documents": found.documents,
        "metrics": found.overall.means(),
        "directions": _each_counted(found.directions),
        "lists": {
            "diversity": found.diversity,
            "coverage": found.coverage,
            "across_languages": found.across_languages,
            "length": LISTED,
        },
        "latency_ms": percentiles(found.milliseconds),
        "per_query": found.overall.per_query,
        "per_query_directions": {name: each.per_query for name, each in found.directions.items()},
    }


def summary(values: Any) -> Any:
    """Return the object without what single queries got, at any depth."""
    if isinstance(values, list):
        return [summary(each) for each in values]
    if not isinstance(values, dict):
        return values
    kept = {name: each for name, each in values.items() if not name.startswith("per_query")}
    return {name: summary(each) for name, each in kept.items()}


def kinds(found: Evaluation) -> dict[str, Measured]:
    """Return the measures of each kind of query, where kinds are named."""
    queries = found.dataset.queries
    names = sorted({each.kind for each in queries.values() if each.kind})
    return {
        name: found.overall.of(query for query, each in queries.items() if each.kind == name)
        for name in names
    }


def _each_counted(measured: Mapping[str, Measured]) -> dict[str, dict[str, float]]:
    return {name: _counted(each) for name, each in measured.items()}


def _counted(measured: Measured) -> dict[str, float]:
    return {**measured.means(), "queries": len(measured.per_query)}


def _refusals(refusals: Refusals) -> dict[str, Any]:
    return {
        "refused": refusals.refused,
        "false_refusals": refusals.false_refusals,
        "auc": refusals.auc,
        "cut_off": refusals.cut_off,
        "queries": len(refusals.unanswerable),
        "per_query": {
            "answerable": refusals.answerable,
            "unanswerable": refusals.unanswerable,
        },
    }


def _comparison(found: Evaluation, comparison: Comparison) -> dict[str, Any]:
    return {
        "run": comparison.run,
        "metrics": {
            name: {
                "ours": comparison.ours.means()[name],
                "theirs": each.mean,
                "difference": each.difference,
                "p": each.p,
                "p_corrected": each.p_corrected,
            }
            for name, each in comparison.differences.items()
        },
        "changed": [
            {"query": query, "text": found.dataset.queries[query].text, "difference": gain}
            for query, gain in comparison.gains()[:_MOST_CHANGED]
            if gain
        ],
        "per_query": {
            query: {
                name: {"ours": value, "theirs": comparison.theirs.per_query[query][name]}
                for name, value in values.items()
            }
            for query, values in comparison.ours.per_query.items()
        },
    }
