"""Random documents, random filters: every number shown is what plain Python counts."""

import dataclasses
import json
import operator
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.types import Metadata, Page, SourceDocument
from indexer.parts import part_of
from models import Encoder
from search.asking.query import MODES, SearchRequest
from search.engine import Engine
from search.filtering.masks import passing
from search.selection.listing import ListRequest
from store.derived.facts import Facts
from store.writer import LibraryWriter
from text.folding import fold

WORD = "checkpoint"
TEXTS = [
    "A server restores the last checkpoint after a crash.",
    "参数服务器定期写出 checkpoint，宕机以后恢复。",
    "Water the tomato seedlings every morning.",
    "分布式缓存的一致性与淘汰策略。",
]
TITLES = ["參數服務器", "参数服务器", "Tomatoes", "notes"]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
Document = dict[str, Any]
Library = Callable[[list[Document]], Engine]


@dataclass(frozen=True)
class Asked:
    """A filter as text, and what it says about a document."""

    text: str
    holds: Callable[[Document], bool] = dataclasses.field(repr=False)


DATES = st.sampled_from(["2022", "2022-12", "2022-12-31", "2023", "2023-02", "2023-02-28"])
DOCUMENT = st.fixed_dictionaries(
    {"title": st.sampled_from(TITLES), "text": st.sampled_from(TEXTS)},
    optional={
        "language": st.sampled_from(["zh", "en"]),
        "file_type": st.sampled_from(["pdf", "md"]),
        "tags": st.lists(st.sampled_from(["AI", "ai", "GPU"]), min_size=1, max_size=2),
        "page_count": st.integers(1, 4),
        "price": st.sampled_from([0.0, 2.5]),
        "uploaded_at": DATES,
        "fields": st.dictionaries(
            st.sampled_from(["color", "seen"]),
            st.one_of(
                st.sampled_from(["red", "Red", "2"]), DATES, st.integers(1, 3), st.booleans()
            ),
        ),
    },
)
DOCUMENTS = st.lists(DOCUMENT, min_size=3, max_size=30)


def values(document: Document, field: str) -> list[Any]:
    own = document.get("fields", {})
    value = own.get(field) if field in ("color", "seen") else document.get(field)
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def alike(text: str) -> str:
    return fold(unicodedata.normalize("NFKC", text)).text


def start(date: str) -> tuple[int, ...]:
    return tuple(int(each) for each in f"{date}-01-01"[:10].split("-"))


def end(date: str) -> tuple[int, ...]:
    return tuple(int(each) for each in f"{date}-99-99"[:10].split("-"))


def is_date(value: Any) -> bool:
    return isinstance(value, str) and value[:2] == "20"


def equals(value: Any, word: str) -> bool:
    if isinstance(value, bool):
        return str(value).lower() == word.lower()
    if isinstance(value, str):
        within = is_date(word) and is_date(value) and start(word) <= start(value) <= end(word)
        return alike(value) == alike(word) or within
    return word.replace(".", "").isdigit() and float(word) == value


def written(word: str, quote: str) -> str:
    return f"{quote}{word}{quote}"


QUOTE = st.sampled_from(["", '"', "'"])
WORDS = {
    "language": ["zh", "ZH", "ｅｎ", "de"],
    "file_type": ["pdf", "md", "PDF"],
    "tags": ["ai", "gpu", "x"],
    "title": ["参数服务器", "TOMATOES", "or"],
    "color": ["red", "2", "2.0", "true", "2023"],
    "seen": ["2022-12", "2", "red", "2023"],
    "page_count": ["1", "2", "4.0"],
    "price": ["0", "2.5"],
    "uploaded_at": ["2022", "2022-12", "2023-02-28"],
}


@st.composite
def one_of(draw: st.DrawFn) -> Asked:
    field = draw(st.sampled_from(sorted(WORDS)))
    words = draw(st.lists(st.sampled_from(WORDS[field]), min_size=1, max_size=3))
    shown = [written(each, draw(QUOTE) if each != "or" else '"') for each in words]
    text, wanted = draw(
        st.sampled_from(
            [
                (f"{field} IN [{', '.join(shown)}]", True),
                (f"{field} not in [{', '.join(shown)}]", False),
                (" OR ".join(f"{field} = {each}" for each in shown), True),
                (" AND ".join(f"{field}!={each}" for each in shown), False),
            ]
        )
    )
    return Asked(
        f"({text})",
        lambda document: (
            wanted
            == any(equals(value, word) for value in values(document, field) for word in words)
        ),
    )


@st.composite
def compared(draw: st.DrawFn) -> Asked:
    field = draw(st.sampled_from(["page_count", "price", "color"]))
    number = draw(st.sampled_from([0, 1, 2.5, 3]))
    sign = draw(st.sampled_from(sorted(COMPARE)))

    def holds(document: Document) -> bool:
        found = [v for v in values(document, field) if type(v) in (int, float)]
        return any(COMPARE[sign](value, number) for value in found)

    return Asked(f"{field} {sign} {number}", holds)


@st.composite
def dated(draw: st.DrawFn) -> Asked:
    field, date = draw(st.sampled_from(["uploaded_at", "seen"])), draw(DATES)
    sign = draw(st.sampled_from(sorted(COMPARE)))
    bound = end(date) if sign in (">", "<=") else start(date)

    def holds(document: Document) -> bool:
        found = values(document, field)
        days = [start(value) for value in found if is_date(value)]
        numbers = [value for value in found if type(value) is int and len(date) == 4]
        return any(COMPARE[sign](value, bound) for value in days) or any(
            COMPARE[sign](value, int(date)) for value in numbers
        )

    return Asked(f"{field} {sign} {date}", holds)


@st.composite
def between(draw: st.DrawFn) -> Asked:
    least, most = sorted(draw(st.lists(st.integers(0, 4), min_size=2, max_size=2)))

    def holds(document: Document) -> bool:
        return any(least <= value <= most for value in values(document, "page_count"))

    return Asked(f"page_count {least} TO {most}", holds)


@st.composite
def exists(draw: st.DrawFn) -> Asked:
    field = draw(st.sampled_from(sorted(WORDS)))
    return Asked(f"{field} EXISTS", lambda document: bool(values(document, field)))


def negated(part: Asked) -> Asked:
    return Asked(f"NOT ({part.text})", lambda document: not part.holds(document))


def joined(parts: list[Asked]) -> st.SearchStrategy[Asked]:
    return st.sampled_from(
        [
            Asked(
                "(" + " and ".join(each.text for each in parts) + ")",
                lambda document: all(each.holds(document) for each in parts),
            ),
            Asked(
                "(" + " OR ".join(each.text for each in parts) + ")",
                lambda document: any(each.holds(document) for each in parts),
            ),
        ]
    )


FILTER = st.recursive(
    st.one_of(one_of(), compared(), dated(), between(), exists()),
    lambda inner: st.one_of(
        inner.map(negated), st.lists(inner, min_size=2, max_size=3).flatmap(joined)
    ),
    max_leaves=6,
)
# so that the users' own fields are known in every library
FIRST = {"title": "notes", "text": TEXTS[0], "fields": {"color": "blue", "seen": "never"}}


@settings(max_examples=200)
@given(DOCUMENTS, st.lists(FILTER, min_size=1, max_size=5))
def test_a_filter_keeps_exactly_the_documents_that_it_describes(documents, filters):
    documents = [FIRST, *documents]
    facts = Facts.of((key, str(key), json.dumps(each)) for key, each in enumerate(documents))
    for asked in filters:
        kept = [key for key, each in enumerate(documents) if asked.holds(each)]
        assert passing(asked.text, facts).tolist() == kept, asked.text


@pytest.fixture(scope="module")
def library(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    texts = [*TEXTS, *TITLES]
    encoded = encoder.encode_passages([fold(each).text for each in texts])
    vectors = dict(zip(texts, encoded, strict=True))

    def build(documents: list[Document]) -> Engine:
        root: Path = tmp_path_factory.mktemp("truth") / "library"
        parts = []
        for number, each in enumerate(documents):
            facts = {name: value for name, value in each.items() if name != "text"}
            metadata = Metadata.from_dict(facts)
            parts.append(part_of(SourceDocument(f"d{number}", metadata, (Page(each["text"]),))))
        with LibraryWriter(root, encoder.card) as writer, writer.turn() as turn:
            turn.add("all", "all", parts, vectors)
        return Engine(root, encoder)

    return build


def every_hit(engine: Engine, asked: dict[str, Any]) -> list[str]:
    ids: list[str] = []
    while hits := engine.search(SearchRequest(WORD, offset=len(ids), limit=7, **asked)).hits:
        ids += [hit.document.id for hit in hits]
    return ids


def counted(facets: Any) -> int:
    facet = facets["file_type"]
    return sum(each.count for each in facet.values) + facet.missing + facet.other


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, st.lists(FILTER, min_size=1, max_size=3))
def test_total_facets_and_paging_agree_with_plain_python_in_all_modes(library, documents, filters):
    documents = [FIRST, *documents]
    engine = library(documents)
    stored = {f"d{number}": each for number, each in enumerate(documents)}
    for number, each in stored.items():
        known = engine.document(number).metadata.to_dict()
        stored[number] = {**known, "text": each["text"]}
    for mode in MODES:
        for asked in filters:
            passes = {number for number, each in stored.items() if asked.holds(each)}
            if mode == "keyword":
                passes = {number for number in passes if WORD in stored[number]["text"]}
            for least in (0, None):
                request = {"mode": mode, "filter": asked.text, "min_relevance": least}
                page = engine.search(SearchRequest(WORD, facets=("file_type",), **request))
                found = every_hit(engine, request)
                assert page.total.value == counted(page.facets) == len(found) == len(set(found))
                assert set(found) == passes if least == 0 else set(found) <= passes


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    DOCUMENTS,
    FILTER,
    st.lists(
        st.sampled_from(["page_count", "uploaded_at:desc", "color", "tags:desc", "title"]),
        max_size=2,
        unique=True,
    ),
    st.integers(1, 9),
)
def test_a_list_gives_every_document_that_passes_once_and_in_order(
    library, documents, asked, sort, limit
):
    documents = [FIRST, *documents]
    engine = library(documents)
    stored = [engine.document(f"d{number}") for number in range(len(documents))]
    documents = [{**stored[n].metadata.to_dict(), "text": ""} for n in range(len(documents))]
    listed, cursor = [], None
    while True:
        page = engine.documents(ListRequest(asked.text, tuple(sort), ("file_type",), limit, cursor))
        listed += [each.id for each in page.documents]
        if (cursor := page.cursor) is None:
            break
    numbers = [number for number, each in enumerate(documents) if asked.holds(each)]
    for key in reversed(sort):
        numbers = in_order(numbers, documents, key)
    assert listed == [f"d{number}" for number in numbers]
    assert page.total == counted(page.facets) == len(listed)


def in_order(numbers: list[int], documents: list[Document], key: str) -> list[int]:
    field, _, direction = key.partition(":")
    descending = direction == "desc"

    def place(number: int) -> tuple[bool, Any]:
        found = values(documents[number], field)
        texts = [str(each).lower() if isinstance(each, bool) else each for each in found]
        ranked = [(isinstance(v, str), alike(v) if isinstance(v, str) else v) for v in texts]
        return (max if descending else min)(ranked)

    known = [number for number in numbers if values(documents[number], field)]
    missing = [number for number in numbers if number not in known]
    return sorted(known, key=place, reverse=descending) + missing
