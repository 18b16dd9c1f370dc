"""How is a text shown so that all of it can be read, and none of it does harm?"""

import re
from bisect import bisect_left

_UNSEEN = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x9f"
_NOISE = rf"[\s\ue000-\uf8ff\ufffd{_UNSEEN}]"
_HARMFUL = re.compile(f"[{_UNSEEN}]+")
_UNTIDY = re.compile(rf"{_NOISE}{{2,}}|(?! ){_NOISE}")


def harmless(text: str) -> str:
    """Return the text without control characters, also those that turn its direction."""
    return _HARMFUL.sub("", text)


def plain(text: str) -> str:
    """Return the text harmless and on one line, a space for white space and what shows as a box."""
    return _UNTIDY.sub(_tidied, text)


class Plain:
    """A text made plain, and where the places of the original come to lie in it."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._lost = [0]
        parts, end = [], 0
        for run in _UNTIDY.finditer(original):
            tidied = _tidied(run)
            self._starts.append(run.start())
            self._ends.append(run.end())
            self._lost.append(self._lost[-1] + len(run.group()) - len(tidied))
            parts += [original[end : run.start()], tidied]
            end = run.end()
        self.text = "".join([*parts, original[end:]])

    def place(self, at: int) -> int:
        """Return how long the text up to that place is, made plain."""
        begun = bisect_left(self._starts, at)
        if not begun or self._ends[begun - 1] <= at:
            return at - self._lost[begun]
        start = self._starts[begun - 1]
        return start - self._lost[begun - 1] + len(plain(self._original[start:at]))


def _tidied(run: re.Match[str]) -> str:
    return " " if harmless(run.group()) else ""
