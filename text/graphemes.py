"""Which characters do people see in a text, and how many columns does it take?

A grapheme is what people take for one character: a letter with its accents, a family of emoji.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

import wcwidth


def edges(text: str) -> Sequence[int]:
    """Return where each grapheme of the text begins, and at last where the text ends."""
    if text.isascii() and "\r" not in text:
        return range(len(text) + 1)
    lengths = (len(grapheme) for grapheme in wcwidth.iter_graphemes(text))
    return list(accumulate(lengths, initial=0))


def widths(text: str, places: Sequence[int]) -> list[int]:
    """Return the columns from the start of the text to each of its edges."""
    if text.isascii() and text.isprintable():
        return list(places)
    each = (_width_of_one(text[start:end]) for start, end in pairwise(places))
    return list(accumulate(each, initial=0))


@lru_cache(maxsize=16384)
def _width_of_one(grapheme: str) -> int:
    return width(grapheme)


def width(text: str) -> int:
    """Return the columns that the text takes: a Han character two, control characters none."""
    return wcwidth.width(text, control_codes="ignore")
