"""Which terms do two texts share that say what they are about?

Words and pairs of words that both hold, time and again, and few passages of the library, as they
are written; everyday English words only in pairs. Of a pair, both words have to belong together:
the normalised pointwise mutual information of `search/suggesting/phrases.py`, over the passages of
the library. Of terms that overlap, the most telling is taken; names in programs and formulas are
left out.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

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

_KINDS: frozenset[TermKind] = frozenset(["word", "phrase"])
_REMEMBERED = 2048
"""So many passages' terms are kept: a document's are asked for with each of its neighbours."""

Key = tuple[TermKind, str]


def label(index: TermIndex, ours: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    """Return up to four terms that texts of both sides hold, the most telling first."""
    own = Counter(key for text in ours for key, _ in _terms_of(text))
    other: dict[Key, list[str]] = defaultdict(list)
    for text in theirs:
        for key, term in _terms_of(text):
            if key in own and (written := _written(text, term)):
                other[key].append(written)
    weights = {
        key: _rarity(index, key) * (1 + math.log(min(own[key], len(written))))
        for key, written in other.items()
    }
    chosen: dict[Key, str] = {}
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        if weights[key] and not any(_overlap(key, one) for one in chosen):
            chosen[key] = other[key][0]
    return tuple(chosen.values())[:MOST_TERMS]


@lru_cache(_REMEMBERED)
def _terms_of(text: str) -> tuple[tuple[Key, Term], ...]:
    """Return the words and pairs of words of a text, by what tells them apart."""
    found = query_terms(fold(text).text)
    return tuple(((each.kind, each.text), each) for each in found if each.kind in _KINDS)


def _overlap(one: Key, other: Key) -> bool:
    """Say whether two terms share a word, or one holds the other."""
    first, second = one[1], other[1]
    return bool({*first.split("_")} & {*second.split("_")}) or first in second or second in first


def _written(text: str, term: Term) -> str:
    """Return the term as the text has it, nothing where it would be noise in a label."""
    folded = fold(text)
    first, last = folded.original_range(term.start, term.end)
    shown = _can_be_shown(term, folded.text) and not _is_code(text, first, last)
    return text[first:last] if shown else ""


def _can_be_shown(term: Term, text: str) -> bool:
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
