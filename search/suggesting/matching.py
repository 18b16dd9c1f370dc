"""How much of a text does that stand for which was typed: Han, pinyin, initials, or all of them?"""

from collections.abc import Sequence
from functools import cache

from search.suggesting.readings import Readings

Unit = tuple[str, Readings]
"""A character of a spelling, and the ways to read it."""


def reach(typed: str, units: Sequence[Unit]) -> int | None:
    """Return how many of the first units were typed, None if these were not.

    Each character is typed as itself, as one of its readings or by the first letter of one; the
    last reading may have been begun only. `typed` is folded and has no spaces.
    """

    @cache
    def after(at: int, unit: int) -> int | None:
        if at == len(typed):
            return unit
        if unit == len(units):
            return None
        character, ways = units[unit]
        rest = typed[at:]
        if any(way.startswith(rest) for way in ways):
            return unit + 1
        steps = [len(way) for way in (character, *ways) if rest.startswith(way)]
        steps += [1 for way in ways if way[0] == rest[0]]
        ends = (after(at + step, unit + 1) for step in dict.fromkeys(steps))
        return next((end for end in ends if end is not None), None)

    return after(0, 0)
