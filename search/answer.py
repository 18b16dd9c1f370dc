"""What comes back: a page of hits, each a document with the passages that speak for it."""

from dataclasses import dataclass
from typing import Literal

from core.types import Passage
from store.catalogue import StoredDocument

Answer = Literal["good", "weak", "none"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A half-open range of a passage's own text, in code points, and why it is marked."""

    start: int
    end: int
    kind: Literal["keyword"] = "keyword"


@dataclass(frozen=True, slots=True)
class Scores:
    """How a passage was judged.

    `semantic` is the cosine of query and passage; `z` the same in standard deviations above the
    mean of the passages in that language; `keyword` the share of the query that the passage's
    words cover, 0 to 1; `fused` what hits are ranked by.
    """

    semantic: float
    z: float
    keyword: float
    fused: float


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage of a hit, with its marks."""

    key: int
    passage: Passage
    scores: Scores
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that answers, with its best passages, the best first.

    `relevance`, 0 to 1, means the same across queries and libraries: how likely it is that the
    document answers.
    """

    document: StoredDocument
    relevance: float
    scores: Scores
    passages: tuple[PassageHit, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How many documents match: exactly (`eq`), or at least so many (`gte`)."""

    value: int
    relation: Literal["eq", "gte"] = "eq"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the library answers at all: `best` is the highest relevance of any document."""

    answer: Answer
    best: float
    min_relevance: float


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of the answer; `generation` is the commit of the library that it was read from.

    `nearest` holds up to three documents below the cut-off where no document reaches it.
    """

    query: str
    verdict: Verdict
    hits: tuple[Hit, ...]
    nearest: tuple[Hit, ...]
    total: Total
    generation: int
    took_ms: float
