"""From passages to documents: the best passage speaks for its document."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.answer import Hit, PassageHit, Scores
from search.retrieve import Question, Retriever, Scored
from search.snippets import highlights
from search.verdict import relevance
from store.catalogue import StoredDocument


@dataclass(frozen=True, slots=True)
class RankedDocuments:
    """Documents by key, best first, each with the row of its best passage among those scored."""

    keys: NDArray[np.int64]
    best_rows: NDArray[np.int64]


def rank_documents(scored: Scored, documents: NDArray[np.int64]) -> RankedDocuments:
    """Return the documents of the scored passages; `documents[i]` is the key of row i's document.

    Equal scores are ordered by document key, so that pages never overlap.
    """
    order = np.lexsort((documents, -scored.fused))
    _, first = np.unique(documents[order], return_index=True)
    best_rows = order[np.sort(first)]
    return RankedDocuments(documents[best_rows], best_rows)


def hits(
    retriever: Retriever, question: Question, keys: NDArray[np.int64], passages: int
) -> tuple[Hit, ...]:
    """Return the documents of these keys as hits, each with its best passages."""
    found = retriever.view.catalogue.documents(keys.tolist())
    made = (
        _hit(retriever, question, found[key], passages) for key in keys.tolist() if key in found
    )
    return tuple(made)


def _hit(retriever: Retriever, question: Question, document: StoredDocument, count: int) -> Hit:
    table = retriever.view.table
    scored = retriever.score(question, np.flatnonzero(table.documents == document.key))
    order = np.argsort(-scored.fused, kind="stable")
    best = order[0]
    # a title says what the document is called already: show text, where there is any
    shown = [row for row in order if not table.titles[scored.positions[row]]][:count]
    return Hit(
        document,
        float(relevance(question.mode, scored.z[best], scored.coverage[best])),
        _scores(scored, best),
        _passage_hits(retriever, question, scored, shown),
    )


def _passage_hits(
    retriever: Retriever, question: Question, scored: Scored, rows: list[int]
) -> tuple[PassageHit, ...]:
    found = retriever.view.passages_at(int(scored.positions[row]) for row in rows)
    terms = question.query.terms if question.mode != "semantic" else ()
    return tuple(
        PassageHit(
            stored.key, stored.passage, _scores(scored, row), highlights(stored.passage.text, terms)
        )
        for row in rows
        if (stored := found.get(int(scored.positions[row]))) is not None
    )


def _scores(scored: Scored, row: int) -> Scores:
    return Scores(
        semantic=float(scored.cosines[row]),
        z=float(scored.z[row]),
        keyword=float(scored.coverage[row]),
        fused=float(scored.fused[row]),
    )
