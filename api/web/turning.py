"""The numbers below a list, and which of them the address asks for."""

import re
from dataclasses import dataclass
from itertools import pairwise

from fastapi import Request

from api.web.rendering import same_page

_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Turning:
    """The numbers below a list: each with its address, None for a gap; and those beside this."""

    number: int
    links: list[tuple[int, str] | None]
    previous: str | None
    next: str | None


def turning(request: Request, number: int, last: int) -> Turning:
    """Return the first, the last, and two on each side of this one."""
    near = [each for each in range(number - 2, number + 3) if 1 < each < last]
    shown = sorted({1, *near, last}) if last > 1 else []
    links: list[tuple[int, str] | None] = []
    for before, each in pairwise([0, *shown]):
        links += [None] if each > before + 1 else []
        links.append((each, same_page(request, "page", each)))
    return Turning(
        number,
        links,
        same_page(request, "page", number - 1) if 1 < number <= last else None,
        same_page(request, "page", number + 1) if number < last else None,
    )


def asked_page(text: str | None, most: int) -> int:
    """Return the page number that the address asks for, the nearest one that there can be."""
    return min(max(int(text), 1), most) if text and _NUMBER.fullmatch(text) else 1
