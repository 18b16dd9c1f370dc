"""A question becomes a page: fold → embed | terms → candidates → fusion → documents → snippets."""

import gc
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import repeat
from pathlib import Path

from models.encoder import Encoder, Vectors
from search.answer import Highlight, SearchPage, Total
from search.asking.query import Duplicates, Mode, Query, SearchRequest, understand
from search.asking.spelling import Speller
from search.documents import Keys, Ranking
from search.filtering.within import among, document_within, facts_within
from search.following import EncoderNamed, Follower, Serving
from search.inside import marks_inside, search_inside
from search.recommending.answer import Recommendation, Recommendations
from search.recommending.habits import Habits
from search.recommending.recommender import recommended, recommended_ids
from search.recommending.request import RecommendRequest
from search.searchers.pool import Asked, Searchers
from search.selection.facets import Facet, count_facets
from search.selection.listing import ListPage, ListRequest, list_documents
from search.selection.sorting import Sorting
from search.verdict import Calibration, counted, verdict
from store.catalogue.reading import StoredDocument
from store.layout import LibraryLayout
from store.view import LibraryView

_TO_WARM_UP = SearchRequest("文海 wenhai", limit=1)
_QUESTIONS_AT_ONCE = 512  # texts of a length meet: a fifth faster than 64


class Engine:
    """Answers questions to one library; safe to call from several threads.

    It follows the library: what another process commits is found within a second, and with
    `encoder_named` also a change of its model. With a `generation`, that one is searched as it is.
    With `searchers`, those look for the answers of `search`.
    """

    def __init__(
        self,
        root: Path,
        encoder: Encoder,
        encoder_named: EncoderNamed | None = None,
        generation: int | None = None,
        searchers: Searchers | None = None,
    ) -> None:
        self.root = root
        self._searchers = searchers
        self._follower = Follower(root, encoder, encoder_named, generation)
        self._habits = Habits(LibraryLayout(root))
        # More at once than there are cores only wait for one another: 16 clients got two thirds.
        # Who comes first is answered first: with a semaphore, p99 was twice p50, and not 1.4 times.
        self._answering = ThreadPoolExecutor(os.cpu_count(), "answering")

    @property
    def view(self) -> LibraryView:
        """The newest commit of the library."""
        return self._follower.current().retriever.view

    @property
    def encoder(self) -> Encoder:
        """The model that the library is searched with."""
        return self._follower.current().encoder

    def follow(self) -> None:
        """Find from now on what was committed up to now."""
        self._follower.follow()

    def follow_visits(self) -> None:
        """Know from now on what visitors did up to now; without it, that takes a few seconds."""
        self._habits.follow()

    def rank(
        self,
        q: str,
        mode: Mode = "hybrid",
        duplicates: Duplicates = "fold",
        *,
        spelling: bool = True,
    ) -> Ranking:
        """Return every document worth a look for this question, best first."""
        return next(self.rankings([q], mode, duplicates, spelling=spelling))

    def rankings(
        self,
        questions: Sequence[str],
        mode: Mode = "hybrid",
        duplicates: Duplicates = "fold",
        *,
        spelling: bool = True,
    ) -> Iterator[Ranking]:
        """Return the ranking of each question in turn, encoded together: for evaluation.

        Nothing is skipped: InvalidQuery if one of them cannot be asked.
        """
        serving = self._follower.current()
        retriever = serving.retriever
        corrected = Speller(retriever.view).corrected if spelling else None
        batches = (
            [understand(q, corrected) for q in questions[start : start + _QUESTIONS_AT_ONCE]]
            for start in range(0, len(questions), _QUESTIONS_AT_ONCE)
        )
        for queries, vectors in _encoded(serving.encoder, batches, mode):
            for query, vector in zip(queries, vectors, strict=True):
                question = retriever.question(query, vector, mode)
                yield Ranking.of(retriever, question, retriever.candidates(question), duplicates)

    def search(self, request: SearchRequest) -> SearchPage:
        """Return the page of documents that answer the request, best first."""
        started = time.perf_counter()
        serving = self._follower.current()
        page = serving.pages.get(request)
        if page is None:
            page = self._searched_elsewhere(serving, request) or self._searched(serving, request)
            serving.pages.put(request, page)
        return replace(page, took_ms=(time.perf_counter() - started) * 1000)

    def warm_up(self) -> None:
        """Do one real search, so that the next one finds all that it needs read and loaded.

        The process then never looks through what is there now for garbage: that takes 0.1 s.
        """
        self.search(_TO_WARM_UP)
        gc.freeze()

    def _searched_elsewhere(self, serving: Serving, request: SearchRequest) -> SearchPage | None:
        if self._searchers is None:
            return None
        commit = serving.retriever.view.state.sequence
        return self._searchers.page(Asked(self.root, commit, request))

    def _searched(self, serving: Serving, request: SearchRequest) -> SearchPage:
        query, vector = serving.asked(request)
        return self._answering.submit(_answered, serving, request, query, vector).result()

    def document(self, document_id: str, within: str | None = None) -> StoredDocument:
        """Return the document of that id; DocumentNotFound if none there passes `within`."""
        return document_within(self.view, document_id, within)

    def search_inside(self, document_id: str, request: SearchRequest) -> SearchPage:
        """Return the passages of that document that answer, best first, each as a hit."""
        serving = self._follower.current()
        document = document_within(serving.retriever.view, document_id, request.within)
        return search_inside(serving, document, request)

    def marks_inside(
        self,
        document_id: str,
        request: SearchRequest,
        passages: Sequence[int],
        chosen: int | None = None,
    ) -> dict[int, tuple[Highlight, ...]]:
        """Return what is marked in these passages of that document, by their keys.

        In the chosen one also the sentence that means what is asked, where words say little.
        """
        serving = self._follower.current()
        document = document_within(serving.retriever.view, document_id, request.within)
        return marks_inside(serving, document, request, passages, chosen)

    def recommend(self, request: RecommendRequest) -> Recommendations:
        """Return the documents that the request asks for, each with the reason, the best first."""
        started = time.perf_counter()
        serving = self._follower.current()
        found = recommended(serving, request, self._habits.current())
        took_ms = (time.perf_counter() - started) * 1000
        return Recommendations(found, serving.retriever.view.state.sequence, took_ms)

    def similar(
        self,
        document_id: str,
        limit: int = 10,
        filter_: str | None = None,
        within: str | None = None,
    ) -> tuple[Recommendation, ...]:
        """Return the documents most like this one, the most similar first.

        Only those are given that pass the filter; those that do not pass `within` are as if not
        there.
        """
        request = RecommendRequest(
            (document_id,), filter=filter_, limit=limit, diversity=0, within=within
        )
        return self.recommend(request).documents

    def similar_ids(self, document_id: str, limit: int) -> list[str]:
        """Return the ids of the same documents, without the reasons: for evaluation."""
        request = RecommendRequest((document_id,), limit=limit, diversity=0)
        return recommended_ids(self._follower.current(), request, self._habits.current())

    def documents(self, request: ListRequest) -> ListPage:
        """Return the page of the list of documents that the request asks for."""
        return list_documents(self.view, request)


def _answered(
    serving: Serving, request: SearchRequest, query: Query, vector: Vectors | None
) -> SearchPage:
    retriever = serving.retriever
    question = retriever.question(query, vector, request.mode)
    allowed = among(retriever.view, request.filter, request.within)
    candidates = retriever.candidates(question, allowed)
    ranking = Ranking.of(retriever, question, candidates, request.duplicates)
    best = float(ranking.relevances.max(initial=0.0))
    provenance = Calibration.of(retriever.view).provenance
    found = verdict(best, request.min_relevance, provenance)
    matching, nearest = counted(found, ranking.keys, ranking.relevances)
    matching, facets = _sorted_and_counted(retriever.view, matching, request)
    # where none of the best answers, none after them does
    complete = found.answer == "none" or ranking.complete_above(found.min_relevance)
    shown = ranking.hits(
        matching[request.offset : request.offset + request.limit], request.passages
    )
    weak = ranking.hits(nearest, request.passages)
    return SearchPage(
        query=_printable(request.q),
        corrected=_printable(query.corrected) if query.corrected else None,
        verdict=found,
        hits=serving.prover.proved(shown, question, request),
        nearest=serving.prover.proved(weak, question, request),
        total=Total(len(matching), "eq" if complete else "gte"),
        facets=facets,
        generation=retriever.view.state.sequence,
    )


def _sorted_and_counted(
    view: LibraryView, documents: Keys, request: SearchRequest
) -> tuple[Keys, Mapping[str, Facet]]:
    """Return the documents in the order that was asked for, and their facets."""
    if not request.sort and not request.facets:
        return documents, {}
    facts = facts_within(view, request.within)
    counted = count_facets(facts, documents, request.facets)
    return Sorting(facts, request.sort).order(documents), counted


def _encoded(
    encoder: Encoder, batches: Iterator[list[Query]], mode: Mode
) -> Iterator[tuple[list[Query], Iterable[Vectors | None]]]:
    """Return each batch with its vectors; the next is encoded while one is worked on."""
    if mode == "keyword":
        yield from ((queries, repeat(None, len(queries))) for queries in batches)
        return

    def vectors_of(queries: list[Query]) -> Vectors:
        return encoder.encode_queries([query.text for query in queries])

    first = next(batches, [])
    vectors = vectors_of(first)
    with ThreadPoolExecutor(1) as ahead:
        for queries in batches:
            following = ahead.submit(vectors_of, queries)
            yield first, vectors
            first, vectors = queries, following.result()
    yield first, vectors


def _printable(q: str) -> str:
    """Return the text with characters that no encoding knows replaced."""
    return q.encode("utf-8", "replace").decode()
