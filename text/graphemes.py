"""Which characters do people see in a text, and how many columns does it take?

A grapheme is what people take for one character: a letter with its accents, a family of emoji.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

import wcwidth

_NEVER_JOINED = re.compile(
    "[\t\n\x20-\u02ff\u0370-\u0482\u1e00-\u200a\u2010-\u20cf\u2100-\u27bf\u2e80-\u3029"
    "\u3030-\u3098\u309b-\ua48f\uac00-\ud7a3\ue000-\ufaff\ufe30-\uff9d\uffa0-\uffef]*"
)
"""Characters that are graphemes of their own beside each other: those of most texts."""


def edges(text: str) -> Sequence[int]:
    """Return where each grapheme of the text begins, and at last where the text ends."""
    if _NEVER_JOINED.fullmatch(text):
        return range(len(text) + 1)
    lengths = (len(grapheme) for grapheme in wcwidth.iter_graphemes(text))
    return list(accumulate(lengths, initial=0))


def widths(text: str, places: Sequence[int]) -> list[int]:
    """Return the columns from the start of the text to each of its edges."""
    if text.isascii() and text.isprintable():
        return list(places)
    each: Iterable[str] = text
    if len(places) <= len(text):
        each = (text[start:end] for start, end in pairwise(places))
    return list(accumulate(map(_width_of_one, each), initial=0))


@lru_cache(maxsize=16384)
def _width_of_one(grapheme: str) -> int:
    return width(grapheme)


def width(text: str) -> int:
    """Return the columns that the text takes: a Han character two, control characters none."""
    if len(text) > 1 and _NEVER_JOINED.fullmatch(text):
        return sum(map(_width_of_one, text))
    return wcwidth.width(text, control_codes="ignore")
