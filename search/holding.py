"""Which documents hold every word of a question, whatever the model makes of them?

Who types a name, a number or the commonest word of a library wants to see where it stands. Words
that are written together (交叉验证) have to stand together, others somewhere in one passage.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.retrieve import Question, Scored
from store.view import LibraryView
from text.terms import FUNCTION_WORDS, Term

_FEW_WORDS = 3
_RARE = 10
_FEW_PASSAGES = 1000
"""Of more, those that are scored are asked for by number, which takes 3 ms."""

Keys = NDArray[np.int64]
_NONE = np.empty(0, np.int64)


def holding(view: LibraryView, question: Question, scored: Scored) -> Keys:
    """Return the keys of those documents of which a scored passage holds every word."""
    terms = _telling(question)
    if not terms:
        return _NONE
    index = view.terms.passages
    found = index.holding(terms, most=_FEW_PASSAGES + 1)
    if len(found) > _FEW_PASSAGES:
        found = index.holding(terms, view.table.keys[scored.positions])
    return _documents(view, found)


def holding_what_is_rare(view: LibraryView, question: Question) -> Keys:
    """Return the keys of the documents that hold every word, where so few passages do.

    Of up to three words that up to ten passages hold together: a name, a number.
    """
    terms = _telling(question)
    if not 0 < sum(term.kind != "phrase" for term in terms) <= _FEW_WORDS:
        return _NONE
    found = view.terms.passages.holding(terms, most=_RARE + 1)
    return _documents(view, found) if len(found) <= _RARE else _NONE


def _telling(question: Question) -> Sequence[Term]:
    """Return the terms that tell what is asked, none where words do not count."""
    if question.passages is None:
        return []
    text, terms = question.query.text, question.query.terms
    words = [each for each in terms if each.kind != "phrase" and each.text not in FUNCTION_WORDS]
    ends = {each.end for each in words}
    starts = {each.start for each in words}
    phrases = (
        each for each in terms if each.kind == "phrase" and " " not in text[each.start : each.end]
    )
    return [*words, *(each for each in phrases if each.start in starts and each.end in ends)]


def _documents(view: LibraryView, keys: Keys) -> Keys:
    positions = view.positions_of(keys)
    found: Keys = np.unique(view.table.documents[positions[positions >= 0]])
    return found
