"""What is asked of every engine, what it gets, and what is found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

TEN = 10
SHARES = (1.0, 0.1, 0.01, 0.001)
BUCKETS = 1000
"""Each document is in one of them: `bucket < 100` keeps a tenth of all."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Data:
    """What all engines get: unit vectors, the bucket of each, and questions.

    `least` has the cosine of the tenth nearest for each share that a filter keeps, and question.
    """

    vectors: Vectors
    buckets: NDArray[np.int16]
    questions: Vectors
    least: Vectors

    @classmethod
    def of(cls, folder: Path) -> "Data":
        """Return what lies in the folder; the vectors are mapped."""
        names = ("buckets", "questions", "least")
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        return cls(vectors, *(np.load(folder / f"{name}.npy") for name in names))

    def save(self, folder: Path) -> None:
        """Write it to the folder."""
        for name in ("vectors", "buckets", "questions", "least"):
            np.save(folder / f"{name}.npy", getattr(self, name))


class Engine(Protocol):
    """An index that was opened; `efforts` are ways to search it, the one that is usual first."""

    efforts: Sequence[int]

    def __init__(self, folder: Path) -> None:
        """Open what was built there."""

    @staticmethod
    def build(folder: Path, data: Data) -> None:
        """Write an index of all vectors to this empty folder, so that a new process can open it."""

    def nearest(self, question: Vectors, effort: int, below: int | None) -> Sequence[int]:
        """Return the rows of the ten nearest vectors; of buckets below that, None for all.

        NotImplementedError where the engine has no filter.
        """


@dataclass(frozen=True, slots=True)
class Answered:
    """How an engine answered at one effort where a filter keeps that share; 1 is without filter."""

    effort: int
    share: float
    p50: float
    p99: float
    recall: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found out by asking; `own` bytes are held in memory, others mapped from files."""

    opening: float
    own: int
    mapped: int
    answers: tuple[Answered, ...]

    @classmethod
    def read(cls, values: dict[str, Any]) -> "Asked":
        """Return it from what a JSON file has."""
        return cls(**values | {"answers": tuple(Answered(**each) for each in values["answers"])})
