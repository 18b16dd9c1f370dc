"""What `benchmarks.scale` measured at each size, as a table and as plots."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.plots import Axis, Panel, Point, Series, logarithmic, nines, round_numbers
from benchmarks.tables import line

SHARES = (1.0, 0.1, 0.01, 0.001)
"""Of so many passages, by a filter, the nearest are asked for."""

HEADER = (
    "passages",
    "codes made, s",
    "opened, s",
    "resident, MB",
    "memory, bytes a passage",
    "mapped",
    "columns",
    "ten nearest: p50, p99 ms",
    "recall@10",
    "recall@1,000",
    "of 10 %: p50, recall",
    "of 1 %",
    "of 0.1 %",
    "share of a search: p50, p99 ms",
)
_OF = ("ten nearest", "of 10 %", "of 1 %", "of 0.1 %")


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of half of the questions at most, and of 99 in 100."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, bytes (`memory`, `mapped` and `columns` those of one passage), times and recall.

    `nearest` and `recalls` have one for each of `SHARES`.
    """

    passages: int
    made: float
    opened: float
    resident: int
    memory: float
    mapped: float
    columns: float
    nearest: tuple[Latency, ...]
    recalls: tuple[float, ...]
    deep_recall: float
    share_of_a_search: Latency

    def row(self) -> str:
        """Return the row of the table."""
        filtered = zip(self.nearest[1:], self.recalls[1:], strict=True)
        return line(
            [
                f"{self.passages:,}",
                f"{self.made:.0f}",
                f"{self.opened:.1f}",
                f"{self.resident / 1e6:,.0f}",
                f"{self.memory:,.0f}",
                f"{self.mapped:.0f}",
                f"{self.columns:.0f}",
                f"{self.nearest[0].p50:.2f}, {self.nearest[0].p99:.1f}",
                f"{self.recalls[0]:.4f}",
                f"{self.deep_recall:.3f}",
                *(f"{latency.p50:.2f}, {recall:.4f}" for latency, recall in filtered),
                f"{self.share_of_a_search.p50:.2f}, {self.share_of_a_search.p99:.1f}",
            ]
        )


def panels(found: Sequence[Figures]) -> list[Panel]:
    """Return how latency and recall change as libraries grow."""
    sizes = [each.passages / 1000 for each in found]
    times = [[each.nearest[at].p50 for each in found] for at in range(len(SHARES))]
    recalls = [[each.recalls[at] for each in found] for at in range(len(SHARES))]
    shares = [each.share_of_a_search.p50 for each in found]
    milliseconds = round_numbers(value for each in [shares, *times] for value in each)
    across = Axis("thousand passages", sizes, logarithmic)
    return [
        Panel(
            "What a search does with vectors",
            across,
            Axis("p50, ms", milliseconds, logarithmic),
            [
                Series("share of a search", _joined(sizes, shares), stressed=True),
                *map(Series, _OF, (_joined(sizes, each) for each in times)),
            ],
        ),
        Panel(
            "What it finds",
            across,
            Axis("recall@10", (0.9, 0.99, 0.999, 1), nines),
            list(map(Series, _OF, (_joined(sizes, each) for each in recalls))),
        ),
    ]


def _joined(sizes: Sequence[float], values: Sequence[float]) -> list[Point]:
    return list(zip(sizes, values, strict=True))
