"""Any other model: whatever sentence-transformers loads, by its name on a hub or its folder."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from core.types import ModelCard
from models.encoder import TextsDone, Tokens, Vectors, clean, unit_rows
from models.hub_files import loaded
from models.windows import Finished, Window, merged, windows

WINDOWS_AT_ONCE = 256
SPARE_TOKENS = 8
PASSAGE_PROMPTS = ("document", "passage", "corpus")
E5 = re.compile(r"(^|[-_/])e5([-_/]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Task:
    """One of the model's two ways to encode, and the prompt that goes with it."""

    encode: Callable[..., Any]
    prefix: str

    def vectors(self, texts: list[str]) -> Vectors:
        """Return one row a text; what is longer than the model reads would be cut off."""
        rows = self.encode(
            texts, prompt=self.prefix, show_progress_bar=False, normalize_embeddings=True
        )
        return np.asarray(rows, np.float32)


class HubEncoder:
    """Encodes with a Sentence Transformers model, under the prompts that the model brings."""

    def __init__(self, name: str, model: Any, fingerprint: str) -> None:
        self._model = model
        self._lock = Lock()
        self._words = _word_table(model)
        query, passage = prefixes(name, model.prompts)
        self._queries = _Task(model.encode_query, query)
        self._passages = _Task(model.encode_document, passage)
        dimension = self._queries.vectors([name]).shape[1]
        self.card = ModelCard(name, dimension, query, passage, fingerprint)

    @classmethod
    def load(cls, name: str, threads: int | None = None) -> "HubEncoder":
        """Return the encoder of that name or folder; it is downloaded if a hub can be reached."""
        found = loaded(name)
        if threads is not None:
            import torch  # noqa: PLC0415 - comes with the model

            torch.set_num_threads(threads)
        return cls(name, *found)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question."""
        return self._encode(self._queries, texts, _silent)

    def encode_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Return one row for each passage."""
        return self._encode(self._passages, texts, progress or _silent)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text; none where the model has no table of them."""
        with self._lock:
            ids = [self._ids(clean(text)) for text in texts]
        rows = [unit_rows(np.asarray(self._words[each], np.float32)) for each in ids]
        return [Tokens(each, np.ones(len(each), np.float32)) for each in rows]

    def _ids(self, text: str) -> list[int]:
        if not len(self._words):
            return []
        ids: list[int] = self._model.tokenizer(text, add_special_tokens=False, verbose=False)[
            "input_ids"
        ]
        return ids

    def _encode(self, task: _Task, texts: Sequence[str], progress: TextsDone) -> Vectors:
        if not texts:
            return np.empty((0, self.card.dimension), np.float32)
        with self._lock:
            parts, stretches = self._cut([clean(text) for text in texts], task.prefix)
            finished = Finished(parts)
            rows = []
            for start in range(0, len(parts), WINDOWS_AT_ONCE):
                batch = range(len(parts))[start : start + WINDOWS_AT_ONCE]
                rows.append(task.vectors([stretches[index] for index in batch]))
                progress(finished.after(batch))
        return merged(np.concatenate(rows), parts, len(texts))

    def _cut(self, texts: list[str], prefix: str) -> tuple[list[Window], list[str]]:
        """Return the windows of the texts, and for each the stretch of text that it holds."""
        limit = self._limit(prefix)
        if limit is None:
            return windows([1] * len(texts), 1), texts
        offsets = [self._offsets(text) for text in texts]
        parts = windows([len(each) - 1 for each in offsets], limit)
        stretches = [
            texts[part.text][offsets[part.text][part.start] : offsets[part.text][part.end]]
            for part in parts
        ]
        return parts, stretches

    def _limit(self, prefix: str) -> int | None:
        """Return how many tokens of a text fit beside the prompt; None if nothing is cut off."""
        longest: int | None = self._model.max_seq_length
        if longest is None or not getattr(self._model.tokenizer, "is_fast", False):
            return None
        return max(1, longest - len(self._model.tokenizer(prefix)["input_ids"]) - SPARE_TOKENS)

    def _offsets(self, text: str) -> list[int]:
        """Return where each token starts in the text, the first at 0, and where the last ends."""
        ranges = self._model.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )["offset_mapping"]
        return [0, *(start for start, _ in ranges[1:]), len(text)] if ranges else [0, len(text)]


def _word_table(model: Any) -> Vectors:
    """Return the largest table of the model that has a row for each of its tokens; or no rows."""
    tokens = len(getattr(model.tokenizer, "vocab", ()))
    tables = [getattr(each, "weight", None) for each in model.modules()]
    fitting = [t for t in tables if t is not None and t.ndim == 2 and len(t) >= tokens > 0]
    rows: Vectors = fitting[0].detach().cpu().numpy() if fitting else np.empty((0, 0), np.float32)
    return rows


def prefixes(name: str, prompts: Mapping[str, str]) -> tuple[str, str]:
    """Return what stands before a question and before a passage; E5 models need both."""
    query = prompts.get("query") or ""
    passage = next((prompts[key] for key in PASSAGE_PROMPTS if prompts.get(key)), "")
    if not query and not passage and E5.search(name):
        return "query: ", "passage: "
    return query, passage


def _silent(_count: int) -> None:
    """Report to nobody."""
