"""Which passages of one document answer, and what is marked in them?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.answer import Highlight, Hit, SearchPage, Total
from search.asking.query import SearchRequest
from search.documents import passage_hits
from search.following import Serving
from search.retrieve import Question, Scored
from search.verdict import Calibration, counted, relevance, verdict
from store.catalogue.reading import StoredDocument

Positions = NDArray[np.int64]


def search_inside(serving: Serving, document: StoredDocument, request: SearchRequest) -> SearchPage:
    """Return the passages of the document that answer, best first, each as a hit of its own.

    They are judged as all passages of the library are, so that the verdict means the same.
    """
    started = time.perf_counter()
    view = serving.retriever.view
    question = _question(serving, request)
    there = serving.retriever.candidates(question, np.array([document.key], np.int64)).positions
    judged = _Judged.of(serving, document, question, there[~view.table.titles[there]])
    best = float(judged.relevances.max(initial=0.0))
    found = verdict(best, request.min_relevance, Calibration.of(view).provenance)
    order = np.argsort(-judged.scored.fused, kind="stable")
    matching, nearest = counted(found, order, judged.relevances[order])
    shown = matching[request.offset : request.offset + request.limit]
    return SearchPage(
        query=request.q,
        corrected=question.query.corrected,
        verdict=found,
        hits=serving.prover.proved(judged.hits(shown), question, request),
        nearest=serving.prover.proved(judged.hits(nearest), question, request),
        total=Total(len(matching)),
        facets={},
        generation=view.state.sequence,
        took_ms=(time.perf_counter() - started) * 1000,
    )


def marks_inside(
    serving: Serving,
    document: StoredDocument,
    request: SearchRequest,
    passages: Sequence[int],
    chosen: int | None = None,
) -> dict[int, tuple[Highlight, ...]]:
    """Return what is marked in these passages of the document, by their keys.

    In the chosen one also the sentence that means what is asked, where words say little.
    """
    question = _question(serving, request)
    positions = serving.retriever.view.positions_of(np.array(passages, np.int64))
    judged = _Judged.of(serving, document, question, positions[positions >= 0])
    hits = judged.hits(np.arange(len(judged.relevances)))
    looked_at = [each for each in hits if each.passages[0].key == chosen]
    proved = serving.prover.proved(looked_at, question, request)
    return {found.key: found.highlights for hit in (*hits, *proved) for found in hit.passages}


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """Passages of a document with their scores and how relevant each of them is."""

    serving: Serving
    document: StoredDocument
    question: Question
    scored: Scored
    relevances: NDArray[np.float32]

    @classmethod
    def of(
        cls, serving: Serving, document: StoredDocument, question: Question, positions: Positions
    ) -> "_Judged":
        """Return the passages at these positions, judged."""
        scored = serving.retriever.score(question, positions)
        relevances = relevance(scored, question, Calibration.of(serving.retriever.view))
        return cls(serving, document, question, scored, relevances)

    def hits(self, rows: Positions) -> list[Hit]:
        """Return the passages of these rows that are still there, each as a hit."""
        retriever = self.serving.retriever
        return [
            Hit(self.document, float(self.relevances[row]), found.scores, (found,))
            for row in rows.tolist()
            for found in passage_hits(retriever, self.question, self.scored, [row])
        ]


def _question(serving: Serving, request: SearchRequest) -> Question:
    query, vector = serving.asked(request)
    return serving.retriever.question(query, vector, request.mode)
