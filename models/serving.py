"""Which vector has a question that was asked before, or that many ask at once?"""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from core.recent import Recent
from core.types import ModelCard
from models.encoder import Encoder, TextsDone, Tokens, Vectors

REMEMBERED = 4096
"""Of so many questions the vectors are kept: at 384 dimensions, 6 MB."""

AT_ONCE = 8
"""So many questions go into one run of the model; together they take two thirds of the time."""

Vector = NDArray[np.float32]


class ServingEncoder:
    """An encoder for a server: it remembers questions, and runs once for all who wait.

    Nobody waits for others to come: where the model is idle it runs at once, and those who come
    meanwhile share the next run.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._known: Recent[str, Vector] = Recent(REMEMBERED)
        self._asked: dict[str, Future[Vector]] = {}
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._running: threading.Thread | None = None

    @property
    def card(self) -> ModelCard:
        """The facts to store with every vector."""
        return self._encoder.card

    def encode_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Return one row for each passage; long ones are read to their end."""
        return self._encoder.encode_passages(texts, progress)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, without running the model."""
        return self._encoder.tokens(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question."""
        if len(texts) != 1:
            return self._encoder.encode_queries(texts)
        (text,) = texts
        with self._lock:
            known = self._known.get(text)
            promised = self._promised(text) if known is None else None
        found = known if promised is None else promised.result()
        return np.array([found])

    def _promised(self, text: str) -> Future[Vector]:
        """Return what will hold the vector, one for all who ask for that text."""
        if text not in self._asked:
            self._asked[text] = Future()
            self._waiting.put(text)
        if self._running is None:
            self._running = threading.Thread(target=self._run, name="wenhai-encoder", daemon=True)
            self._running.start()
        return self._asked[text]

    def _run(self) -> None:
        while True:
            texts = [self._waiting.get()]
            with suppress(queue.Empty):
                while len(texts) < AT_ONCE:
                    texts.append(self._waiting.get_nowait())
            self._answer(texts)

    def _answer(self, texts: list[str]) -> None:
        """Encode these and hand them to those who wait; they are told what goes wrong."""
        try:
            vectors = self._encoder.encode_queries(texts)
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            for each in self._told(texts):
                each.set_exception(error)
            return
        for text, vector in zip(texts, vectors, strict=True):
            self._known.put(text, vector)
        for each, vector in zip(self._told(texts), vectors, strict=True):
            each.set_result(vector)

    def _told(self, texts: list[str]) -> list[Future[Vector]]:
        with self._lock:
            return [self._asked.pop(text) for text in texts]
