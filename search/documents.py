"""From passages to documents: the best passage speaks for its document."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.answer import Duplicate, Hit, PassageHit, Scores
from search.asking.query import Duplicates
from search.copies import duplicates_of
from search.holding import holding, holding_what_is_rare
from search.naming import named
from search.proof.snippets import highlights
from search.retrieve import Candidates, Question, Retriever, Scored
from search.verdict import ANSWERING_RELEVANCE, Calibration, relevance
from store.catalogue.reading import StoredDocument
from store.view import LibraryView

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The documents worth a look for one question, by key, best first.

    `scored` has a row for each candidate; `best` has one for each document, the scores of its best
    passage, and `relevances` says what they mean.
    """

    retriever: Retriever
    question: Question
    candidates: Candidates
    scored: Scored
    keys: Keys
    best: Scored
    relevances: NDArray[np.float32]
    duplicates: Duplicates

    @classmethod
    def of(
        cls,
        retriever: Retriever,
        question: Question,
        candidates: Candidates,
        duplicates: Duplicates,
    ) -> "Ranking":
        """Rank the documents of the candidates by the best passage of each.

        Folded, the best of those that say the same speaks for the others. Equal scores are ordered
        by document key, so that pages never overlap. What holds what the query demands answers, and
        what holds all of its words if that is one word, or they are rare; where nothing else does,
        also what holds them otherwise, and what is called by its title.
        """
        scored = retriever.score(question, candidates.positions, exactly=False)
        documents = retriever.view.table.documents[scored.positions]
        order = np.lexsort((documents, -scored.fused))
        groups = retriever.view.copies.of(documents) if duplicates == "fold" else documents
        _, first = np.unique(groups[order], return_index=True)
        rows = order[np.sort(first)]
        best = scored.rows(rows)
        relevances = relevance(best, question, Calibration.of(retriever.view))
        literally = np.isin(
            documents, _literal_answers(retriever.view, question, scored, relevances)
        )
        answering = np.isin(groups[rows], groups[literally])
        relevances[answering] = np.maximum(relevances[answering], ANSWERING_RELEVANCE)
        return cls(
            retriever,
            question,
            candidates,
            scored,
            documents[rows],
            best,
            relevances,
            duplicates,
        )

    def complete_above(self, least: float) -> bool:
        """Say whether no document of that relevance can have been missed.

        Where one counts for a passage that came last, more would have come after it. Most of the
        passages that came last may also be further ones of documents that count for better ones:
        then those may have crowded out others.
        """
        counting = self.best.positions[self.relevances >= least]
        if self.candidates.unknown or np.isin(counting, self.candidates.last).any():
            return False
        last = self.scored.rows(np.searchsorted(self.scored.positions, self.candidates.last))
        judged = relevance(last, self.question, Calibration.of(self.retriever.view))
        return bool(2 * np.count_nonzero(judged >= least) <= len(judged))

    def ids(self, count: int) -> list[str]:
        """Return the ids of the first `count` documents."""
        keys = self.keys[:count].tolist()
        ids = self.retriever.view.catalogue.document_ids(keys)
        return [ids[key] for key in keys if key in ids]

    def copies(self, count: int) -> list[list[str]]:
        """Return the ids that each of the first `count` rows stands for, the row's own first."""
        groups = self.retriever.view.copies
        keys = self.keys[:count]
        if self.duplicates == "all" or not np.isin(keys, groups.documents).any():
            return [[each] for each in self.ids(count)]
        rows = [[key, *groups.others(key)] for key in keys.tolist()]
        ids = self.retriever.view.catalogue.document_ids([key for row in rows for key in row])
        return [[ids[key] for key in row if key in ids] for row in rows if row[0] in ids]

    def hits(self, keys: Keys, passages: int) -> tuple[Hit, ...]:
        """Return the documents of these keys as hits, each with its best passages."""
        found = self.retriever.view.catalogue.documents(keys.tolist())
        there = [found[key] for key in keys.tolist() if key in found]
        if not there:
            return ()
        shown = [self._best_passages(document.key, passages) for document in there]
        rows = [int(np.flatnonzero(self.keys == document.key)[0]) for document in there]
        best, *shown = self.retriever.exactly(
            self.question, [self.best.rows(np.array(rows)), *shown]
        )
        return tuple(
            self._hit(document, self.relevances[row], _scores(best, at), own)
            for at, (document, row, own) in enumerate(zip(there, rows, shown, strict=True))
        )

    def _best_passages(self, document: int, count: int) -> Scored:
        """Return the best of the document's passages that are worth a look.

        A title says what the document is called already: of those that are worth a look by nothing
        else, the best text is returned all the same.
        """
        view = self.retriever.view
        own = np.flatnonzero(view.table.documents[self.scored.positions] == document)
        own = own[~view.table.titles[self.scored.positions[own]]]
        if len(own):
            return self.scored.rows(own[np.argsort(-self.scored.fused[own], kind="stable")[:count]])
        positions = view.by_document.positions(document)
        texts = self.retriever.score(self.question, positions[~view.table.titles[positions]])
        return texts.rows(np.argsort(-texts.fused, kind="stable")[:count])

    def _hit(
        self, document: StoredDocument, relevance: float, scores: Scores, shown: Scored
    ) -> Hit:
        """Return the document as a hit with the passages shown."""
        named: tuple[Duplicate, ...] = ()
        copy_count = 0
        if self.duplicates == "fold":
            named, copy_count = duplicates_of(
                self.retriever.view, document.key, self.candidates.among
            )
        return Hit(
            document,
            float(relevance),
            scores,
            passage_hits(self.retriever, self.question, shown, range(len(shown.positions))),
            duplicates=named,
            duplicate_count=copy_count,
        )


def _literal_answers(
    view: LibraryView, question: Question, scored: Scored, relevances: NDArray[np.float32]
) -> Keys:
    """Return the keys of the documents that answer by what they hold, not by what they mean."""
    if question.query.is_demanding:
        return view.table.documents[scored.positions]
    if relevances.max(initial=0.0) < ANSWERING_RELEVANCE:
        return np.union1d(named(view, question, scored), holding(view, question, scored))
    if len(question.query.terms) == 1:
        return holding(view, question, scored)
    return holding_what_is_rare(view, question)


def passage_hits(
    retriever: Retriever, question: Question, scored: Scored, rows: Sequence[int]
) -> tuple[PassageHit, ...]:
    """Return the passages of these rows that are still there, with the marks of words."""
    found = retriever.view.passages_at(int(scored.positions[row]) for row in rows)
    terms = question.query.terms if question.mode != "semantic" else ()
    return tuple(
        PassageHit(
            stored.key,
            stored.passage,
            _scores(scored, row),
            highlights(stored.passage.text, terms),
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
