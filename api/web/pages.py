"""The pages for people: the start page, a page of results, and a page for each document."""

import re
from dataclasses import dataclass
from itertools import groupby, pairwise

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from api.links import content_link, web_address
from api.problems import log_failure, status_and_detail
from api.web.hits import shown_copy, shown_document, shown_hit
from api.web.rendering import Renderer, same_page, wording_for
from api.web.wording import Language
from core.errors import WenhaiError
from core.types import Passage
from search.asking.query import DEEPEST_OFFSET, SearchRequest
from search.copies import duplicates_of
from search.engine import Engine
from store.catalogue.reading import StoredDocument
from store.view import LibraryView
from text.readable import plain

HITS_A_PAGE = 10

_EXAMPLES = 5
_LONGEST_EXAMPLE: dict[Language, int] = {"zh": 24, "en": 48}
_TITLES_LOOKED_AT = 60
_PASSAGES_A_PAGE = 30
_SIMILAR = 5
_NUMBER = re.compile(r"[0-9]{1,6}")


class Pages:
    """The pages on one library."""

    def __init__(self, engine: Engine, renderer: Renderer) -> None:
        self._engine = engine
        self._renderer = renderer

    def add_to(self, app: FastAPI) -> None:
        """Put the pages at their places."""
        app.get("/", include_in_schema=False)(self.search)
        app.get("/documents/{document_id:path}", include_in_schema=False)(self.document)

    def search(self, request: Request) -> HTMLResponse:
        """Return the results, or the start page where nothing is asked."""
        try:
            if request.query_params.get("q", "").strip():
                return self._results(request)
            return self._start(request)
        except WenhaiError as error:
            return self._error(request, error)

    def document(self, request: Request, document_id: str) -> HTMLResponse:
        """Return the page of one document: facts, text by page, and documents like it."""
        try:
            return self._document(request, document_id)
        except WenhaiError as error:
            return self._error(request, error)

    def _start(self, request: Request) -> HTMLResponse:
        view = self._engine.view
        values = {
            "holdings": view.catalogue.counts()["documents"],
            "examples": [
                (title, same_page(request, "q", title))
                for title in _examples(view, wording_for(request).language)
            ],
        }
        return self._renderer.render(request, "start.html", values)

    def _results(self, request: Request) -> HTMLResponse:
        q = request.query_params["q"].strip()
        number = _whole(request.query_params.get("page"), DEEPEST_OFFSET // HITS_A_PAGE + 1)
        asked = SearchRequest(
            q,
            limit=HITS_A_PAGE,
            offset=(number - 1) * HITS_A_PAGE,
            spelling=request.query_params.get("spelling") != "false",
        )
        found = self._engine.search(asked)
        say = wording_for(request)
        values = {
            "found": found,
            "hits": [shown_hit(hit, say) for hit in found.hits],
            "nearest": [shown_hit(hit, say) for hit in found.nearest],
            "by_meaning": any(
                mark.kind == "semantic"
                for hit in (*found.hits, *found.nearest)
                for mark in hit.snippet.highlights
            ),
            "turn": _turning(request, number, -(-found.total.value // HITS_A_PAGE)),
            "first": same_page(request, "page", None),
            "as_typed": same_page(request, "spelling", "false"),
        }
        return self._renderer.render(request, "results.html", values)

    def _document(self, request: Request, document_id: str) -> HTMLResponse:
        view = self._engine.view
        document, say = view.document(document_id), wording_for(request)
        found = view.catalogue.passages_of(document.key)
        texts = [each.passage for each in found if each.passage.kind == "text"]
        last = max(-(-len(texts) // _PASSAGES_A_PAGE), 1)
        number = _whole(request.query_params.get("page"), last)
        start = (number - 1) * _PASSAGES_A_PAGE
        similar = self._engine.similar(document_id, _SIMILAR)
        copies, copy_count = duplicates_of(view, document.key)
        values = {
            "facts": document.metadata,
            "shown": shown_document(document, say),
            "label": document.label,
            "url": web_address(document.metadata.url),
            "file": content_link(document) if document.path else None,
            "parts": _by_page(document, texts[start : start + _PASSAGES_A_PAGE]),
            "copies": [(shown_copy(each.document, document, say), each.kind) for each in copies],
            "more_copies": copy_count - len(copies),
            "similar": [shown_document(each.document, say) for each in similar],
            "turn": _turning(request, number, last),
        }
        return self._renderer.render(request, "document.html", values)

    def _error(self, request: Request, error: WenhaiError) -> HTMLResponse:
        status, detail = status_and_detail(error)
        if status >= 500:
            log_failure(request.scope["request_id"], error)
        values = {"status": status, "detail": detail}
        return self._renderer.render(request, "error.html", values, status)


@dataclass(frozen=True, slots=True)
class Turning:
    """The numbers below a list: each with its address, None for a gap; and those beside this."""

    number: int
    links: list[tuple[int, str] | None]
    previous: str | None
    next: str | None


def _turning(request: Request, number: int, last: int) -> Turning:
    """Return the first, the last, and two on each side of this one."""
    last = min(last, DEEPEST_OFFSET // HITS_A_PAGE + 1)
    near = [each for each in range(number - 2, number + 3) if 1 < each < last]
    shown = sorted({1, *near, last}) if last > 1 else []
    links: list[tuple[int, str] | None] = []
    for before, each in pairwise([0, *shown]):
        links += [None] if each > before + 1 else []
        links.append((each, same_page(request, "page", each)))
    return Turning(
        number,
        links,
        same_page(request, "page", number - 1) if 1 < number <= last else None,
        same_page(request, "page", number + 1) if number < last else None,
    )


def _by_page(
    document: StoredDocument, passages: list[Passage]
) -> list[tuple[int | None, str | None, list[str]]]:
    """Return the texts under the page that they are on, with the link to that page."""
    return [
        (
            page,
            content_link(document, page) if document.path and page else None,
            [plain(passage.text) for passage in group],
        )
        for page, group in groupby(passages, key=lambda passage: passage.page)
    ]


def _whole(text: str | None, most: int) -> int:
    """Return the page number that the address asks for, the nearest one that there can be."""
    return min(max(int(text), 1), most) if text and _NUMBER.fullmatch(text) else 1


def _examples(view: LibraryView, language: Language) -> list[str]:
    """Return a few short titles from all over the library, in that language if there are any."""
    keys = sorted(set(view.table.documents.tolist()))
    spread = keys[:: max(len(keys) // _TITLES_LOOKED_AT, 1)][:_TITLES_LOOKED_AT]
    facts = [each.metadata for each in view.catalogue.documents(spread).values()]
    known = [each for each in facts if each.language == language] or facts
    titles = dict.fromkeys(plain(each.title) for each in known)
    short = [title for title in titles if len(title) <= _LONGEST_EXAMPLE[language]]
    return short[:: max(len(short) // _EXAMPLES, 1)][:_EXAMPLES]
