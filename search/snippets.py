"""I have a passage and a query: which of its characters prove the match?"""

from collections.abc import Iterable

from search.answer import Highlight
from text.folding import fold
from text.terms import FUNCTION_WORDS, Term, words_and_pairs


def highlights(text: str, terms: Iterable[Term]) -> tuple[Highlight, ...]:
    """Return the ranges of the text that hold a term of the query, in order, never touching.

    Function words are not marked, unless the query consists of nothing else.
    """
    asked = {(term.kind, term.text) for term in terms if term.kind != "phrase"}
    wanted = {each for each in asked if each[1] not in FUNCTION_WORDS} or asked
    folded = fold(text)
    found = sorted(
        folded.original_range(term.start, term.end)
        for term in words_and_pairs(folded.text)
        if (term.kind, term.text) in wanted
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(Highlight(start, end) for start, end in joined)
