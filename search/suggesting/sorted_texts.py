"""Texts in order, close together in memory: which begin like this one?"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Range = tuple[int, int]

_NUMBERED = b"\0"
"""Stands between a text and its number while both are sorted: no other character is before it."""

_WIDTH = 4
_TAIL = len(_NUMBERED) + _WIDTH
_AFTER_ALL = b"\xff"
"""No text has this byte in UTF-8, and none comes after it."""


class SortedTexts:
    """Texts in the order of their code points, each with a number; one may be there repeatedly."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        ordered = [text.encode() + _NUMBERED + number.to_bytes(_WIDTH) for text, number in pairs]
        ordered.sort()
        self._bytes = b"".join(each[:-_TAIL] for each in ordered)
        self._ends = array("Q", accumulate((len(each) - _TAIL for each in ordered), initial=0))
        numbers = b"".join(each[-_WIDTH:] for each in ordered)
        self.numbers: Numbers = np.frombuffer(numbers, ">u4").astype(np.int32)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> bytes:
        return self._bytes[self._ends[place] : self._ends[place + 1]]

    def beginning_with(self, prefix: str, within: Range | None = None) -> Range:
        """Return the range of the texts that begin with the prefix, looked for in that range."""
        first, end = within or (0, len(self))
        start = prefix.encode()
        first = bisect_left(self, start, first, end)
        return first, bisect_left(self, start + _AFTER_ALL, first, end)

    def beginning_nearly_with(self, prefix: str) -> Iterator[Range]:
        """Return the ranges of the texts that begin with the prefix after one edit of it.

        A letter is wrong, missing or too much, or two have changed places; digits and the first
        letter are right.
        """
        around: Range = (0, len(self))
        for place in range(1, len(prefix)):
            before, rest = prefix[:place], prefix[place:]
            around = self.beginning_with(before, around)
            if around[0] == around[1]:
                return
            meant = [letter + rest for letter in self._letters_after(before, around)]
            if not rest[0].isdigit():
                meant += [rest[1:], *(letter[0] + rest[1:] for letter in meant)]
                meant += [rest[1] + rest[0] + rest[2:]] if rest[1:2].isalpha() else []
            yield from (self.beginning_with(before + each, around) for each in meant)

    def _letters_after(self, prefix: str, around: Range) -> Iterator[str]:
        """Return the ASCII letters, or a space, that follow the prefix in texts of this range."""
        place, end = around
        length = len(prefix.encode())
        while place < end:
            following = self[place][length : length + 1]
            if following and not following.isascii():
                return
            if following.isalpha() or following == b" ":
                yield following.decode()
            others = following + _AFTER_ALL if following else b"\0"
            place = bisect_left(self, prefix.encode() + others, place + 1, end)
