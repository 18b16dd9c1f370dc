"""`wenhai evaluate FILE --neighbours`: are recommendations any good?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.options import open_encoder, settings
from core.errors import InvalidSetting

if TYPE_CHECKING:
    from ir_measures import Measure

    from cli.evaluating import Output, Place
    from evaluation.gate import Report
    from evaluation.recommenders import Recommender


def evaluate_neighbours(
    file: Path, place: "Place", measures: "Sequence[Measure]", output: "Output"
) -> "tuple[Report | None, dict[str, Any]]":
    """Ask and show; return the baseline to hold, and all that `--json` can print."""
    from cli.evaluation_tables import neighbours_tables, show
    from cli.progress import asking
    from evaluation.gate import read_baseline
    from evaluation.neighbours import evaluate_neighbours as measured
    from evaluation.readers.neighbours import read_neighbours
    from evaluation.report import neighbours_report, summary

    judged = read_neighbours(file)
    baseline = read_baseline(output.gate, judged.grades) if output.gate else None
    with _recommender(place) as target, asking(len(judged.grades)) as answered:
        values = neighbours_report(measured(judged, target, measures, answered))
    if output.as_json:
        shown = summary(values) if output.summary else values
        typer.echo(json.dumps(shown, ensure_ascii=False))
    else:
        show(neighbours_tables(values))
    return baseline, values


def refuse_others(given: Mapping[str, object]) -> None:
    """Raise InvalidSetting if any option was given that only queries have."""
    for name, value in given.items():
        if value:
            raise InvalidSetting(f"{name} does not go with --neighbours: leave one of them out")


@contextmanager
def _recommender(place: "Place") -> "Iterator[Recommender]":
    from evaluation.copies import Copies
    from evaluation.recommenders import RecommendingLibrary, RecommendingServer
    from search.engine import Engine

    if place.server is None:
        chosen = settings(place.library, place.model)
        yield RecommendingLibrary(Engine(chosen.library, open_encoder(chosen)))
        return
    if place.library is not None:
        raise InvalidSetting("--library and --server are both given: take one of them")
    with RecommendingServer(place.server, place.concurrency, Copies()) as target:
        yield target
