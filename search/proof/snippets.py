"""I have a passage and a query: which of its characters prove the match?"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from search.answer import Highlight
from text.folding import fold
from text.graphemes import edges
from text.sentences import Span
from text.terms import FUNCTION_WORDS, Term, query_terms, words_and_pairs_among

_ALSO_SAY_LITTLE = (
    "能 能够 会 要 请 一下 一些 我 我们 你 你们 他 它 它们 时 没 没有 很 太 更 最 还 又 再 几 啊 "
    "但 但是 因为 所以 如果 那么 这些 那些 关于 "
    "about also any because both but get got just make more most much only out over some such than "
    "too up very"
)
_BULLET = re.compile("(?:[\ue000-\uf8ff\ufffd]+\\s*|[•●○▪◦■□◆·*-]+\\s+)+")


def highlights(text: str, terms: Iterable[Term]) -> tuple[Highlight, ...]:
    """Return the ranges of the text that hold a term of the query, in order, never touching.

    Each is whole graphemes. Words that say little (how, 怎么) are not marked, unless the query
    consists of nothing else.
    """
    asked = {(term.kind, term.text) for term in terms if term.kind != "phrase"}
    wanted = {each for each in asked if each[1] not in _says_little()} or asked
    folded = fold(text)
    found = [
        Highlight(*folded.original_range(term.start, term.end), terms=frozenset([term.text]))
        for term in words_and_pairs_among(folded.text, wanted)
    ]
    return _joined(text, found) if found else ()


def say_something(marks: Iterable[Highlight]) -> bool:
    """Say whether any of these marks holds a word that tells what was asked."""
    return any(mark.terms - _says_little() for mark in marks)


def with_sentence(
    text: str, sentence: Span, keywords: Sequence[Highlight]
) -> tuple[Highlight, ...]:
    """Return the marks of words with that sentence marked around them, in order."""
    places = edges(text)
    start, end = _whole(places, *sentence)
    if bullet := _BULLET.match(text, start, end):
        start, end = _whole(places, bullet.end(), end)
    inside = [mark for mark in keywords if mark.end > start and mark.start < end]
    starts = [start, *(mark.end for mark in inside)]
    ends = [*(mark.start for mark in inside), end]
    around = (trimmed(text, *span) for span in zip(starts, ends, strict=True))
    telling = (span for span in around if any(each.isalnum() for each in text[slice(*span)]))
    meant = (Highlight(*_whole(places, *span), "semantic") for span in telling)
    return tuple(sorted([*keywords, *meant], key=lambda mark: mark.start))


@cache
def _says_little() -> frozenset[str]:
    """Return the terms of the words that say little."""
    words = " ".join([*FUNCTION_WORDS, _ALSO_SAY_LITTLE])
    return FUNCTION_WORDS | {term.text for term in query_terms(words) if term.kind == "word"}


def _joined(text: str, marks: Iterable[Highlight]) -> tuple[Highlight, ...]:
    """Return the marks widened to whole graphemes, those that then touch as one."""
    places = edges(text)
    joined: list[Highlight] = []
    for mark in sorted(marks, key=lambda mark: mark.start):
        start, end = _whole(places, mark.start, mark.end)
        if joined and start <= joined[-1].end:
            last = joined[-1]
            joined[-1] = replace(last, end=max(last.end, end), terms=last.terms | mark.terms)
        else:
            joined.append(replace(mark, start=start, end=end))
    return tuple(joined)


def _whole(places: Sequence[int], start: int, end: int) -> Span:
    return places[bisect_right(places, start) - 1], places[bisect_left(places, end)]


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the range without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
