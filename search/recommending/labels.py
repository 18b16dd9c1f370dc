"""Which terms do two texts share that say what they are about?

Words and pairs of words that both hold, time and again, and few passages of the library, as they
are written; everyday English words only in pairs. Of a pair, both words have to belong together:
the normalised pointwise mutual information of `search/suggesting/phrases.py`, over the passages of
the library. Of terms that overlap, the most telling is taken; names in programs and formulas are
left out.
"""

import math
import re
from collections.abc import Iterable, Mapping

from store.derived.terms import TermIndex
from text.english import is_everyday
from text.folding import fold
from text.terms import FUNCTION_WORDS, HAN, Term, TermKind, query_terms

MOST_TERMS = 4

_COMMON = 0.05
"""What more of the passages hold says too little, unless they are few."""

_FEW = 12
_COHESION = 0.5
_SHORTEST_LATIN = 3
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_LATIN_ONLY = re.compile(r"(?:(?![\d_])\w)+(?:[ -](?:(?![\d_])\w)+)*")
_CODE_BEFORE = frozenset("_.\\{$^'=<")
_CODE_BEHIND = frozenset("_({[=}$^'>")
_GAP = re.compile(r"[ -]")

Key = tuple[TermKind, str]


def label(index: TermIndex, ours: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    """Return up to four terms that texts of both sides hold, the most telling first."""
    own, other = _written(ours), _written(theirs)
    weights: dict[Key, float] = {}
    for key in own.keys() & other.keys():
        times = min(len(own[key]), len(other[key]))
        weights[key] = _rarity(index, key) * (1 + math.log(times))
    chosen: dict[Key, str] = {}
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        if weights[key] and not any(_overlap(key, one) for one in chosen):
            chosen[key] = other[key][0]
    return tuple(chosen.values())[:MOST_TERMS]


def _overlap(one: Key, other: Key) -> bool:
    """Say whether two terms share a word, or one holds the other."""
    first, second = one[1], other[1]
    return bool({*first.split("_")} & {*second.split("_")}) or first in second or second in first


def _written(texts: Iterable[str]) -> Mapping[Key, list[str]]:
    """Return the terms that can stand in a label, each as it is written each time."""
    found: dict[Key, list[str]] = {}
    for text in texts:
        folded = fold(text)
        for term in query_terms(folded.text):
            first, last = folded.original_range(term.start, term.end)
            if _can_be_shown(term, folded.text) and not _is_code(text, first, last):
                found.setdefault((term.kind, term.text), []).append(text[first:last])
    return found


def _can_be_shown(term: Term, text: str) -> bool:
    if term.kind not in ("word", "phrase"):
        return False
    folded = text[term.start : term.end]
    words = _GAP.split(folded)
    if len(words) == 1 and is_everyday(folded):
        return False
    if not FUNCTION_WORDS.isdisjoint({*words, *term.text.split("_")}):
        return False
    if _HAN_ONLY.fullmatch(folded):
        return all(len(word) > 1 for word in term.text.split("_"))
    return all(len(word) >= _SHORTEST_LATIN for word in words) and bool(
        _LATIN_ONLY.fullmatch(folded)
    )


def _is_code(text: str, first: int, last: int) -> bool:
    """Say whether the signs around a term are those of programs and formulas."""
    before, after = text[max(first - 1, 0) : first], text[last : last + 1]
    return text[first].isascii() and (before in _CODE_BEFORE or after in _CODE_BEHIND)


def _rarity(index: TermIndex, key: Key) -> float:
    """Return the idf of the term, 0 where it is common or no term of its own."""
    kind, text = key
    holding, every = index.frequency(kind, text), index.size
    if not 0 < holding <= max(_FEW, _COMMON * every):
        return 0.0
    rarity = math.log(1 + (every - holding + 0.5) / (holding + 0.5))
    if kind == "phrase":
        return rarity if _cohesion(index, text, holding / every) >= _COHESION else 0.0
    return rarity


def _cohesion(index: TermIndex, phrase: str, share: float) -> float:
    if share >= 1:
        return 1.0
    left, right = (max(index.frequency("word", word), 1) / index.size for word in phrase.split("_"))
    return math.log(share / (left * right)) / -math.log(share)
