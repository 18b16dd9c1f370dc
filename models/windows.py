"""How are texts of any length fed to a model that reads 512 tokens? In windows, in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.encoder import Vectors, unit_rows


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one text's tokens, short enough for the model."""

    text: int
    start: int
    end: int

    @property
    def weight(self) -> int:
        """The window's share in its text's vector."""
        return max(1, self.end - self.start)


def windows(lengths: Sequence[int], limit: int) -> list[Window]:
    """Return the windows of texts of these lengths: as few as can be, of even size, in order."""
    found: list[Window] = []
    for text, length in enumerate(lengths):
        count = max(1, -(-length // limit))
        edges = [length * part // count for part in range(count + 1)]
        found.extend(Window(text, *edges[part : part + 2]) for part in range(count))
    return found


def batches(parts: Sequence[Window], budget: int) -> Iterator[list[int]]:
    """Yield indices of windows, longest first, whose padded tokens together keep the budget."""
    order = sorted(range(len(parts)), key=lambda index: parts[index].start - parts[index].end)
    at = 0
    while at < len(order):
        count = max(1, budget // parts[order[at]].weight)
        yield order[at : at + count]
        at += count


def merged(vectors: Vectors, parts: Sequence[Window], texts: int) -> Vectors:
    """Return one unit vector a text: the mean of its windows' vectors, weighted by tokens."""
    sums = np.zeros((texts, vectors.shape[1]), np.float32)
    weights = np.array([part.weight for part in parts], np.float32)
    np.add.at(sums, [part.text for part in parts], vectors * weights[:, None])
    return unit_rows(sums)


class Finished:
    """Counts the texts all of whose windows are done."""

    def __init__(self, parts: Sequence[Window]) -> None:
        self._parts = parts
        self._open: dict[int, int] = {}
        for part in parts:
            self._open[part.text] = self._open.get(part.text, 0) + 1

    def after(self, batch: Sequence[int]) -> int:
        """Return how many texts that batch has completed."""
        done = 0
        for index in batch:
            text = self._parts[index].text
            self._open[text] -= 1
            done += self._open[text] == 0
        return done
