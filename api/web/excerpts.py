"""I have a passage and its marks: which stretch of it fits on the page, cut where?"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from search.answer import Highlight

COLUMNS = 320
"""Width of an excerpt: 160 Han characters or 320 Latin letters."""

_LEAD = 5  # a fifth of the excerpt stands before the first mark
_LONGEST_STEP = 24  # to the nearest end of a word
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x9f]")
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that is marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a passage, and whether something was cut away before and after."""

    segments: tuple[Segment, ...]
    cut_before: bool
    cut_after: bool


def excerpt(text: str, highlights: Sequence[Highlight], columns: int = COLUMNS) -> Excerpt:
    """Return about so many columns of the text around its first marks, whole graphemes only."""
    start, end = _window(text, highlights[0].start if highlights else 0, columns)
    return Excerpt(tuple(_segments(text, highlights, start, end)), start > 0, end < len(text))


def plain(text: str) -> str:
    """Return the text without what could turn its direction or shows as a box."""
    return _UNREADABLE.sub(" ", _INVISIBLE.sub("", text))


def shorten(text: str, columns: int) -> str:
    """Return the text in at most so many columns, `…` where it was cut."""
    _, end = _window(text, 0, columns)
    return text if end == len(text) else f"{text[:end].rstrip()}…"


def _window(text: str, first_mark: int, columns: int) -> tuple[int, int]:
    widths = [_width(character) for character in text]
    if sum(widths) <= columns:
        return 0, len(text)
    start, room = first_mark, columns // _LEAD
    while start > 0 and room >= widths[start - 1]:
        start -= 1
        room -= widths[start]
    end, room = start, columns
    while end < len(text) and room >= widths[end]:
        room -= widths[end]
        end += 1
    while start > 0 and room >= widths[start - 1]:  # the text ended before the room did
        start -= 1
        room -= widths[start]
    before = range(start, first_mark + 1)
    return _cut(text, before, start), _cut(text, range(end, start, -1), end)


def _cut(text: str, places: range, otherwise: int) -> int:
    """Return the first of the places that parts no word, or at least no grapheme."""
    graphemes = (at for at in places if not _joined(text, at))
    near = places[:_LONGEST_STEP]
    words = (at for at in near if not (_joined(text, at) or _inside_word(text, at)))
    return next(chain(words, graphemes), otherwise)


def _inside_word(text: str, at: int) -> bool:
    """Say whether no space and no wide character is beside the cut."""
    beside = text[at - 1 : at + 1]
    return 0 < at < len(text) and all(not each.isspace() and _width(each) < 2 for each in beside)


def _joined(text: str, at: int) -> bool:
    """Say whether the characters on both sides of a cut are one grapheme."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    extends = unicodedata.category(after) in {"Mn", "Mc", "Me"} or after == "\u200d"
    modifies = "\U0001f3fb" <= after <= "\U0001f3ff"
    syllable = "\u1160" <= after <= "\u11ff"
    return extends or modifies or syllable or before == "\u200d" or _inside_flag(text, at)


def _inside_flag(text: str, at: int) -> bool:
    """Say whether the cut parts two regional indicators that make one flag."""
    flags = 0
    while flags < at and _is_indicator(text[at - 1 - flags]):
        flags += 1
    return flags % 2 == 1 and _is_indicator(text[at])


def _is_indicator(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _segments(
    text: str, highlights: Sequence[Highlight], start: int, end: int
) -> Iterator[Segment]:
    done = start
    for mark in highlights:
        left, right = max(mark.start, start), min(mark.end, end)
        if left < right:
            if done < left:
                yield Segment(plain(text[done:left]), marked=False)
            yield Segment(plain(text[left:right]), marked=True)
            done = right
    if done < end:
        yield Segment(plain(text[done:end]), marked=False)
