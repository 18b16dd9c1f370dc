"""Which documents does a question call by their title, word for word?

Among hundreds of titles that are much alike (minutes of 3 May, of 10 May, …) none stands out, and
yet who types one of them means that document.
"""

import numpy as np
from numpy.typing import NDArray

from search.retrieve import Question, Scored
from search.suggesting.spelled import spelled
from store.view import LibraryView

_LOOKED_AT = 50
"""The title itself is among the best; so many are read."""


def named(view: LibraryView, question: Question, scored: Scored) -> NDArray[np.int64]:
    """Return the keys of the documents with that title, case, script and punctuation aside."""
    asked = spelled(question.query.text).text
    rows = np.flatnonzero(view.table.titles[scored.positions])
    best = rows[np.argsort(-scored.fused[rows], kind="stable")[:_LOOKED_AT]]
    titles = view.passages_at(scored.positions[best].tolist()).values()
    found = [each.document for each in titles if spelled(each.passage.text).text == asked]
    return np.array(found, np.int64)
