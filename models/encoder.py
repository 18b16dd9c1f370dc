"""What every encoder promises: text in, unit vectors out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.types import ModelCard

Vectors = NDArray[np.float32]
"""One unit vector a row."""

TextsDone = Callable[[int], None]
"""Called with the number of texts that were just finished."""

LoadProgress = Callable[[float], None]
"""Called with the share, 0 to 1, of a model's first preparation that is done."""


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The tokens of a text, each as the model knows it before it has seen what stands beside it.

    `vectors` has a unit row for each, `information` says how much each tells: -ln of how often it
    comes where the model knows that, 1 where it does not. Shapes (n, d) and (n,).
    """

    vectors: Vectors
    information: NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors, in the order given; safe to call from several threads."""

    @property
    def card(self) -> ModelCard:
        """The facts to store with every vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each question."""
        ...

    def encode_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Return one row for each passage; long ones are read to their end."""
        ...

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, without running the model: a thousand of them in 5 ms."""
        ...


def clean(text: str) -> str:
    """Return the text with lone surrogates, which no tokenizer takes, as U+FFFD."""
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
