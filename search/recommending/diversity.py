"""In which order is a list worth reading? Each as near as can be, and not what was said before.

Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): the next document is the one with
the greatest

    lambda · score - (1 - lambda) · likeness to the nearest one that is listed

with lambda = 1 - diversity. Scores are brought to 0 to 1 over the documents at hand; the likeness
of two is the cosine of their mean vectors, 0 at least.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Order = NDArray[np.int64]


def diversified(scores: Floats, vectors: Floats, count: int, diversity: float) -> Order:
    """Return the rows of the first `count` documents, the best first.

    `scores` descend; `vectors` has a unit vector for each.
    """
    trade = 1 - diversity
    span = float(scores[0] - scores[-1]) if len(scores) else 0.0
    worth = trade * (scores - scores[-1:]) / (span or 1.0)
    nearest = np.zeros(len(scores), np.float32)
    listed = np.zeros(len(scores), np.bool_)
    order: list[int] = []
    for _ in range(min(count, len(scores))):
        marginal = np.where(listed, -np.inf, worth - (1 - trade) * nearest)
        order.append(int(np.argmax(marginal)))
        listed[order[-1]] = True
        nearest = np.maximum(nearest, vectors @ vectors[order[-1]])
    return np.array(order, np.int64)
