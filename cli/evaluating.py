"""`wenhai evaluate`: is it any good, on whose queries?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cli.evaluation_place import Place, target_of
from cli.indexing import STOPPED
from cli.options import JsonOption, ModelOption
from core.errors import InvalidSetting
from search.asking.query import MODES, Mode

if TYPE_CHECKING:
    from ir_measures import Measure

    from evaluation.datasets import Dataset, JudgedQuery
    from evaluation.evaluate import Evaluation, Run, Wanted
    from evaluation.gate import Report

_FAILED = 1


def _option(help_: str, metavar: str | None = None, *names: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help_, show_default=False)


_Dataset = Annotated[
    Path,
    typer.Argument(
        metavar="DATASET", help="A BEIR or TREC folder, or a SQuAD file.", show_default=False
    ),
]
_MoreRuns = Annotated[list[Path] | None, typer.Argument(hidden=True, metavar="[RUN]…")]
_Library = Annotated[
    Path | None,
    _option(
        "Where DATASET's documents are kept; if it has none, what is searched.",
        "DIR",
        "--library",
        "-l",
    ),
]
_Server = Annotated[str | None, _option("Ask a running server.", "URL")]
_Concurrency = Annotated[int, typer.Option(help="Queries at a time, of a server.")]
_Mode = Annotated[str, typer.Option(help="hybrid, semantic or keyword.")]
_Split = Annotated[str | None, _option("Which of qrels/*.tsv, test if there is one.", "NAME")]
_Metric = Annotated[list[str] | None, _option("A further measure of ir-measures.", "NAME")]
_Unanswerable = Annotated[Path | None, _option("Queries to be refused, one a line.", "FILE")]
_Neighbours = Annotated[
    bool,
    typer.Option(
        "--neighbours", help="DATASET is a TREC file that judges documents beside documents."
    ),
]
_RunFile = Annotated[Path | None, _option("Write a TREC run there.", "FILE")]
_Compare = Annotated[list[Path] | None, _option("Runs of other systems, or earlier ones.", "RUN…")]
_Html = Annotated[Path | None, _option("Write a page with plots there.", "FILE")]
_Gate = Annotated[Path | None, _option("Fail if worse than this earlier --json.", "FILE")]
_Summary = Annotated[bool, typer.Option("--summary", help="Leave single queries out of --json.")]


@dataclass(frozen=True, slots=True)
class Output:
    """What becomes of the result."""

    as_json: bool
    summary: bool
    run: Path | None
    html: Path | None
    gate: Path | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What only queries have: how they are asked, and what their answers are held against."""

    mode: str
    split: str | None
    unanswerable: Path | None
    compare: Sequence[Path]
    more_runs: Sequence[Path]

    def given(self) -> Iterator[str]:
        """Return the options that were given."""
        if self.mode != "hybrid":
            yield "--mode"
        for name, value in (("--split", self.split), ("--unanswerable", self.unanswerable)):
            if value:
                yield name
        if self.compare or self.more_runs:
            yield "--compare"


def evaluate(  # noqa: PLR0913 - one parameter for each option
    dataset: _Dataset,
    more_runs: _MoreRuns = None,
    library: _Library = None,
    server: _Server = None,
    concurrency: _Concurrency = 8,
    *,
    model: ModelOption = None,
    mode: _Mode = "hybrid",
    split: _Split = None,
    metric: _Metric = None,
    unanswerable: _Unanswerable = None,
    neighbours: _Neighbours = False,
    run: _RunFile = None,
    compare: _Compare = None,
    html: _Html = None,
    gate: _Gate = None,
    as_json: JsonOption = False,
    summary: _Summary = False,
) -> None:
    """Measure how good the answers to DATASET's queries are: quality, refusals, latency.

    With --neighbours, how good its recommendations are. Exit code 1: it failed, or --gate found a
    value undercut.
    """
    from cli.evaluating_neighbours import evaluate_neighbours
    from evaluation.metrics import parsed

    place = Place(library, server, concurrency, model)
    output = Output(as_json, summary, run, html, gate)
    asking = Asking(mode, split, unanswerable, compare or (), more_runs or ())
    try:
        measures = parsed(metric or ())
        _check(output, mode)
        if neighbours:
            _refuse(asking, output)
            baseline, values = evaluate_neighbours(dataset, place, measures, output)
        else:
            baseline, values = _evaluate_queries(dataset, asking, place, measures, output)
    except KeyboardInterrupt:
        typer.echo("stopped: nothing was measured", err=True)
        raise typer.Exit(STOPPED) from None
    if baseline is not None and not _holds(baseline, values):
        raise typer.Exit(_FAILED)


def _check(output: Output, mode: str) -> None:
    """Raise InvalidSetting for what could not be done in the end."""
    if mode not in MODES:
        raise InvalidSetting(f'--mode is "{mode}": take one of {", ".join(MODES)}')
    for option, file in (("--run", output.run), ("--html", output.html)):
        if file is not None and (file.is_dir() or not file.absolute().parent.is_dir()):
            raise InvalidSetting(f"{option} is {file}: name a file in a folder that is there")


def _refuse(asking: Asking, output: Output) -> None:
    """Raise InvalidSetting if an option was given that neighbours do not have."""
    files = [name for name, file in (("--run", output.run), ("--html", output.html)) if file]
    for name in [*asking.given(), *files]:
        raise InvalidSetting(f"{name} does not go with --neighbours: leave one of them out")


def _evaluate_queries(
    dataset: Path, asking: Asking, place: Place, measures: "Sequence[Measure]", output: Output
) -> "tuple[Report | None, dict[str, Any]]":
    """Ask, show and write; return the baseline to hold, and all that `--json` can print."""
    from evaluation.evaluate import Wanted
    from evaluation.gate import read_baseline
    from evaluation.readers.choice import read_dataset

    judged = read_dataset(dataset, asking.split)
    baseline = read_baseline(output.gate, judged.queries) if output.gate else None
    if asking.more_runs and not asking.compare:
        raise InvalidSetting(
            f"{asking.more_runs[0]}: one DATASET at a time, runs go after --compare"
        )
    runs = _runs(judged, [*asking.compare, *asking.more_runs])
    strange = _unanswerable(judged, asking.unanswerable)
    wanted = Wanted(cast("Mode", asking.mode), measures, strange, runs)
    return baseline, _evaluated(judged, place, wanted, output)


def _runs(judged: "Dataset", paths: Sequence[Path]) -> dict[str, "Run"]:
    from evaluation.readers.runs import read_run

    runs: dict[str, Run] = {}
    for path in paths:
        found = read_run(path)
        if judged.queries.keys().isdisjoint(found):
            raise InvalidSetting(f"--compare {path}: holds no query of {judged.name}")
        runs[str(path) if path.stem in runs else path.stem] = found
    return runs


def _unanswerable(judged: "Dataset", file: Path | None) -> "Sequence[JudgedQuery]":
    from evaluation.readers.queries import read_plain

    return read_plain(file) if file else judged.unanswerable


def _evaluated(judged: "Dataset", place: Place, wanted: "Wanted", output: Output) -> dict[str, Any]:
    """Ask, show and write; return what `--json` prints with all that single queries got."""
    from cli.evaluation_tables import show, tables
    from cli.progress import asking
    from evaluation.evaluate import evaluate as asked
    from evaluation.report import report, summary

    with target_of(judged, place) as target:
        with asking(len(judged.queries) + len(wanted.unanswerable)) as answered:
            found = asked(judged, target, wanted, answered)
        values = report(found)
        if output.as_json:
            shown = summary(values) if output.summary else values
            typer.echo(json.dumps(shown, ensure_ascii=False))
        else:
            show(tables(values))
        _write(found, values, output)
    return values


def _write(found: "Evaluation", values: Mapping[str, Any], output: Output) -> None:
    from evaluation.page import write_page
    from evaluation.readers.runs import write_run

    try:
        if output.run:
            write_run(output.run, {query: each.ids for query, each in found.answers.items()})
        if output.html:
            write_page(output.html, found, values)
    except OSError as error:
        raise InvalidSetting(f"{error.filename} cannot be written: {error.strerror}") from error


def _holds(baseline: "Report", values: Mapping[str, Any]) -> bool:
    """Say whether nothing is undercut, and on stderr what is."""
    from evaluation.gate import held_against

    held = list(held_against(baseline, values))
    undercut = [each for each in held if each.undercut]
    for each in undercut:
        typer.echo(f"undercut: {each}", err=True)
    if not undercut:
        typer.echo(f"all {len(held)} values of the baseline hold", err=True)
    return not undercut
