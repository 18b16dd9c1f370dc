"""Which vectors do these texts have? What is embedded is the folded text, as of queries."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder, TextsDone, Vectors
from text.folding import fold


def embed(encoder: Encoder, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
    """Return a row for each text."""
    return encoder.encode_passages([fold(text).text for text in texts], progress)


def embedded(
    encoder: Encoder, texts: Sequence[str], progress: TextsDone | None = None
) -> dict[str, NDArray[np.float32]]:
    """Return the vector of each text."""
    return dict(zip(texts, embed(encoder, texts, progress), strict=True)) if texts else {}
