"""What came of an evaluation, as tables for a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from core.wording import counted

_COUNT = "queries"
_CHANGED_SHOWN = 5
_SIGNIFICANT = 0.05
_WIDE = 200

Values = Mapping[str, Any]


def show(shown: Iterable[RenderableType]) -> None:
    """Print the tables."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDE  # for a file or a pipe, nothing is cut off
    for each in shown:
        console.print(each)


def tables(values: Values) -> Iterator[RenderableType]:
    """Return what `--json` holds as people read it."""
    documents = f" over {counted(values['documents'], 'document')}" if values["documents"] else ""
    queries = counted(values["queries"], "query", "queries")
    yield Text(f"{values['dataset']}, {values['mode']}: {queries}{documents}\n", "bold")
    yield _quality(values)
    yield ""
    if "unanswerable" in values:
        yield _refusals(values["unanswerable"])
    yield _latency(values["latency_ms"])
    for comparison in values["comparisons"]:
        yield ""
        yield _comparison(comparison)
        yield from _changed(comparison)


def neighbours_tables(values: Values) -> Iterator[RenderableType]:
    """Return what `--json` holds of an evaluation of recommendations."""
    seeds = counted(values["queries"], "seed")
    yield Text(
        f"{values['dataset']}: {seeds} over {counted(values['documents'], 'document')}\n", "bold"
    )
    yield _quality({**values, "kinds": {}})
    yield ""
    yield _lists(values["lists"])
    yield _latency(values["latency_ms"])


def _lists(found: Values) -> Table:
    headings = [f"first {found['length']}", "diversity", "coverage", "other language"]
    table = _table(headings)
    diversity = "unknown" if found["diversity"] is None else f"{found['diversity']:.4f}"
    shares = (f"{found[name]:.1%}" for name in ("coverage", "across_languages"))
    table.add_row("", diversity, *shares)
    return table


def _quality(values: Values) -> Table:
    names = list(values["metrics"])
    table = _table(["", *names, _COUNT])
    _row(table, "all", {**values["metrics"], _COUNT: values["queries"]}, names)
    if "pages" in values:
        _row(table, "pages", values["pages"], names)
    for section in ("directions", "kinds"):
        table.add_section()
        for name, measured in values[section].items():
            _row(table, name.replace(">", "→"), measured, names)
    return table


def _row(table: Table, name: str, measured: Values, names: Sequence[str]) -> None:
    table.add_row(name, *(f"{measured[each]:.4f}" for each in names), f"{measured[_COUNT]:,}")


def _refusals(found: Values) -> Table:
    table = _table(["unanswerable", "refused", "false refusals", "AUC", "cut-off"])
    table.add_row(
        f"{found['queries']:,}",
        f"{found['refused']:.1%}",
        f"{found['false_refusals']:.1%}",
        f"{found['auc']:.4f}",
        f"{found['cut_off']:.2f}",
    )
    return table


def _latency(found: Values) -> Table:
    table = _table(["latency", "p50", "p95", "p99"])
    shown = (f"{found[name]:.0f} ms" for name in ("p50", "p95", "p99"))
    table.add_row(counted(found["n"], "search", "searches"), *shown)
    return table


def _comparison(found: Values) -> Table:
    table = _table([f"beside {found['run']}", "ours", "theirs", "difference", "p (Holm)"])
    for name, each in found["metrics"].items():
        style = "bold" if each["p_corrected"] < _SIGNIFICANT else "dim"
        table.add_row(
            name,
            f"{each['ours']:.4f}",
            f"{each['theirs']:.4f}",
            Text(f"{each['difference']:+.4f}", style),
            f"{each['p_corrected']:.4f}",
        )
    return table


def _changed(found: Values) -> Iterator[RenderableType]:
    for each in found["changed"][:_CHANGED_SHOWN]:
        yield Text(
            f"  {each['difference']:+.3f}  {each['text']}", overflow="ellipsis", no_wrap=True
        )


def _table(headings: Sequence[str]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    return table
