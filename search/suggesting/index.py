"""Texts that can be suggested, found by their beginnings: as spelled, by pinyin, by initials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from search.suggesting.matching import reach
from search.suggesting.readings import (
    MOST_VARIANTS,
    has_han,
    readings,
    readings_anywhere,
    variants,
)
from search.suggesting.sorted_texts import Numbers, Range, SortedTexts
from search.suggesting.spelled import Spelled, spelled

SHORTEST_WITH_A_TYPO = 4
"""Shorter beginnings with one letter changed may be of anything."""

Keys = NDArray[np.int64]


@dataclass(slots=True)
class Source:
    """A text that can be suggested, and the passages that hold it.

    Of these, it is `proof` that has to be there for the text to be an answer; without any, one of
    them.
    """

    text: str
    passages: list[int] = field(default_factory=list)
    proof: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as it is looked up: with the spaces between words, and without."""

    text: str

    @classmethod
    def of(cls, q: str) -> "Typed":
        """Return what was typed so far."""
        return cls(spelled(q).text)

    @property
    def compact(self) -> str:
        """The same in one word, as pinyin is typed."""
        return self.text.replace(" ", "").replace("ü", "v")


class Index:
    """Texts by number, those that more passages hold first; immutable."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Take the texts, by how they are spelled."""
        ordered = sorted(
            sources.items(), key=lambda each: (-len(each[1].passages), len(each[0]), each[0])
        )
        self._texts = [source.text for _, source in ordered]
        self._passages = [np.array(source.passages, np.int64) for _, source in ordered]
