"""What was found out about engines for vectors, as tables and as points to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.peers.vectors.contract import SHARES, Answered, Asked
from benchmarks.plots import Axis, Panel, Point, Series, logarithmic, nines, round_numbers
from benchmarks.tables import head, line

_TARGETS = ((1.0, 0.9), (1.0, 0.95), (1.0, 0.99), (0.1, 0.99), (0.01, 0.99), (0.001, 0.99))
_DRAWN_FROM = 0.95
_NEVER = "–"
_COSTS = ("build, s", "disk", "memory", "with mapped", "open, s")
_ANSWERS = ("p50, p99 ms", "recall@10", "of 10 %: p50, recall", "of 1 %", "of 0.1 %")


@dataclass(frozen=True, slots=True)
class Measured:
    """An engine with so many vectors: seconds to build, bytes on disk, and what asking showed."""

    name: str
    vectors: int
    building: float
    disk: int
    asked: Asked

    def costs(self) -> tuple[float, ...]:
        """Return what it costs however it is asked: `_COSTS`, in bytes a vector or seconds."""
        own, mapped = self.asked.own, self.asked.mapped
        sizes = (each / self.vectors for each in (self.disk, own, own + mapped))
        return (self.building, *sizes, self.asked.opening)

    def answers(self, share: float) -> list[Answered]:
        """Return how it answered where a filter keeps that share, the usual effort first."""
        return [each for each in self.asked.answers if each.share == share]

    def fastest(self, share: float, recall: float) -> Answered | None:
        """Return the fastest answers that find so much, None where it never does."""
        enough = [each for each in self.answers(share) if each.recall >= recall]
        return min(enough, key=lambda each: each.p50, default=None)


def table(found: Sequence[Measured], ours: str) -> str:
    """Return a row for each effort of each engine, which says in what it is ahead of ours."""
    own = next((each for each in found if each.name == ours), None)
    columns = ("", "effort", *_COSTS, *_ANSWERS, f"ahead of {ours} in")
    lines = head(columns)
    for engine in found:
        for answer in engine.answers(1.0):
            first = answer.effort == engine.answers(1.0)[0].effort
            at_effort = [each for each in engine.asked.answers if each.effort == answer.effort]
            ahead = []
            if own is not None and engine is not own:
                ahead = (costs_ahead(engine, own) if first else []) + answers_ahead(at_effort, own)
            cells = [
                engine.name if first else "",
                f"{answer.effort}" if answer.effort else "",
                *(_costs(engine) if first else [""] * len(_COSTS)),
                *_answers(at_effort),
                ", ".join(ahead),
            ]
            lines.append(line(cells))
    return "\n".join(lines)


def _costs(engine: Measured) -> list[str]:
    building, *sizes, opening = engine.costs()
    return [f"{building:,.1f}", *(f"{each:,.0f}" for each in sizes), f"{opening:.2f}"]


def _answers(at_effort: Sequence[Answered]) -> list[str]:
    by_share = {each.share: each for each in at_effort}
    plain = by_share[1.0]
    filtered = (by_share.get(share) for share in SHARES[1:])
    return [
        f"{plain.p50:.2f}, {plain.p99:.1f}",
        f"{plain.recall:.4f}",
        *(f"{each.p50:.2f}, {each.recall:.4f}" if each else "no filter" for each in filtered),
    ]


def costs_ahead(engine: Measured, ours: Measured) -> list[str]:
    """Return what costs less than with ours."""
    pairs = zip(_COSTS, engine.costs(), ours.costs(), strict=True)
    return [name.split(",")[0] for name, theirs, own in pairs if theirs < own]


def answers_ahead(answers: Sequence[Answered], ours: Measured) -> list[str]:
    """Return for which shares ours, at whichever effort, is not as good.

    "Latency" where ours finds as much later, "recall" where ours never finds as much.
    """
    ahead = []
    for each in answers:
        of_share = "" if each.share == 1 else f" of {each.share * 100:g} %"
        fastest = ours.fastest(each.share, each.recall)
        if fastest is None:
            ahead.append(f"recall{of_share}")
        elif fastest.p50 > each.p50:
            ahead.append(f"latency{of_share}")
    return ahead


def at_equal_recall(found: Sequence[Measured], ours: str) -> str:
    """Return the p50 at which each engine finds so much, and how far ours is ahead."""
    heads = [
        f"{recall:g} of {'all' if share == 1 else f'{share * 100:g} %'}"
        for share, recall in _TARGETS
    ]
    lines = head(["p50 ms at recall", *heads])
    times = {engine.name: _times(engine) for engine in found}
    best = [min(filter(None, each), default=None) for each in zip(*times.values(), strict=True)]
    for name, own in times.items():
        cells = [
            _NEVER if each is None else f"**{each:.2f}**" if each == least else f"{each:.2f}"
            for each, least in zip(own, best, strict=True)
        ]
        lines.append(line([name, *cells]))
    if ours in times and len(times) > 1:
        others = zip(*(each for name, each in times.items() if name != ours), strict=True)
        ratios = (_ratio(own, each) for own, each in zip(times[ours], others, strict=True))
        lines.append(line([f"{ours} beside the fastest other", *ratios]))
    return "\n".join(lines)


def _times(engine: Measured) -> list[float | None]:
    fastest = (engine.fastest(share, recall) for share, recall in _TARGETS)
    return [each.p50 if each is not None else None for each in fastest]


def _ratio(own: float | None, others: Sequence[float | None]) -> str:
    least = min(filter(None, others), default=None)
    if own is None:
        return "BEHIND" if least is not None else _NEVER
    if least is None:
        return "alone"
    return f"{least / own:.1f} times as fast" if own <= least else f"BEHIND {own / least:.1f} times"


def panels(found: Sequence[Measured], ours: str) -> list[Panel]:
    """Return recall against latency, and memory against latency where recall is 0.95 at least.

    Memory is drawn without what is mapped from files, and with it.
    """
    curves = [_series(each, ours, _recalls(each)) for each in found]
    heights = [_series(each, ours, _sizes(each)) for each in found if _sizes(each)]
    answers = [each for engine in found for each in engine.answers(1.0)]
    latency = Axis("p50, ms", round_numbers(each.p50 for each in answers), logarithmic)
    recall = Axis("recall@10", (0.7, 0.9, 0.99, 0.999, 1.0), nines)
    sizes = round_numbers(size for each in heights for _, size in each.points)
    memory = Axis("bytes a vector, without and with mapped files", sizes, logarithmic)
    title = f"Memory and latency at recall {_DRAWN_FROM}: best at the lower left"
    return [
        Panel("Recall and latency: best at the upper left", latency, recall, curves),
        Panel(title, latency, memory, heights),
    ]


def _series(engine: Measured, ours: str, points: Sequence[Point]) -> Series:
    return Series(engine.name, points, stressed=engine.name == ours)


def _recalls(engine: Measured) -> list[Point]:
    by_effort = sorted(engine.answers(1.0), key=lambda each: each.effort)
    return [(each.p50, each.recall) for each in by_effort]


def _sizes(engine: Measured) -> list[Point]:
    fastest = engine.fastest(1.0, _DRAWN_FROM)
    _, _, own, mapped_too, _ = engine.costs()
    return [(fastest.p50, max(1.0, size)) for size in (own, mapped_too)] if fastest else []
