"""The page of one document: facts, text by page, copies, and documents like it."""

from itertools import groupby

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from api.links import content_link, web_address
from api.web.hits import shown_copy, shown_document
from api.web.rendering import Renderer, wording_for
from api.web.turning import asked_page, turning
from core.errors import WenhaiError
from core.types import Passage
from search.copies import duplicates_of
from search.engine import Engine
from store.catalogue.reading import StoredDocument
from text.readable import plain

_PASSAGES_A_PAGE = 30
_SIMILAR = 5


class DocumentPage:
    """The page of each document of one library."""

    def __init__(self, engine: Engine, renderer: Renderer) -> None:
        self._engine = engine
        self._renderer = renderer

    def add_to(self, app: FastAPI) -> None:
        """Put the page at its place."""
        app.get("/documents/{document_id:path}", include_in_schema=False)(self.document)

    def document(self, request: Request, document_id: str) -> HTMLResponse:
        """Return the page, or one that says what is wrong."""
        try:
            return self._document(request, document_id)
        except WenhaiError as error:
            return self._renderer.error(request, error)

    def _document(self, request: Request, document_id: str) -> HTMLResponse:
        view = self._engine.view
        document, say = view.document(document_id), wording_for(request)
        found = view.catalogue.passages_of(document.key)
        texts = [each.passage for each in found if each.passage.kind == "text"]
        last = max(-(-len(texts) // _PASSAGES_A_PAGE), 1)
        number = asked_page(request.query_params.get("page"), last)
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
            "turn": turning(request, number, last),
        }
        return self._renderer.render(request, "document.html", values)


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
