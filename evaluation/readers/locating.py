"""Where in a JSON file does an object begin? Asked only when something is wrong with it."""

import json
from collections.abc import Callable, Sequence
from json import scanner
from typing import Any


def line_of(content: str, way: Sequence[str | int]) -> int:
    """Return the line at which the innermost object on the way begins."""
    decoder = _Locating()
    value = decoder.decode(content)
    start = decoder.starts[id(value)]
    for step in way:
        value = value[step]
        start = decoder.starts.get(id(value), start)
    return content.count("\n", 0, start) + 1


class _Locating(json.JSONDecoder):
    """Notes at which character each object began, which the faster decoder does not tell."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: dict[int, int] = {}
        parse_object: Callable[..., tuple[Any, int]] = self.parse_object  # type: ignore[has-type]

        def noted(text_and_start: tuple[str, int], *rest: Any) -> tuple[Any, int]:
            found, end = parse_object(text_and_start, *rest)
            self.starts[id(found)] = text_and_start[1]
            return found, end

        self.parse_object = noted
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]
