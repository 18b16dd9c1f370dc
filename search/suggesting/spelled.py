"""How is a text spelled, apart from case, width, script, punctuation and spaces between Han?"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from text.folding import Folded, fold
from text.terms import UNSPACED

_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
_SIGNS_OF_WORDS = frozenset("+#")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A spelling; character i of it is the character `places[i]` of the folded text."""

    text: str
    places: tuple[int, ...]
    folded: Folded

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text as it was that the characters [start, end) stand for."""
        return self.folded.original_range(self.places[start], self.places[end - 1] + 1)


def spelled(text: str) -> Spelled:
    """Return how the text is spelled: words with one space between, Han without any."""
    folded = fold(text)
    characters: list[str] = []
    places: list[int] = []
    apart = False
    for place, character in enumerate(folded.text):
        if not _counts(character):
            apart = bool(characters)
            continue
        if apart and not (_is_unspaced(character) or _is_unspaced(characters[-1])):
            characters.append(" ")
            places.append(place - 1)
        apart = False
        characters.append(character)
        places.append(place)
    return Spelled("".join(characters), tuple(places), folded)


@lru_cache(maxsize=65536)
def _counts(character: str) -> bool:
    """Say whether it is a letter, a digit, a mark on one or a symbol: ∑, or as in C++ and C#."""
    if character.isascii():
        return character.isalnum() or character in _SIGNS_OF_WORDS
    return character.isalnum() or unicodedata.category(character)[0] in "SM"


@lru_cache(maxsize=65536)
def _is_unspaced(character: str) -> bool:
    return _IS_UNSPACED.match(character) is not None
