"""Texts that can be suggested, found by their beginnings: as spelled, by pinyin, by initials."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from search.suggesting.matching import Unit, reach
from search.suggesting.readings import (
    first_letters,
    has_han,
    readings,
    readings_anywhere,
    variants,
)
from search.suggesting.sorted_texts import Numbers, Range, SortedTexts
from search.suggesting.spelled import spelled

SHORTEST_WITH_A_TYPO = 4
"""Shorter beginnings with one letter changed may be of anything."""

_LOOKED_AT = 100
"""Where Han, pinyin and initials are mixed, so many texts that sound alike are compared."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that can be suggested, and the passages that hold it.

    While any of these is there, the text has an answer; with a `proof`, while that one is.
    """

    text: str
    passages: tuple[int, ...]
    proof: int | None = None


class Index:
    """Texts by number, those that more passages hold first; immutable.

    A text takes about 500 bytes.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Take the texts, by their spelling."""
        ordered = sorted(
            sources.items(), key=lambda each: (-len(each[1].passages), len(each[0]), each[0])
        )
        self._sources = [source for _, source in ordered]
        self._spelled = SortedTexts((text, number) for number, (text, _) in enumerate(ordered))
        whole: list[tuple[str, int]] = []
        short: list[tuple[str, int]] = []
        for number, (text, _) in enumerate(ordered):
            ways = sounds(text)
            whole += [("".join(way), number) for way in ways]
            short += [(letters, number) for letters in dict.fromkeys(map(_initials, ways))]
        self._sounds, self._initials = SortedTexts(whole), SortedTexts(short)

    def source(self, number: int) -> Source:
        """Return the text of that number."""
        return self._sources[number]

    def beginning(self, typed: str, count: int) -> list[int]:
        """Return the first texts that begin like this spelling."""
        return _first([self._spelled.beginning_with(typed)], self._spelled, count)

    def sounding(self, typed: str, count: int) -> list[int]:
        """Return the first texts that begin with this pinyin, these initials, or Han and either."""
        compact = in_one_word(typed)
        if not any(character.isascii() for character in compact):
            return []
        if has_han(compact):
            ways = sounds(compact)
            alike = self._said(map("".join, ways), map(_initials, ways), _LOOKED_AT)
        elif found := self._said([compact], [compact], count):
            return found
        else:
            alike = self._said([], [first_letters(compact)], _LOOKED_AT)
        return [at for at in alike if typed_part(typed, self._sources[at].text)][:count]

    def _said(self, whole: Iterable[str], short: Iterable[str], count: int) -> list[int]:
        """Return the first texts that begin with such sounds, or with such initials."""
        found = {
            *_first(map(self._sounds.beginning_with, whole), self._sounds, count),
            *_first(map(self._initials.beginning_with, short), self._initials, count),
        }
        return sorted(found)[:count]

    def resembling(self, typed: str, count: int) -> list[int]:
        """Return the first texts that begin like this spelling or this pinyin, but for one edit."""
        if len(typed) < SHORTEST_WITH_A_TYPO or not typed.isascii():
            return []
        compact = in_one_word(typed)
        found = {
            *_first(self._spelled.beginning_nearly_with(typed), self._spelled, count),
            *_first(self._sounds.beginning_nearly_with(compact), self._sounds, count),
        }
        return sorted(found)[:count]


def in_one_word(typed: str) -> str:
    """Return the spelling as pinyin is typed: without spaces, v for ü."""
    return typed.replace(" ", "").replace("ü", "v")


def sounds(spelling: str) -> list[tuple[str, ...]]:
    """Return ways to say the text, a sound for each character; none where it holds no Han."""
    return variants(readings(spelling.replace(" ", ""))) if has_han(spelling) else []


def typed_part(typed: str, text: str) -> tuple[int, int] | None:
    """Return the range of the text that was typed as Han, pinyin or initials, None if none was."""
    spelling = spelled(text)
    places = [place for place, each in enumerate(spelling.text) if each != " "]
    said = readings("".join(spelling.text[place] for place in places))
    units: list[Unit] = []
    for place, ways in zip(places, said, strict=True):
        character = spelling.text[place]
        units.append((character, (*ways, *readings_anywhere(character))))
    count = reach(in_one_word(typed), units)
    return spelling.original_range(0, places[count - 1] + 1) if count else None


def _initials(way: Iterable[str]) -> str:
    return "".join(sound[0] for sound in way)


def _first(ranges: Iterable[Range], texts: SortedTexts, count: int) -> list[int]:
    """Return the least numbers in these ranges, each once."""
    numbers: list[Numbers] = [texts.numbers[start:end] for start, end in ranges if start < end]
    if not numbers:
        return []
    found: list[int] = np.unique(np.concatenate(numbers))[:count].tolist()
    return found
