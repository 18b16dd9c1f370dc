"""One table of all engines: a column for each direction of each judged set."""

from collections.abc import Mapping
from dataclasses import dataclass

from ir_measures import RR, Measure, nDCG

from benchmarks.tables import head, line
from evaluation.compare import compared
from evaluation.metrics import Measured

MEASURES: tuple[Measure, ...] = (nDCG @ 10, RR @ 10)
_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Column:
    """What is measured: of which set, in which direction, None for all its queries."""

    dataset: str
    measure: Measure
    direction: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, [self.dataset, self.direction, str(self.measure)]))


COLUMNS = (
    Column("cmrc", MEASURES[1], "zh>zh"),
    *(
        Column("d2l", MEASURES[0], f"{asked}>{answered}")
        for asked in ("zh", "en")
        for answered in ("zh", "en", "both")
    ),
    Column("sample", MEASURES[0]),
)

Row = dict[Column, Measured]
"""What one engine reaches in each column."""


def row_of(dataset: str, overall: Measured, directions: Mapping[str, Measured]) -> Row:
    """Return the columns of that set."""
    row = {}
    for column in COLUMNS:
        if column.dataset == dataset:
            found = directions.get(column.direction) if column.direction else overall
            if found is not None:
                row[column] = Measured((column.measure,), found.per_query)
    return row


def table(rows: Mapping[str, Row], ours: str) -> str:
    """Return the rows in Markdown, the best of a column bold, and how far ours is ahead."""
    columns = list(rows[ours])
    best = {column: max(_mean(row[column]) for row in rows.values()) for column in columns}
    lines = head(["", *map(str, columns)])
    for name, row in rows.items():
        means = {column: _mean(row[column]) for column in columns}
        cells = [
            f"**{mean:.3f}**" if mean == best[at] else f"{mean:.3f}" for at, mean in means.items()
        ]
        lines.append(line([name, *cells]))
    peers = {name: row for name, row in rows.items() if name != ours}
    ahead = [
        _ahead(rows[ours][at], {name: row[at] for name, row in peers.items()}) for at in columns
    ]
    return "\n".join([*lines, line([f"{ours} ahead of the best peer by", *ahead])])


def _ahead(ours: Measured, peers: Mapping[str, Measured]) -> str:
    """Return the difference to the best peer, and its p where that may be chance."""
    best = max(compared(ours, peers), key=lambda each: _mean(each.theirs))
    (found,) = best.differences.values()
    by_chance = f", p {found.p_corrected:.2f}" if found.p_corrected > _CHANCE else ""
    behind = "BEHIND " if found.difference < 0 else ""
    return f"{behind}{found.difference:+.3f}{by_chance}"


def _mean(measured: Measured) -> float:
    (mean,) = measured.means().values()
    return mean
