"""How does a Chinese text sound? Its pinyin without tones, all that a word may have."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, combinations, islice, product

import rjieba

from text.terms import HAN

MOST_VARIANTS = 8
"""So many ways to read one text are looked up, those first that depart least from the usual one."""

_RUN_OF_HAN = re.compile(f"([{HAN}]+)")

_SYLLABLE = re.compile(
    "(?:[zcs]h|[b-df-hj-np-tw-z])?"
    "(?:[iu]ang|iong|[aeio]ng|[iu]an|van|iao|uai|[aeo][iou]|[aeiuv]n|[iu]a|[iuv]e|iu|u[io]|er|[aeiouv])"
)

Readings = tuple[str, ...]
"""Ways to read one character, the usual one first; a character that is not Han is its own."""


def readings(spelled: str) -> list[Readings]:
    """Return the ways to read each character of a spelling, which has no spaces, word by word."""
    found: list[Readings] = []
    for number, run in enumerate(_RUN_OF_HAN.split(spelled)):
        if number % 2:
            found += chain.from_iterable(_of_word(word) for word in rjieba.cut(run, False))
        else:
            found += ((character,) for character in run)
    return found


def readings_anywhere(character: str) -> Readings:
    """Return the ways to read the character in any word."""
    return _of_word(character)[0] if _RUN_OF_HAN.match(character) else (character,)


def first_letters(pinyin: str) -> str:
    """Return the first letter of each syllable, and letters between syllables as they stand."""
    return _SYLLABLE.sub(lambda syllable: syllable.group()[0], pinyin)


def has_han(spelled: str) -> bool:
    """Say whether any of the text sounds otherwise than it is spelled."""
    return _RUN_OF_HAN.search(spelled) is not None


def variants(each: Sequence[Readings]) -> list[Readings]:
    """Return ways to read the whole text, the usual one first."""
    return list(islice(_departing(each), MOST_VARIANTS))


def _departing(each: Sequence[Readings]) -> Iterator[Readings]:
    """Return the ways to read the text in order of how many characters are not read as usual."""
    usual = [ways[0] for ways in each]
    doubtful = [place for place, ways in enumerate(each) if len(ways) > 1]
    for count in range(len(doubtful) + 1):
        for places in combinations(doubtful, count):
            for others in product(*(each[place][1:] for place in places)):
                said = list(usual)
                for place, other in zip(places, others, strict=True):
                    said[place] = other
                yield tuple(said)


@lru_cache(maxsize=65536)
def _of_word(word: str) -> tuple[Readings, ...]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - 50 MB and a quarter of a second

    found = pinyin(word, style=Style.NORMAL, heteronym=True)
    if len(found) != len(word):  # several rare characters, which it leaves together
        return tuple(_of_word(character)[0] for character in word)
    return tuple(tuple(dict.fromkeys(ways)) for ways in found)
