"""What comes back: a page of hits, each a document with the passages that speak for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.types import Passage
from search.selection.facets import Facet
from store.catalogue.reading import StoredDocument

Answer = Literal["good", "weak", "none"]
Provenance = Literal["shipped", "fitted", "none"]
HighlightKind = Literal["keyword", "semantic"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A half-open range of a text, in code points, and why it is marked.

    `keyword`: words of the query stand there, `terms` are those; `semantic`: where words say
    little, the sentence that is nearest in meaning.
    """

    start: int
    end: int
    kind: HighlightKind = "keyword"
    terms: frozenset[str] = frozenset()


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
    """A passage of a hit, with its marks as ranges of its own text, in order, never overlapping."""

    key: int
    passage: Passage
    scores: Scores
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a passage on one line, with its marks as ranges of `text`.

    `before` stands between it and the excerpt before: the sign of a gap, a space or nothing.
    """

    before: str
    text: str
    highlights: tuple[Highlight, ...]
    page: int | None


@dataclass(frozen=True, slots=True)
class Snippet:
    """What proves a hit: excerpts of its passages in the order of its text.

    `after` is the sign of a gap where the last passage was cut, or nothing.
    """

    excerpts: tuple[Excerpt, ...] = ()
    after: str = ""

    @property
    def text(self) -> str:
        """The excerpts as one text, gaps shown."""
        return "".join(each.before + each.text for each in self.excerpts) + self.after

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """The marks of all excerpts as ranges of the snippet's text."""
        found: list[Highlight] = []
        at = 0
        for each in self.excerpts:
            at += len(each.before)
            found += (replace(m, start=m.start + at, end=m.end + at) for m in each.highlights)
            at += len(each.text)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another document with the same text (`exact`), or with nearly the same (`near`)."""

    document: StoredDocument
    kind: Literal["exact", "near"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that answers, with its best passages, the best first.

    `relevance`, 0 to 1, means the same across queries and libraries: how likely it is that the
    document answers. `duplicates` are the other documents that the hit stands for: the first
    hundred of `duplicate_count`.
    """

    document: StoredDocument
    relevance: float
    scores: Scores
    passages: tuple[PassageHit, ...]
    snippet: Snippet = Snippet()
    duplicates: tuple[Duplicate, ...] = ()
    duplicate_count: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """How many documents match: exactly (`eq`), or at least so many (`gte`)."""

    value: int
    relation: Literal["eq", "gte"] = "eq"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the library answers at all: `best` is the highest relevance of any document.

    With a best below `none_below` the answer is none; otherwise documents from `min_relevance` on
    count. `calibration` says who fitted what relevance means.
    """

    answer: Answer
    best: float
    min_relevance: float
    none_below: float
    calibration: Provenance


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of the answer; `generation` is the commit of the library that it was read from.

    `corrected` is the query as it was meant, None where no word of it was misspelt. `nearest` holds
    up to three documents below the cut-off where no document reaches it. `facets`, by field, count
    the same documents as `total` does.
    """

    query: str
    corrected: str | None
    verdict: Verdict
    hits: tuple[Hit, ...]
    nearest: tuple[Hit, ...]
    total: Total
    facets: Mapping[str, Facet]
    generation: int
    took_ms: float = 0.0
