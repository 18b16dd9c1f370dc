"""A page of a document as people see it: its picture, what is marked on it, and its neighbours."""

import json
from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import Request

from api.links import content_link, picture_link
from api.pictures.layout import Box, Layout
from api.pictures.marks import Mark, Marked, MarkKind, page_marks
from api.pictures.pictures import Pdf, Pictures, Wanted, pdf_of
from api.problems import Refused
from api.web.rendering import address, kept
from core.errors import InvalidQuery, PageNotFound, PictureNotAvailable
from search.engine import Engine
from store.catalogue.reading import StoredDocument

_SECONDS = 2
"""So long the page of a document waits for what is drawn; without, it is shown all the same."""

_WIDTH = 960
_WIDTHS = (480, 640, 960, 1280, 1600)
_USUAL_SIZE = (595.0, 842.0)
_TALLEST = 10  # times as high as wide
_THUMBNAIL_HEIGHT = 96
_NARROWEST_THUMBNAIL, _WIDEST_THUMBNAIL = 24, 192
_BESIDE = 10

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of a page, and where that page is shown."""

    number: int
    picture: str
    width: int
    height: int
    address: str


@dataclass(frozen=True, slots=True)
class PageView:
    """The page `number` of `count`, with addresses of its neighbours; `file` opens it there.

    `pictures` are the same picture in several widths; `boxes` say what is marked, as shares of it.
    """

    number: int
    count: int
    picture: str
    pictures: str
    width: int
    height: int
    boxes: list[tuple[MarkKind, Box]]
    previous: str | None
    next: str | None
    file: str | None
    thumbnails: list[Thumbnail]


class PageViews:
    """The pages of the PDFs of one library."""

    def __init__(self, engine: Engine, pictures: Pictures) -> None:
        self._engine = engine
        self._pictures = pictures

    def view(self, request: Request, document: StoredDocument, asked: Marked) -> PageView:
        """Return the page that is asked for, or the nearest that there is.

        FileNotAvailable or PictureNotAvailable if there is none to be seen.
        """
        pdf = pdf_of(document)
        sizes = self._sizes(pdf, document.metadata.page_count or asked.page)
        number, count = min(asked.page, len(sizes)), len(sizes)
        width, height = sizes[number - 1]
        near = range(max(number - _BESIDE, 1), min(number + _BESIDE, count) + 1)
        marks = self._marks(pdf, document, replace(asked, page=number))
        return PageView(
            number=number,
            count=count,
            picture=picture_link(document.id, number, _WIDTH),
            pictures=", ".join(
                f"{picture_link(document.id, number, each)} {each}w" for each in _WIDTHS
            ),
            width=_WIDTH,
            height=max(round(_WIDTH * min(height / width, _TALLEST)), 1),
            boxes=[(mark.kind, box) for mark in marks for box in mark.boxes],
            previous=page_address(request, number - 1) if number > 1 else None,
            next=page_address(request, number + 1) if number < count else None,
            file=_file_at(document, number, asked.q),
            thumbnails=[_thumbnail(request, document, each, sizes[each - 1]) for each in near],
        )

    def _sizes(self, pdf: Pdf, count: int) -> list[Size]:
        """Return the size of each page; while the server is busy, the usual for all of them."""
        try:
            drawn = self._pictures.ask(Wanted.of(pdf, "sizes")).result(_SECONDS)
        except (TimeoutError, Refused):
            return [_USUAL_SIZE] * count
        sizes = [(width, height) for width, height in json.loads(drawn)]
        return [each if min(each) > 0 else _USUAL_SIZE for each in sizes] or [_USUAL_SIZE]

    def _marks(self, pdf: Pdf, document: StoredDocument, asked: Marked) -> list[Mark]:
        """Return the marks on the page; none while the server is busy."""
        if asked.passage is None and asked.q is None:
            return []
        try:
            drawn = self._pictures.ask(Wanted.of(pdf, "layout", asked.page)).result(_SECONDS)
        except (TimeoutError, Refused, PageNotFound, PictureNotAvailable):
            return []
        layout = Layout(drawn)
        try:
            return page_marks(self._engine, document, asked, layout)
        except InvalidQuery:
            return page_marks(self._engine, document, replace(asked, q=None), layout)


def page_address(request: Request, number: int) -> str:
    """Return where that page of the document is shown, with the same question."""
    asked = kept(request, "q", "within", "lang")
    return f"{address(request.url.path, [('at', number), *asked])}#view"


def _file_at(document: StoredDocument, number: int, q: str | None) -> str:
    """Return where the file opens at that page; viewers that can also look for the words."""
    search = f"&search={quote(q, safe='', errors='replace')}" if q else ""
    return f"{content_link(document, number)}{search}"


def _thumbnail(request: Request, document: StoredDocument, number: int, size: Size) -> Thumbnail:
    width = round(_THUMBNAIL_HEIGHT * size[0] / size[1])
    return Thumbnail(
        number,
        picture_link(document.id, number),
        min(max(width, _NARROWEST_THUMBNAIL), _WIDEST_THUMBNAIL),
        _THUMBNAIL_HEIGHT,
        page_address(request, number),
    )
