"""Where on a page does a text stand? Boxes around it, line by line, as shares of the page.

The text of a passage is that of its page but for what the reader of PDFs mended: lines joined,
hyphens taken out, page numbers dropped. Letters and digits are in both, in the same order.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from api.pictures.jobs import GRID
from text.folding import fold

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_DIGITS = 4
_OVERLAP = 0.5  # of the smaller of two characters that stand in one line
_WIDEST_GAP = 2.0  # between two of them, in heights
_UNEVEN = 1.5  # so much higher than its last character a line may be


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in shares of its width and height, from the top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text, folded, and where in it each of them stands."""

    text: str
    offsets: list[int]

    @classmethod
    def of(cls, text: str) -> "Letters":
        """Return the letters and digits of the text, all else left out."""
        folded = fold(text)
        kept = [at for at, each in enumerate(folded.text) if each.isalnum()]
        spans = folded.spans
        offsets = kept if spans is None else [spans[at][0] for at in kept]
        return cls("".join(folded.text[at] for at in kept), offsets)


class Layout:
    """The characters of a page, and where they stand."""

    def __init__(self, drawn: bytes) -> None:
        found = json.loads(drawn)
        self._text = "".join(found["characters"])
        self._boxes: list[int] = found["boxes"]
        self._width: float = found["width"]
        self._height: float = found["height"]
        self._letters = Letters.of(self._text)

    def places(self, texts: Iterable[Letters]) -> list[int | None]:
        """Return at which letter of the page each of these texts begins, None for nowhere.

        They follow one another on it, as far as that can be.
        """
        places: list[int | None] = []
        reached = 0
        for each in texts:
            found = self._letters.text.find(each.text, reached)
            found = found if found >= 0 else self._letters.text.find(each.text)
            there = bool(each.text) and found >= 0
            places.append(found if there else None)
            reached = found + len(each.text) if there else reached
        return places

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Return a box for each line from the start-th letter of the page to before the end-th."""
        first, last = self._letters.offsets[start], self._letters.offsets[end - 1]
        seen = (self._rectangle(at) for at in range(first, last + 1) if self._text[at].strip())
        whole = (each for each in seen if each[0] < each[2] and each[1] < each[3])
        return tuple(self._box(each) for each in _lines(whole))

    def _rectangle(self, at: int) -> Rectangle:
        """Return where the character stands, in points, so that both directions compare."""
        left, top, right, bottom = self._boxes[4 * at : 4 * at + 4]
        across, down = self._width / GRID, self._height / GRID
        return left * across, top * down, right * across, bottom * down

    def _box(self, rectangle: Rectangle) -> Box:
        left, top, right, bottom = rectangle
        shares = (
            left / self._width,
            top / self._height,
            (right - left) / self._width,
            (bottom - top) / self._height,
        )
        return Box(*(round(each, _DIGITS) for each in shares))


def _lines(characters: Iterable[Rectangle]) -> list[Rectangle]:
    """Join those that follow one another in a line, also one that goes from top to bottom."""
    lines: list[Rectangle] = []
    last: Rectangle | None = None
    for each in characters:
        joined = _around(lines[-1], each) if lines else each
        beside = last is not None and _follows(last, each, joined)
        beneath = last is not None and _follows(_turned(last), _turned(each), _turned(joined))
        if beside or beneath:
            lines[-1] = joined
        else:
            lines.append(each)
        last = each
    return lines


def _follows(last: Rectangle, each: Rectangle, joined: Rectangle) -> bool:
    """Say whether both stand beside each other, and the line stays as high as they are."""
    heights = [last[3] - last[1], each[3] - each[1]]
    overlap = min(last[3], each[3]) - max(last[1], each[1])
    gap = max(each[0] - last[2], last[0] - each[2])
    near = overlap >= _OVERLAP * min(heights) and gap <= _WIDEST_GAP * max(heights)
    return near and joined[3] - joined[1] <= _UNEVEN * max(heights)


def _around(one: Rectangle, other: Rectangle) -> Rectangle:
    starts = (min(one[0], other[0]), min(one[1], other[1]))
    return (*starts, max(one[2], other[2]), max(one[3], other[3]))


def _turned(rectangle: Rectangle) -> Rectangle:
    left, top, right, bottom = rectangle
    return top, left, bottom, right
