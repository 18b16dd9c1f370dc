"""Which documents are there? Filtered, sorted, and paged so that none is skipped or shown twice.

A page begins after the last document of the page before, wherever that stands or stood: documents
may come and go meanwhile.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import InvalidQuery
from search.asking.query import MOST_HITS, require_fields, require_number
from search.filtering.masks import passing
from search.filtering.within import facts_within
from search.selection.facets import Facet, count_facets
from search.selection.sorting import Sorting, Value
from store.catalogue.reading import StoredDocument
from store.view import LibraryView


@dataclass(frozen=True, slots=True)
class ListRequest:
    """`limit` documents that pass the filter, sorted, from the cursor of the page before on.

    Documents that do not pass `within` are as if not there.
    """

    filter: str | None = None
    sort: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    limit: int = 10
    cursor: str | None = None
    within: str | None = None

    def __post_init__(self) -> None:
        require_number("limit", self.limit, 1, MOST_HITS)
        require_fields("sort", self.sort)
        require_fields("facets", self.facets)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list; `cursor` asks for the next one, None after the last.

    `total` and `facets` are of all documents that pass the filter.
    """

    documents: tuple[StoredDocument, ...]
    total: int
    facets: Mapping[str, Facet]
    cursor: str | None
    generation: int


def list_documents(view: LibraryView, request: ListRequest) -> ListPage:
    """Return the page of the list that the request asks for."""
    facts = facts_within(view, request.within)
    keys = facts.keys if request.filter is None else passing(request.filter, facts)
    sorting = Sorting(facts, request.sort)
    following = keys
    if request.cursor is not None:
        document, values = _read(request.cursor, request)
        following = keys[sorting.after(values, document)[facts.rows(keys)]]
    shown = sorting.order(following)[: request.limit].tolist()
    found = view.catalogue.documents(shown)
    more = len(following) > len(shown)
    return ListPage(
        documents=tuple(found[key] for key in shown if key in found),
        total=len(keys),
        facets=count_facets(facts, keys, request.facets),
        cursor=_cursor(request, shown[-1], sorting.values(shown[-1])) if more else None,
        generation=view.state.sequence,
    )


def _cursor(request: ListRequest, document: int, values: list[Value]) -> str:
    """Return what the next page begins after; it is good for this filter and order only."""
    content = json.dumps([_mark(request), document, *values])
    return base64.urlsafe_b64encode(content.encode()).decode()


def _read(cursor: str, request: ListRequest) -> tuple[int, list[Value]]:
    """Return document and values of a cursor; InvalidQuery if it was not given for this list."""
    try:
        mark, document, *values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        known = isinstance(document, int) and len(values) == len(request.sort)
        values = [each if each is None or isinstance(each, str) else float(each) for each in values]
    except (ValueError, TypeError, OverflowError, RecursionError):
        known = False
    if not known or not -(2**63) <= document < 2**63:
        raise InvalidQuery("cursor is none that a list gave: leave it out to begin at the start")
    if mark != _mark(request):
        raise InvalidQuery(
            "cursor is of a list with another filter or sort: leave it out to begin at the start"
        )
    return document, values


def _mark(request: ListRequest) -> str:
    """Return what tells lists with different filters or orders apart."""
    asked = json.dumps([request.filter, request.sort])
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
