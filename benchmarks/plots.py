"""Plots as SVG: points that are joined and labelled, on a white ground, legible in any theme."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise, product

_COLOURS = ("#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#17becf", "#bcbd22", "#ff7f0e")
_STRESSED = "#d62728"
_WIDTH, _HEIGHT = 460, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 62, 56, 18, 46
_LETTER, _LINE = 6.6, 14
_GAP = 8
_LINES_AWAY = (0.0, -0.5, 0.5, -1.0, 1.0, -1.5, 1.5, -2.0, 2.0)
_ON_A_LINE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_MIDDLE = 'text-anchor="middle"'
_SURE = 1e-4

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def logarithmic(value: float) -> float:
    """Return the place of a value above 0 where each tenfold is a step."""
    return math.log10(value)


def nines(value: float) -> float:
    """Return the place of a share where each nine more is a step, as far as 0.9999."""
    return -math.log10(1 - value + _SURE)


def round_numbers(values: Iterable[float]) -> tuple[float, ...]:
    """Return 1, 2 or 5 times powers of ten around these values, which are above 0."""
    there = sorted(values)
    powers = range(math.floor(math.log10(there[0])), math.ceil(math.log10(there[-1])) + 1)
    numbers = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    first = max(each for each in numbers if each <= there[0])
    last = min((each for each in numbers if each >= there[-1]), default=numbers[-1])
    return tuple(each for each in numbers if first <= each <= last)


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first tick to the last; `place` is where a value lies among them."""

    label: str
    ticks: Sequence[float]
    place: Callable[[float], float]

    def at(self, value: float) -> float:
        """Return how far along the value lies, from 0 to 1."""
        first, last = self.place(self.ticks[0]), self.place(self.ticks[-1])
        return min(1.0, max(0.0, (self.place(value) - first) / ((last - first) or 1.0)))


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one name, in the order in which they are joined."""

    name: str
    points: Sequence[Point]
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot beside others."""

    title: str
    across: Axis
    up: Axis
    series: Sequence[Series]

    def place(self, point: Point) -> Point:
        """Return where the point is drawn."""
        x = _LEFT + self.across.at(point[0]) * (_WIDTH - _LEFT - _RIGHT)
        y = _HEIGHT - _BOTTOM - self.up.at(point[1]) * (_HEIGHT - _TOP - _BOTTOM)
        return round(x, 1), round(y, 1)


def drawn(title: str, panels: Sequence[Panel]) -> str:
    """Return the panels side by side; a name has one colour in all of them."""
    names = [each.name for panel in panels for each in panel.series if not each.stressed]
    colours = {
        name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(dict.fromkeys(names))
    }
    width = _WIDTH * len(panels)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{_HEIGHT}" rx="6" fill="#fff"/>',
        _text((_LEFT, 20), title, 'font-weight="600" font-size="14"'),
    ]
    for number, panel in enumerate(panels):
        lines.append(f'<g transform="translate({number * _WIDTH} 0)">')
        lines += [*_frame(panel), *_curves(panel, colours), *_labels(panel, colours), "</g>"]
    return "\n".join([*lines, "</svg>", ""])


def _frame(panel: Panel) -> Iterator[str]:
    left, bottom = _LEFT, _HEIGHT - _BOTTOM
    yield _text((left, 42), panel.title, 'font-weight="600"')
    for tick in panel.across.ticks:
        x, _ = panel.place((tick, panel.up.ticks[0]))
        yield f'<path d="M{x} {_TOP}V{bottom}" stroke="#e4e4e4"/>'
        yield _text((x, bottom + 16), f"{tick:g}", 'text-anchor="middle"')
    for tick in panel.up.ticks:
        _, y = panel.place((panel.across.ticks[0], tick))
        yield f'<path d="M{left} {y}H{_WIDTH - _RIGHT}" stroke="#e4e4e4"/>'
        yield _text((left - 6, y + 4), f"{tick:,g}", 'text-anchor="end"')
    middle = (_TOP + bottom) / 2
    yield _text(((left + _WIDTH - _RIGHT) / 2, _HEIGHT - 10), panel.across.label, _MIDDLE)
    yield _text((14, middle), panel.up.label, f'{_MIDDLE} transform="rotate(-90 14 {middle})"')


def _curves(panel: Panel, colours: dict[str, str]) -> Iterator[str]:
    for series in panel.series:
        colour = _STRESSED if series.stressed else colours[series.name]
        places = [panel.place(point) for point in series.points]
        width, radius = (3, 5) if series.stressed else (1.5, 3.5)
        if len(places) > 1:
            path = "L".join(f"{x} {y}" for x, y in places)
            yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        for x, y in places:
            yield f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'


def _labels(panel: Panel, colours: dict[str, str]) -> Iterator[str]:
    """Return each name beside a point of its own, the stressed one first, covering little else."""
    places = {each.name: [panel.place(point) for point in each.points] for each in panel.series}
    taken = [
        (x - 4, y - 4, x + 4, y + 4)
        for points in places.values()
        for x, y in (*points, *_between(points))
    ]
    for series in sorted(panel.series, key=lambda each: not each.stressed):
        boxes = _boxes(series.name, places[series.name])
        anchor, box = min(boxes, key=lambda each: _covered(each[1], taken))
        taken.append(box)
        colour = _STRESSED if series.stressed else colours[series.name]
        weight = "700" if series.stressed else "500"
        style = f'text-anchor="{anchor}" fill="{colour}" font-weight="{weight}"'
        yield _text((box[0] if anchor == "start" else box[2], box[3] - 3), series.name, style)


def _between(points: Sequence[Point]) -> Iterator[Point]:
    """Return places on the lines that join the points."""
    for (x, y), (next_x, next_y) in pairwise(points):
        for share in _ON_A_LINE:
            yield x + (next_x - x) * share, y + (next_y - y) * share


def _boxes(name: str, points: Sequence[Point]) -> Iterator[tuple[str, Box]]:
    """Return where the name may stand, the nearest first, and which end of it is at the point."""
    width = len(name) * _LETTER
    for lines, anchor, (x, y) in product(_LINES_AWAY, ("start", "end"), points):
        left = x + _GAP if anchor == "start" else x - _GAP - width
        top = y + (lines - 0.5) * _LINE
        yield anchor, (round(left, 1), round(top, 1), round(left + width, 1), round(top + _LINE, 1))


def _covered(box: Box, taken: Sequence[Box]) -> float:
    """Return the area that the box shares with others, and a large one if it leaves the panel."""
    shared = sum(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in taken
    )
    inside = box[0] >= _LEFT and box[2] <= _WIDTH and box[1] >= _TOP - _LINE
    return shared if inside and box[3] <= _HEIGHT - _BOTTOM else _WIDTH * _HEIGHT


def _text(place: Point, text: str, style: str) -> str:
    return f'<text x="{place[0]:g}" y="{place[1]:g}" {style}>{escape(text)}</text>'
