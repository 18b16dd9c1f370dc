"""Which values does a word of a filter stand for? Numbers, sizes such as `10MB`, days, texts."""

import math
import re
from dataclasses import dataclass

from core.errors import InvalidFilter
from search.filtering.tree import Order, Word, shown
from store.derived.fact_texts import ID
from text.dates import days_of
from text.folding import fold

NUMBERS = frozenset({"price", "page_count", "size_bytes"})
DATES = frozenset({"uploaded_at"})
TEXTS = frozenset({ID, "title", "file_type", "language", "tags", "authors", "source"})
FIELDS = (*sorted(NUMBERS), *sorted(DATES), *sorted(TEXTS))

_SIZES = "size_bytes"
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_DIGITS = 3  # 1.1GB is 1100000000 bytes, and not 0.0000002 more
_NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?) ?([kmg]?b)?")


@dataclass(frozen=True, slots=True)
class Span:
    """The values from `least` to `most`, both included."""

    least: float = -math.inf
    most: float = math.inf

    def in_order(self, order: Order) -> "Span":
        """Return the values that stand in that order to all of these."""
        if order == ">":
            return Span(math.nextafter(self.most, math.inf))
        if order == "<":
            return Span(most=math.nextafter(self.least, -math.inf))
        return Span(self.least) if order == ">=" else Span(most=self.most)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for as a number, and as days (1 is 0001-01-01); None where it cannot."""

    numbers: Span | None
    days: Span | None

    def in_order(self, order: Order) -> "Meaning":
        """Return the numbers and days that stand in that order to these."""
        return Meaning(
            self.numbers and self.numbers.in_order(order), self.days and self.days.in_order(order)
        )

    def until(self, end: "Meaning") -> "Meaning":
        """Return the numbers and days from the start of these to the end of the others."""
        return Meaning(_until(self.numbers, end.numbers), _until(self.days, end.days))


def _until(start: Span | None, end: Span | None) -> Span | None:
    return Span(start.least, end.most) if start and end else None


def meaning(field: str, word: Word) -> Meaning:
    """Return what the word stands for in that field; InvalidFilter if the field holds no such."""
    text = fold(word.text).text.strip()
    if field in NUMBERS:
        number = _number(text, units=field == _SIZES)
        if number is None:
            kind = "a number of bytes, such as 500000 or 10MB" if field == _SIZES else "a number"
            raise InvalidFilter.at(word.column, f'{field} is {kind}: "{shown(word.text)}" is none')
        return Meaning(Span(number, number), None)
    if field in DATES:
        try:
            return Meaning(None, Span(*days_of(text)))
        except ValueError as error:
            raise InvalidFilter.at(
                word.column, f'{field} is a date, not "{shown(word.text)}": {error}'
            ) from None
    number = _number(text, units=False)
    return Meaning(None if number is None else Span(number, number), _days(text))


def _number(text: str, *, units: bool) -> float | None:
    match = _NUMBER.fullmatch(text)
    if match is None or (match[2] and not units):
        return None
    return round(float(match[1]) * _UNITS[match[2]], _DIGITS) if match[2] else float(match[1])


def _days(text: str) -> Span | None:
    try:
        return Span(*days_of(text))
    except ValueError:
        return None
