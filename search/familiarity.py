"""How much of a cosine is owed to what is near to anything?

A short passage is near to any question, and a stray English word to any Chinese passage. What a
passage v has more of that than usual, and an English query q among Chinese passages, is

    0.4 · (v - v̄) · q̄ + 0.6 · (q - q̄) · v̄

with the mean q̄ of everyday questions and the mean v̄ of passages, each in its own language. It is
known for the bundled model only; `python -m benchmarks.familiarity` makes the means out of `data/`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CALIBRATED_MODEL = "multilingual-e5-small"
"""What means and relevance were fitted for: cosines mean something else with every model."""

MEANS = Path(__file__).with_name("familiarity.npy")
"""Mean vectors, shape (2, 2, dimension): of questions and passages; East Asian, others."""

_OF_PASSAGES = 0.4
_OF_QUERIES = 0.6
_EAST_ASIAN, _OTHER = 0, 1

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Familiarity:
    """What questions in one language have in common, and passages."""

    usual: Floats
    """The mean q̄ of questions in that language, shape (dimension,)."""

    _asked_in: int

    @classmethod
    def of(cls, model: str, language: str | None) -> "Familiarity | None":
        """Return that of questions in that East Asian language, or in another; None if unknown."""
        if model != CALIBRATED_MODEL:
            return None
        asked_in = _OTHER if language is None else _EAST_ASIAN
        return cls(_means()[0][asked_in], asked_in)

    def owed(self, vector: Floats, products: Floats, across: NDArray[np.bool_]) -> Floats:
        """Return what to take off the cosine of this question with each passage.

        `products` are those of the passages with `usual`, and `across` says which are not in its
        language.
        """
        questions, passages = _means()
        written_in = np.where(across, 1 - self._asked_in, self._asked_in)
        usual = passages @ questions[self._asked_in]
        found = _OF_PASSAGES * (products - usual[written_in])
        if self._asked_in == _OTHER:
            more_than_usual = vector @ passages[_EAST_ASIAN] - usual[_EAST_ASIAN]
            found += _OF_QUERIES * more_than_usual * across
        taken_off: Floats = found.astype(np.float32)
        return taken_off


@cache
def _means() -> Floats:
    means: Floats = np.load(MEANS)
    return means
