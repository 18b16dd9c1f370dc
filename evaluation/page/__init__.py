"""The evaluation as one page that people look at: no script, nothing loaded from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from evaluation.evaluate import Evaluation
from evaluation.page import plots
from evaluation.page.misses import worst
from evaluation.report import kinds


def write_page(path: Path, found: Evaluation, values: Mapping[str, Any]) -> None:
    """Write the page of an evaluation; `values` is its report."""
    loader = PackageLoader("evaluation.page")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("report.html").render(
        values=values,
        measures=[str(each) for each in found.overall.measures],
        directions=plots.rows(found.directions),
        kinds=plots.rows(kinds(found)),
        bins=plots.reliability(found),
        histograms=_histograms(found),
        comparisons=found.comparisons,
        queries=found.dataset.queries,
        misses=worst(found),
    )
    path.write_text(html, encoding="utf-8")


def _histograms(found: Evaluation) -> list[plots.Histogram]:
    if found.refusals is None:
        return []
    return [
        plots.histogram("answerable", found.refusals.answerable.values()),
        plots.histogram("unanswerable", found.refusals.unanswerable.values()),
    ]
