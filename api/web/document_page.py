"""The page of one document: its facts, pages and text, what it answers, copies, others like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from api.answers import marked_html
from api.links import content_link, is_pdf, page_link, web_address
from api.pictures.marks import Marked
from api.pictures.pictures import Pictures
from api.web.hits import ShownDocument, shown_copy, shown_document
from api.web.inside import Inside, looked_for
from api.web.page_view import PageView, PageViews, page_address
from api.web.rendering import Renderer, wording_for
from api.web.turning import asked_page, turning
from api.web.wording import LANGUAGE_NAMES, Wording
from core.errors import FileNotAvailable, InvalidQuery, PictureNotAvailable, WenhaiError
from core.types import Metadata
from search.answer import Highlight
from search.asking.query import SearchRequest
from search.copies import duplicates_of
from search.engine import Engine
from search.proof.excerpts import shorten
from search.recommending.answer import Recommendation
from store.catalogue.reading import StoredDocument, StoredPassage
from text.readable import plain

_PASSAGES_A_PAGE = 30
_SIMILAR = 5
_MOST_PAGES = 1_000_000
_REASON_COLUMNS = 120


@dataclass(frozen=True, slots=True)
class ShownText:
    """A passage as it is shown under its page; `key` names it where it is the one asked for."""

    html: Markup
    key: int | None


@dataclass(frozen=True, slots=True)
class ShownSimilar:
    """A similar document, and why: terms of both, the pages that are closest, what stands there."""

    document: ShownDocument
    link: str
    terms: Sequence[str]
    own_page: int | None
    their_page: int | None
    excerpt: str


class DocumentPage:
    """The page of each document of one library."""

    def __init__(self, engine: Engine, renderer: Renderer, pictures: Pictures) -> None:
        self._engine = engine
        self._renderer = renderer
        self._views = PageViews(engine, pictures)

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
        texts = [each for each in found if each.passage.kind == "text"]
        inside = looked_for(request, self._engine, document_id)
        asked = _asked(request, texts, inside)
        pictured, unseen = self._pictured(request, document, asked)
        last = max(-(-len(texts) // _PASSAGES_A_PAGE), 1)
        number = asked_page(request.query_params.get("page") or str(_part(texts, asked)), last)
        part = texts[(number - 1) * _PASSAGES_A_PAGE : number * _PASSAGES_A_PAGE]
        copies, copy_count = duplicates_of(view, document.key)
        values = {
            "facts": _facts(document.metadata, say),
            "shown": shown_document(document, say),
            "label": document.label,
            "url": web_address(document.metadata.url),
            "file": content_link(document) if document.path else None,
            "inside": inside,
            "view": pictured,
            "unseen": unseen,
            "parts": _by_page(part, asked, self._highlights(document, part, asked)),
            "page_address": partial(page_address, request),
            "copies": [(shown_copy(each.document, document, say), each.kind) for each in copies],
            "more_copies": copy_count - len(copies),
            "similar": [
                _similar(each, say) for each in self._engine.similar(document_id, _SIMILAR)
            ],
            "turn": turning(request, number, last),
        }
        return self._renderer.render(request, "document.html", values)

    def _pictured(
        self, request: Request, document: StoredDocument, asked: Marked
    ) -> tuple[PageView | None, str | None]:
        """Return the page as a picture, or why it cannot be seen; neither where it is no PDF."""
        if not is_pdf(document):
            return None, None
        try:
            return self._views.view(request, document, asked), None
        except (FileNotAvailable, PictureNotAvailable) as error:
            return None, str(error)

    def _highlights(
        self, document: StoredDocument, part: Sequence[StoredPassage], asked: Marked
    ) -> Mapping[int, Sequence[Highlight]]:
        """Return what is marked in these passages; nothing where that cannot be asked."""
        if asked.q is None or not part:
            return {}
        keys = [each.key for each in part]
        try:
            request = SearchRequest(asked.q)
            return self._engine.marks_inside(document.id, request, keys, asked.passage)
        except InvalidQuery:
            return {}


def _asked(request: Request, texts: Sequence[StoredPassage], inside: Inside) -> Marked:
    """Return what is to be shown and marked: what the address says, else what answers best."""
    given = request.query_params
    wanted = given.get("passage") or (None if "at" in given else str(inside.best))
    chosen = next((each for each in texts if str(each.key) == wanted), None)
    page = chosen.passage.page if chosen else None
    return Marked(
        asked_page(given.get("at") or str(page or 1), _MOST_PAGES),
        chosen.key if chosen else None,
        inside.asked or given.get("q", "").strip() or None,
    )


def _part(texts: Sequence[StoredPassage], asked: Marked) -> int:
    """Return which part of the text holds the passage that is asked for, or else that page."""
    places = (at for at, each in enumerate(texts) if each.key == asked.passage)
    pages = (at for at, each in enumerate(texts) if (each.passage.page or 0) >= asked.page)
    place = next(places, None)
    return (next(pages, 0) if place is None else place) // _PASSAGES_A_PAGE + 1


def _by_page(
    part: Sequence[StoredPassage], asked: Marked, highlights: Mapping[int, Sequence[Highlight]]
) -> list[tuple[int | None, list[ShownText]]]:
    """Return the texts under the page that they are on."""
    return [
        (page, [_text(each, asked, highlights.get(each.key, ())) for each in group])
        for page, group in groupby(part, key=lambda each: each.passage.page)
    ]


def _text(each: StoredPassage, asked: Marked, marks: Sequence[Highlight]) -> ShownText:
    text = each.passage.text
    html = marked_html(text, marks) if marks else escape(plain(text))
    return ShownText(html, each.key if each.key == asked.passage else None)


def _facts(metadata: Metadata, say: Wording) -> list[tuple[str, str]]:
    """Return the facts that the line under the title does not have, each with its name."""
    language, comma = metadata.language, say("comma")
    found = [
        (say("authors"), comma.join(metadata.authors)),
        (say("tags"), comma.join(metadata.tags)),
        (say("source"), metadata.source),
        (say("by_language"), LANGUAGE_NAMES.get(language, language) if language else None),
        (say("by_file_type"), metadata.file_type),
    ]
    own = [
        (name, comma.join(value) if isinstance(value, tuple) else str(value))
        for name, value in metadata.fields.items()
    ]
    return [(plain(name), plain(value)) for name, value in [*found, *own] if value]


def _similar(found: Recommendation, say: Wording) -> ShownSimilar:
    theirs, reason = found.reason.theirs, found.reason
    shown = shown_document(found.document, say)
    at = f"?at={theirs.page}#view" if theirs.page and is_pdf(found.document) else ""
    return ShownSimilar(
        shown,
        f"{page_link(found.document.id)}{at}",
        [plain(each) for each in reason.label],
        reason.own.page,
        theirs.page,
        shorten(plain(theirs.text), _REASON_COLUMNS),
    )
