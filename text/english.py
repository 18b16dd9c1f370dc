"""Is this an English word, whether a library holds it or not?"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_EVERYDAY = 1000


def is_english(word: str) -> bool:
    """Say whether the folded word is one of 80,000 common ones, or adds an s to one.

    The first call takes some 0.15 s.
    """
    return word in _words() or word.removesuffix("s") in _words()


def is_everyday(word: str) -> bool:
    """Say whether the folded word is one of the 1,000 commonest, which say little by themselves."""
    return word in _commonest()


@cache
def _words() -> frozenset[str]:
    return frozenset(word for word, _ in _counted())


@cache
def _commonest() -> frozenset[str]:
    counted = sorted(_counted(), key=lambda each: -each[1])
    return frozenset(word for word, _ in counted[:_EVERYDAY])


def _counted() -> Iterator[tuple[str, int]]:
    """Return each word, and how often it stands in books."""
    listed = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    for line in listed.read_text(encoding="utf-8-sig").splitlines():
        word, count = line.split(" ", 1)
        yield word, int(count)
