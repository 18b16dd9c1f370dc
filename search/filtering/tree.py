"""What does a filter say? Its conditions as a tree, every word with the column where it stands."""

from dataclasses import dataclass
from typing import Literal

Order = Literal[">", ">=", "<", "<="]


_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Word:
    """A field or a value as it is written, without its quotes; columns count from 1."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field equals one of the values."""

    field: Word
    values: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The field is above or below the value."""

    field: Word
    order: Order
    value: Word


@dataclass(frozen=True, slots=True)
class Between:
    """The field is between two values, these included."""

    field: Word
    least: Word
    most: Word


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is known."""

    field: Word


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; of documents without the field it does not hold either."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts holds."""

    parts: tuple["Filter", ...]


Filter = OneOf | Compared | Between | Exists | Not | All | AnyOf


def shown(text: str) -> str:
    """Return the text as an error shows it: its beginning, where it is long."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
