"""Fold spellings of the same text into one form, with a map back to the original offsets.

Folding is NFKC, case folding and traditional to simplified Chinese, character by character: what a
character becomes does not depend on its neighbours, so a query and a passage fold alike. A few of
them simplify differently from word to word (看著 is 看着, 著名 stays 著名); they are looked up with
the word around them, one character for one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

_JAMO_THAT_JOIN = range(0x1160, 0x1200)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `spans[i]` is the half-open original range that gave character i.

    `spans` is None where every character stands for the original one at the same offset.
    """

    text: str
    spans: tuple[tuple[int, int], ...] | None = None

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the original range of the folded characters [start, end), start < end."""
        if self.spans is None:
            return start, end
        return self.spans[start][0], self.spans[end - 1][1]


def fold(text: str) -> Folded:
    """Return the folded text with its map back; format characters vanish, unreadable ones blank."""
    if text.isascii():
        return Folded(text.lower().translate(_FOLDS))
    if not _DEPENDING.isdisjoint(text):
        text = _resolved(text)
    folded = text.translate(_FOLDS)
    if _IRREGULAR.isdisjoint(text):
        return Folded(folded)
    return _fold_clusters(text)


def _resolved(text: str) -> str:
    """Return the text with the characters replaced that simplify differently from word to word."""
    text = _ASPECT.sub("着", text).replace("甚麼", "什麼").replace("甚么", "什么")
    resolved: str = _TO_SIMPLIFIED.convert(_SURROGATE.sub("\ufffd", text))
    return resolved if len(resolved) == len(text) else text


def _fold_clusters(text: str) -> Folded:
    """Fold a text in which some characters compose, expand or vanish."""
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _joins_the_one_before(text[end]):
            end += 1
        folded = _FOLDS[ord(text[start])] if end == start + 1 else _fold_cluster(text[start:end])
        characters.append(folded)
        spans.extend([(start, end)] * len(folded))
        start = end
    return Folded("".join(characters), tuple(spans))


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    composed = unicodedata.normalize("NFKC", cluster)
    lowered = unicodedata.normalize("NFKC", composed.casefold())
    return "".join(_simplified(each) for each in lowered if not _is_format(each))


@lru_cache(maxsize=65536)
def _joins_the_one_before(character: str) -> bool:
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.combining(first) != 0 or ord(character) in _JAMO_THAT_JOIN


def _is_format(character: str) -> bool:
    """Soft hyphens, joiners, directional marks and the like say nothing to a search."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


_TO_SIMPLIFIED = OpenCC("t2s")

_SURROGATE = re.compile("[\ud800-\udfff]")
_DEPENDING = frozenset("著瞭藉覆甦甚")
_ASPECT = re.compile(
    "(?<![原名专專编編论論合显顯土昭卓巨译譯所遗遺拙共])著(?![名作有者称稱述录錄书書成于於《])"
)
"""著 where Taiwan writes it for 着: anywhere but in words for works and fame."""

_VARIANTS = dict(zip("衞敍暱甯锺鍾迳逕钜鉅簷睪枱", "卫叙昵宁钟钟径径巨巨檐睾台", strict=True))
"""Forms that OpenCC takes for characters of their own."""


@lru_cache(maxsize=65536)
def _simplified(character: str) -> str:
    if character in "\n\t":
        return character
    if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character == "\ufffd":
        return " "
    if character < "\u2e80":
        return character
    return _VARIANTS.get(character) or str(_TO_SIMPLIFIED.convert(character))


_IRREGULAR: set[str] = set()


class _FoldTable(dict[int, str]):
    """A `str.translate` table that learns each character when it first meets it."""

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        folded = _fold_cluster(character)
        if len(folded) != 1 or _joins_the_one_before(character):
            _IRREGULAR.add(character)
        self[codepoint] = folded
        return folded


_FOLDS = _FoldTable()
