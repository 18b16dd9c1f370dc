"""The shapes that go out as JSON; a fact that is not known is null."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict, JsonValue

Range = tuple[int, int]
"""Start and end in Unicode code points, the end not included."""


class ScoresOut(BaseModel):
    """How it was judged: cosine, deviations above the mean, share of the query's words, rank."""

    semantic: float
    z: float
    keyword: float
    fused: float


class HighlightOut(BaseModel):
    """A range of the text that is marked, and why.

    `keyword`: words of the query; `semantic`: where words say little, the sentence that is nearest
    in meaning. Marks are in order and never overlap.
    """

    range: Range
    kind: Literal["keyword", "semantic"]


class PassageOut(BaseModel):
    """A stretch of a document's text; `char_range` is where it lies in the whole of that text."""

    id: int
    text: str
    page: int | None
    char_range: Range
    link: str | None


class PassageHitOut(PassageOut):
    """A passage that answers; `html` is its text escaped, with <mark>, where that was asked for."""

    highlights: list[HighlightOut]
    html: str | None
    scores: ScoresOut


class SnippetOut(BaseModel):
    """Excerpts of the passages in the order of the text, `…` where something is left out.

    `highlights` are ranges of this text; `html` is that text escaped, with <mark>, where it was
    asked for.
    """

    text: str
    highlights: list[HighlightOut]
    html: str | None


class FactsOut(BaseModel):
    """The facts about a document; `path` is relative to the folder that was indexed.

    `fields` are the user's own.
    """

    file_type: str | None
    page_count: int | None
    size_bytes: int | None
    price: float | None
    language: str | None
    uploaded_at: str | None
    authors: list[str]
    tags: list[str]
    source: str | None
    fields: dict[str, str | int | float | bool | list[str]]
    path: str | None


class DocumentHead(BaseModel):
    """Which document it is; `link` is where it can be read."""

    id: str
    title: str
    url: str | None
    link: str | None
    document: FactsOut


class DuplicateOut(DocumentHead):
    """Another document with the same text (`exact`), or with nearly the same (`near`)."""

    kind: Literal["exact", "near"]


class HitOut(DocumentHead):
    """A document that answers; `relevance`, 0 to 1, means the same across queries.

    `duplicates` are the other documents that it stands for, the first hundred of
    `duplicate_count`.
    """

    relevance: float
    scores: ScoresOut
    snippet: SnippetOut
    passages: list[PassageHitOut]
    duplicates: list[DuplicateOut]
    duplicate_count: int


class VerdictOut(BaseModel):
    """Whether the library answers at all: not if the `best` relevance is below `none_below`.

    Otherwise documents from `min_relevance` on count; `calibration` says who fitted relevance.
    """

    answer: Literal["good", "weak", "none"]
    best: float
    min_relevance: float
    none_below: float
    calibration: Literal["shipped", "fitted", "none"]


class TotalOut(BaseModel):
    """How many documents match: exactly (`eq`), or at least so many (`gte`)."""

    value: int
    relation: Literal["eq", "gte"]


class FacetValueOut(BaseModel):
    """A value of a field, and how many of the documents that match have it."""

    value: str | int | float
    count: int


class FacetOut(BaseModel):
    """The values of a field over all documents that match: the hundred commonest.

    `other` counts the values that are not listed, `missing` the documents without any; `min` and
    `max` are those of the numbers. Where a document has one value at most, all counts with `other`
    and `missing` are the total.
    """

    values: list[FacetValueOut]
    other: int
    missing: int
    min: float | None
    max: float | None


_FACETS: JsonDict = {
    "language": {
        "values": [{"value": "zh", "count": 1}],
        "other": 0,
        "missing": 0,
        "min": None,
        "max": None,
    }
}
_FACTS: JsonDict = {
    "file_type": "pdf",
    "page_count": 36,
    "size_bytes": 17500733,
    "price": 0,
    "language": "zh",
    "uploaded_at": "2024-05",
    "authors": ["黄波"],
    "tags": ["参数服务器"],
    "source": "云栈文库",
    "fields": {"department": "基础架构"},
    "path": "slides/online-learning.pdf",
}
_HEAD: JsonDict = {
    "id": "weibo-online-learning",
    "title": "微博在线机器学习和深度学习实践",
    "url": None,
    "link": "/v1/documents/weibo-online-learning/file#page=22",
    "document": _FACTS,
}
_TEXT = "高可用靠 checkpoint：节点宕机后，新节点从最近一次快照恢复。"
_MARKS: list[JsonValue] = [
    {"range": [16, 20], "kind": "keyword"},
    {"range": [23, 25], "kind": "keyword"},
    {"range": [32, 34], "kind": "keyword"},
]
_PASSAGE: JsonDict = {
    "id": 412,
    "text": _TEXT,
    "page": 22,
    "char_range": [8120, 8155],
    "link": "/v1/documents/weibo-online-learning/file#page=22",
}
_SCORES: JsonDict = {"semantic": 0.8731, "z": 3.41, "keyword": 0.5, "fused": 1.0683}
_HIT: JsonDict = {
    **_HEAD,
    "relevance": 0.93,
    "scores": _SCORES,
    "snippet": {"text": _TEXT, "highlights": _MARKS, "html": None},
    "passages": [{**_PASSAGE, "highlights": _MARKS, "html": None, "scores": _SCORES}],
    "duplicates": [
        {
            **_HEAD,
            "id": "weibo-online-learning-copy",
            "link": "/v1/documents/weibo-online-learning-copy/file",
            "document": {**_FACTS, "path": "backup/online-learning.pdf"},
            "kind": "exact",
        }
    ],
    "duplicate_count": 1,
}


class SearchAnswer(BaseModel):
    """One page of an answer; with the verdict `none`, `nearest` holds up to three weak hits.

    `corrected` is the query as it was meant, null where no word of it was misspelt. `facets` count
    the same documents as `total` does.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": "节点宕机怎么恢复",
                    "corrected": None,
                    "mode": "hybrid",
                    "verdict": {
                        "answer": "good",
                        "best": 0.93,
                        "min_relevance": 0.2,
                        "none_below": 0.5,
                        "calibration": "shipped",
                    },
                    "total": {"value": 1, "relation": "eq"},
                    "limit": 10,
                    "offset": 0,
                    "hits": [_HIT],
                    "nearest": [],
                    "facets": _FACETS,
                    "generation": 7,
                    "took_ms": 12.4,
                }
            ]
        }
    )

    query: str
    corrected: str | None
    mode: str
    verdict: VerdictOut
    total: TotalOut
    limit: int
    offset: int
    hits: list[HitOut]
    nearest: list[HitOut]
    facets: dict[str, FacetOut]
    generation: int
    took_ms: float


class DocumentAnswer(DocumentHead):
    """A document with all its passages in the order of its text."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_HEAD, "passages": [_PASSAGE]}]})

    passages: list[PassageOut]


class ListAnswer(BaseModel):
    """One page of the documents that pass a filter; `next_cursor` asks for the next one.

    It is null after the last. `total` and `facets` are of all documents that pass.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "documents": [_HEAD],
                    "total": {"value": 1, "relation": "eq"},
                    "facets": _FACETS,
                    "next_cursor": None,
                    "generation": 7,
                }
            ]
        }
    )

    documents: list[DocumentHead]
    total: TotalOut
    facets: dict[str, FacetOut]
    next_cursor: str | None
    generation: int


class ReasonOut(BaseModel):
    """The closest pair of passages: `own` of what is liked, `theirs` of the document given.

    `liked` is the document that `own` is of, null for a free text. `label` has up to four telling
    terms that both sides hold, as they are written; none across languages. `closeness` is the
    cosine of the pair without what all passages of a language have in common, -1 to 1. `visited`
    says that those who visit what is liked visit the document, too: known where events are kept.
    """

    label: list[str]
    liked: str | None
    own: str
    own_page: int | None
    theirs: str
    their_page: int | None
    closeness: float
    visited: bool


class SimilarOut(DocumentHead):
    """A similar document, how far it stands out (deviations above the mean), and why."""

    similarity: float
    reason: ReasonOut


_REASON: JsonDict = {
    "label": ["节点宕机"],
    "liked": "weibo-online-learning",
    "own": "节点宕机后，新节点从快照恢复。",
    "own_page": 22,
    "theirs": "节点宕机时，副本从检查点重建。",
    "their_page": 9,
    "closeness": 0.6312,
    "visited": False,
}


class SimilarAnswer(BaseModel):
    """Documents like this one, the most similar first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "weibo-online-learning",
                    "similar": [{**_HEAD, "similarity": 3.41, "reason": _REASON}],
                }
            ]
        }
    )

    id: str
    similar: list[SimilarOut]


class RecommendAnswer(BaseModel):
    """Documents that are recommended, the best first; `similarity` need not descend."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "recommended": [{**_HEAD, "similarity": 3.41, "reason": _REASON}],
                    "generation": 7,
                    "took_ms": 23.4,
                }
            ]
        }
    )

    recommended: list[SimilarOut]
    generation: int
    took_ms: float


class StatusAnswer(BaseModel):
    """The service stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = "ok"


class VersionAnswer(BaseModel):
    """What runs here."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"version": "0.1.0", "api": "v1", "model": "multilingual-e5-small"}]
        }
    )

    version: str
    api: Literal["v1"] = "v1"
    model: str
