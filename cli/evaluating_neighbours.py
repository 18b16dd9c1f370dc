"""`wenhai evaluate FILE --neighbours`: are recommendations any good?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.evaluation_place import Place, recommender_of

if TYPE_CHECKING:
    from ir_measures import Measure

    from cli.evaluating import Output
    from evaluation.gate import Report


def evaluate_neighbours(
    file: Path, place: Place, measures: "Sequence[Measure]", output: "Output"
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
    with recommender_of(place) as target, asking(len(judged.grades)) as answered:
        values = neighbours_report(measured(judged, target, measures, answered))
    if output.as_json:
        shown = summary(values) if output.summary else values
        typer.echo(json.dumps(shown, ensure_ascii=False))
    else:
        show(neighbours_tables(values))
    return baseline, values
