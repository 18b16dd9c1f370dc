"""How much of a cosine is owed to what is near to anything?

A short passage is near to any question, and a stray English word to any Chinese passage. What a
passage v has more of that than usual, and an English query q among Chinese passages, is

    0.4 · (v - v̄) · q̄ + 0.6 · (q - q̄) · v̄

with the mean q̄ of everyday questions and the mean v̄ of passages, each in its own language. It is
known for the bundled model only; `python -m benchmarks.familiarity` makes the means out of `data/`.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.retrieve import Question, Scored
from store.nearest.index import VectorIndex

MEANS = Path(__file__).with_name("familiarity.npy")
"""Mean vectors, shape (2, 2, dimension): of questions and passages; East Asian, others."""

_OF_PASSAGES = 0.4
_OF_QUERIES = 0.6
_EAST_ASIAN, _OTHER = 0, 1

Floats = NDArray[np.float32]


def familiarity(scored: Scored, question: Question, vectors: VectorIndex) -> Floats:
    """Return what to take off the cosine of each passage, whose vectors the index has."""
    questions, passages = _means()
    asked_in = _OTHER if question.query.language is None else _EAST_ASIAN
    written_in = np.where(scored.across, 1 - asked_in, asked_in)
    usual = passages @ questions[asked_in]
    products = vectors.products(questions[asked_in], scored.positions)
    found = _OF_PASSAGES * (products - usual[written_in])
    if asked_in == _OTHER and question.vector is not None:
        more_than_usual = question.vector @ passages[_EAST_ASIAN] - usual[_EAST_ASIAN]
        found += _OF_QUERIES * more_than_usual * scored.across
    taken_off: Floats = found.astype(np.float32)
    return taken_off


@lru_cache(maxsize=1)
def _means() -> Floats:
    means: Floats = np.load(MEANS)
    return means
