"""Which documents pass a filter?"""

import difflib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidFilter, InvalidQuery
from search.filtering.tree import (
    All,
    AnyOf,
    Between,
    Compared,
    Exists,
    Filter,
    Not,
    OneOf,
    Word,
    shown,
)
from search.filtering.values import DATES, FIELDS, TEXTS, Meaning, Span, meaning
from store.derived.fact_texts import likeness
from store.derived.facts import Facts

_MOST_NAMED = 40
"""An error names so many of the fields that there are."""

Mask = NDArray[np.bool_]
Keys = NDArray[np.int64]


def passing(text: str, facts: Facts) -> Keys:
    """Return the keys of the documents that pass the filter, ascending.

    InvalidFilter says at which column the filter cannot be read, names no field, or asks of a field
    what it cannot hold.
    """
    from search.filtering.grammar import parse  # noqa: PLC0415 - lark takes 40 ms of each start

    return facts.keys[_Masks(facts).of(parse(text))]


def require_field(name: str, facts: Facts) -> str:
    """Return the name if it is a field; InvalidQuery says which ones there are."""
    known = _known_fields(facts)
    if name not in known:
        raise InvalidQuery(_unknown_field(name, known))
    return name


def _known_fields(facts: Facts) -> list[str]:
    """Return the fields of every library, and the users' own of this one."""
    return [*FIELDS, *sorted(facts.names().difference(FIELDS))]


def _unknown_field(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(shown(name).lower(), known, 1)
    named = [*known[:_MOST_NAMED], "…"] if len(known) > _MOST_NAMED else known
    advice = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(named)}"
    return f'unknown field "{shown(name)}": {advice}'


class _Masks:
    """Says of a filter, part by part, which rows of the facts it holds for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known = set(_known_fields(facts))

    def of(self, part: Filter) -> Mask:
        """Return a truth value for each row."""
        match part:
            case All(parts) | AnyOf(parts):
                combine = np.logical_and if isinstance(part, All) else np.logical_or
                mask = self.of(parts[0])
                for each in parts[1:]:
                    combine(mask, self.of(each), out=mask)
                return mask
            case Not(inner):
                return ~self.of(inner)
            case OneOf(field, values):
                return self._equal(self._name(field), values)
            case Compared(field, order, value):
                name = self._name(field)
                return self._within(name, _comparable(field, value).in_order(order))
            case Between():
                return self._between(part)
            case Exists(field):
                return self._exists(self._name(field))

    def _name(self, field: Word) -> str:
        if field.text not in self._known:
            raise InvalidFilter.at(
                field.column, _unknown_field(field.text, _known_fields(self._facts))
            )
        return field.text

    def _equal(self, name: str, values: Sequence[Word]) -> Mask:
        mask = self._nothing()
        if name not in TEXTS:
            meanings = {meaning(name, each) for each in values}
            if name in self._facts.numbers:
                numbers = [each.numbers.least for each in meanings if each.numbers]
                mask |= np.isin(self._facts.numbers[name], numbers)
            for days in {each.days for each in meanings if each.days}:
                mask |= self._within(name, Meaning(None, days))
        texts = self._facts.texts.get(name)
        if texts is not None and name not in DATES:
            alike = {likeness(name, value.text) for value in values}
            wanted = [texts.codes_of[each] for each in alike if each in texts.codes_of]
            held = np.zeros(len(texts.spellings), np.bool_)
            held[wanted] = True
            mask[texts.rows[held[texts.codes]]] = True
        return mask

    def _between(self, part: Between) -> Mask:
        name = self._name(part.field)
        least, most = _comparable(part.field, part.least), _comparable(part.field, part.most)
        span = least.until(most)
        if not span.numbers and not span.days:
            raise InvalidFilter.at(
                part.most.column, "a range goes from number to number or from date to date"
            )
        if all(each is None or each.least > each.most for each in (span.numbers, span.days)):
            raise InvalidFilter.at(
                part.least.column,
                "the range ends before it begins: write "
                f"{shown(part.most.text)} TO {shown(part.least.text)}",
            )
        return self._within(name, span)

    def _within(self, name: str, wanted: Meaning) -> Mask:
        mask = self._nothing()
        if wanted.numbers and name in self._facts.numbers:
            mask |= _held(self._facts.numbers[name], wanted.numbers)
        if wanted.days and name in self._facts.texts:
            texts = self._facts.texts[name]
            mask[texts.rows[_held(texts.days, wanted.days)[texts.codes]]] = True
        return mask

    def _exists(self, name: str) -> Mask:
        mask = self._nothing()
        if name in self._facts.numbers:
            mask |= ~np.isnan(self._facts.numbers[name])
        if name in self._facts.texts:
            mask[self._facts.texts[name].rows] = True
        return mask

    def _nothing(self) -> Mask:
        return np.zeros(len(self._facts.keys), np.bool_)


def _held(values: NDArray[np.float64], span: Span) -> Mask:
    """Say of each value whether it is in the span; one that is unknown is not."""
    return (values >= span.least) & (values <= span.most)


def _comparable(field: Word, value: Word) -> Meaning:
    """Return what the value stands for; InvalidFilter where nothing is above or below it."""
    if field.text in TEXTS:
        raise InvalidFilter.at(
            field.column, f"{field.text} is a text: take =, !=, IN or EXISTS, no order is known"
        )
    found = meaning(field.text, value)
    if not found.numbers and not found.days:
        raise InvalidFilter.at(
            value.column, f'"{shown(value.text)}" is no number and no date: take = or IN'
        )
    return found
