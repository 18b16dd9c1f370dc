"""The texts that documents have in one field, as columns: equal ones share a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from text.dates import days_of
from text.folding import fold

Rows = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]

ID = "id"
_DAY = 10
_SPARE = 1000
"""A vocabulary may hold so many texts that no document has any more, besides as many as it has."""


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts that documents have in one field: a row and a code for each, ascending by row.

    Texts that fold alike have one code. By code, `spellings` has the one that came first, and the
    keys of `codes_of` what it folds to.
    """

    rows: Rows
    codes: Codes
    spellings: tuple[str, ...]
    codes_of: Mapping[str, int]

    @cached_property
    def ranks(self) -> Rows:
        """The place of each code in the order of the folded texts."""
        return np.argsort([self.codes_of[each] for each in self.in_order])

    @cached_property
    def in_order(self) -> list[str]:
        """The folded texts in their order."""
        return sorted(self.codes_of)

    @cached_property
    def days(self) -> Floats:
        """The first day of each code that is a date, maybe with a time behind it; else NaN."""
        return np.array([_first_day(each) for each in self.codes_of], np.float64)


def likeness(name: str, text: str) -> str:
    """Return what two texts of that field have in common where they count as one.

    Ids that differ in case are two.
    """
    return text if name == ID else fold(text).text


class _Codes(dict[str, int]):
    """The code of each text of one field, a new one where it folds like none before."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.spellings: list[str] = []
        self.codes_of: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        code = self.codes_of.setdefault(likeness(self._name, text), len(self.spellings))
        if code == len(self.spellings):
            self.spellings.append(text)
        self[text] = code
        return code


class TextReading:
    """The texts of one field while they are read."""

    def __init__(self, name: str) -> None:
        self._known = _Codes(name)
        self._rows: list[int] = []
        self._codes: list[int] = []

    def add(self, start: int, values: list[Any], kinds: set[type]) -> None:
        """Take what the documents from this row on have in the field: values of these kinds."""
        if kinds == {str}:
            self._rows.extend(range(start, start + len(values)))
            self._codes.extend(map(self._known.__getitem__, values))
            return
        for row, value in enumerate(values, start):
            if type(value) is str:
                self._rows.append(row)
                self._codes.append(self._known[value])
            elif type(value) is bool:
                self._rows.append(row)
                self._codes.append(self._known["true" if value else "false"])
            elif type(value) is list:
                codes = dict.fromkeys(self._known[each] for each in value)
                self._rows.extend([row] * len(codes))
                self._codes.extend(codes)

    def texts(self) -> Texts:
        """Return what was read."""
        rows, codes = np.array(self._rows, np.int64), np.array(self._codes, np.int32)
        return Texts(rows, codes, tuple(self._known.spellings), self._known.codes_of)


def merged(before: tuple[Texts, Rows], changed: tuple[Texts, Rows]) -> Texts:
    """Return the texts of both; each comes with the rows that its rows become, -1 for none."""
    (known, known_places), (added, added_places) = before, changed
    codes_of, spellings = known.codes_of, known.spellings
    new = [each for each in added.codes_of if each not in codes_of]
    if new:
        codes_of = {**codes_of, **{each: number for number, each in enumerate(new, len(codes_of))}}
        spellings += tuple(added.spellings[added.codes_of[each]] for each in new)
    added_codes = np.array([codes_of[each] for each in added.codes_of], np.int32)
    places = known_places[known.rows]
    kept = places >= 0
    rows = np.concatenate([places[kept], added_places[added.rows]])
    codes = np.concatenate([known.codes[kept], added_codes[added.codes]])
    order = np.argsort(rows, kind="stable")
    return _without_spare(Texts(rows[order], codes[order], spellings, codes_of))


def _without_spare(texts: Texts) -> Texts:
    """Return the texts without the vocabulary that no document uses, where that is most of it."""
    if len(texts.spellings) <= 2 * len(texts.codes) + _SPARE:
        return texts
    used, codes = np.unique(texts.codes, return_inverse=True)
    folded = list(texts.codes_of)
    return Texts(
        texts.rows,
        codes.astype(np.int32),
        tuple(texts.spellings[code] for code in used.tolist()),
        {folded[code]: number for number, code in enumerate(used.tolist())},
    )


def _first_day(text: str) -> float:
    day = text[:_DAY] if text[_DAY : _DAY + 1] in ("t", " ") else text
    try:
        return days_of(day)[0]
    except ValueError:
        return np.nan


NO_TEXTS = Texts(np.empty(0, np.int64), np.empty(0, np.int32), (), {})
