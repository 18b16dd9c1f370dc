"""Which commit of the library is searched, and with which model? The newest that can be had."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from core.recent import Recent
from models.encoder import Encoder, Vectors
from search.answer import SearchPage
from search.asking.query import Query, SearchRequest, understand
from search.asking.spelling import Speller
from search.proof.excerpts import Prover
from search.recommending.centring import Centre
from search.recommending.likeness import Documents
from search.retrieve import Retriever
from store.generations import require_model
from store.view import LibraryView

SECONDS_BETWEEN_LOOKS = 0.5
_PAGES = 128
"""So many answers are kept until the next commit: some 5 MB."""

EncoderNamed = Callable[[str], Encoder]
"""Gives the encoder of that name; ModelUnavailable where it cannot be had."""


@dataclass(frozen=True)
class Serving:
    """One commit of a library and the model that made its vectors: what one search works on."""

    retriever: Retriever
    encoder: Encoder
    prover: Prover
    pages: Recent[SearchRequest, SearchPage] = field(default_factory=lambda: Recent(_PAGES))

    @classmethod
    def of(cls, view: LibraryView, encoder: Encoder) -> "Serving":
        """Return the view made ready to be searched with this encoder."""
        return cls(Retriever(view), encoder, Prover(encoder))

    def asked(self, request: SearchRequest) -> tuple[Query, Vectors | None]:
        """Return what the request asks, and its vector; its words are looked for meanwhile.

        What only documents say that the request may not find corrects no word of it.
        """
        spelling = request.spelling and request.within is None
        query = understand(request.q, Speller(self.retriever.view).corrected if spelling else None)
        if request.mode == "keyword":
            return query, None
        if request.mode == "hybrid":
            self.retriever.read_ahead(query, request.mode)
        return query, self.encoder.encode_queries([query.text])[0]

    @cached_property
    def documents(self) -> Documents:
        """Its documents, made ready to be held against others."""
        return Documents(Centre.of(self.retriever.view))


class Follower:
    """Keeps what is searched up to what is committed; safe to call from several threads.

    The one that looks opens what is new; meanwhile the others go on with what there is, so that no
    search waits for another's. With `encoder_named`, a change of the library's model is followed.
    With a `generation`, that one is searched as it is now.
    """

    def __init__(
        self,
        root: Path,
        encoder: Encoder,
        encoder_named: EncoderNamed | None = None,
        generation: int | None = None,
    ) -> None:
        self._root = root
        self._encoder_named = encoder_named
        self._lock = threading.Lock()
        self._fixed = generation is not None
        view = LibraryView(root, generation=generation)
        self._serving = Serving.of(view, self._encoder_for(view, encoder))
        self._looked_at = time.monotonic()

    def current(self) -> Serving:
        """Return the newest commit, looked for at most twice a second."""
        stale = time.monotonic() - self._looked_at >= SECONDS_BETWEEN_LOOKS
        if stale and not self._fixed:
            self._look(blocking=False)
        return self._serving

    def follow(self) -> None:
        """Look now: whoever calls has committed, and wants it to be found."""
        self._look(blocking=True)

    def _look(self, *, blocking: bool) -> None:
        if not self._lock.acquire(blocking=blocking):
            return
        try:
            self._looked_at = time.monotonic()
            if not self._serving.retriever.view.is_current():
                self._open()
        finally:
            self._lock.release()

    def _open(self) -> None:
        before = self._serving
        view = LibraryView(self._root, before.retriever.view)
        encoder = self._encoder_for(view, before.encoder)
        if encoder is before.encoder:
            self._serving = Serving(Retriever(view), encoder, before.prover)
        else:
            self._serving = Serving.of(view, encoder)

    def _encoder_for(self, view: LibraryView, encoder: Encoder) -> Encoder:
        if view.model != encoder.card and self._encoder_named is not None:
            encoder = self._encoder_named(view.model.name)
        require_model(view.model, encoder.card)
        return encoder
