"""Pages of documents as pictures over HTTP."""

import asyncio
from dataclasses import astuple
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.gate import Within, forced_filter
from api.params import DocumentId, KnownNamesOnly, KnownParameters
from api.pictures.layout import Layout
from api.pictures.marks import Marked, MarkKind, page_marks
from api.pictures.pictures import Pictures, Wanted, pdf_of
from search.asking.query import LONGEST_QUERY
from search.engine import Engine
from store.catalogue.reading import StoredDocument

NARROWEST, WIDEST = 64, 2000
_KEPT = "private, max-age=3600"

PageNumber = Annotated[int, Path(ge=1, le=1_000_000, description="A page, from 1.", examples=[22])]
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The page.", "content": {"image/png": {"example": "\x89PNG…"}}},
    304: {"description": "The picture that If-None-Match names is still right."},
}


class PictureParams(KnownNamesOnly):
    """How large the picture is to be."""

    width: int = Field(
        960,
        ge=NARROWEST,
        le=WIDEST,
        description="Pixels across, at least; 4,000 at most from top to bottom.",
    )


class MarksParams(KnownNamesOnly):
    """What is marked: a passage, the words of a question, or both."""

    passage: int | None = Field(
        None, description="The `id` of a passage on this page: boxes around it.", examples=[412]
    )
    q: str | None = Field(
        None,
        max_length=LONGEST_QUERY,
        description="Boxes around its words and, in that passage, the sentence that means it.",
        examples=["节点宕机怎么恢复"],
    )


class MarkOut(BaseModel):
    """Something that is marked: left, top, width and height of a box for each line of it."""

    kind: MarkKind
    boxes: list[tuple[float, float, float, float]]


class MarksAnswer(BaseModel):
    """What is marked on a page, the passage first; boxes are shares of the page as it is shown.

    What is not found on the page is not among them.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "page": 22,
                    "marks": [
                        {"kind": "passage", "boxes": [[0.0846, 0.2653, 0.7412, 0.0389]]},
                        {"kind": "keyword", "boxes": [[0.0846, 0.2653, 0.0521, 0.0389]]},
                    ],
                }
            ]
        }
    )

    page: int
    marks: list[MarkOut]


class PictureRoutes:
    """The operations that show the pages of one library's PDFs, and where on them things stand."""

    def __init__(self, engine: Engine, pictures: Pictures) -> None:
        self._engine = engine
        self._pictures = pictures

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operations at their places, which have to come before that of documents."""
        page = f"{place}/documents/{{document_id:path}}/pages/{{number}}"
        app.get(
            f"{page}.png",
            dependencies=[Depends(KnownParameters(PictureParams))],
            tags=["documents"],
            responses=_PICTURE,
            response_class=Response,
        )(self.picture)
        app.get(
            f"{page}/marks",
            dependencies=[Depends(KnownParameters(MarksParams))],
            tags=["documents"],
        )(self.marks)

    async def picture(
        self,
        document_id: DocumentId,
        number: PageNumber,
        params: Annotated[PictureParams, Query()],
        request: Request,
    ) -> Response:
        """Show a page of a PDF as a picture."""
        document = await self._document(document_id, forced_filter(request))
        pdf = await run_in_threadpool(pdf_of, document)
        wanted = Wanted.of(pdf, "picture", number, params.width)
        headers = {"etag": f'"{wanted.name}"', "cache-control": _KEPT}
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(await self._made(wanted), headers=headers, media_type="image/png")

    async def marks(
        self,
        document_id: DocumentId,
        number: PageNumber,
        params: Annotated[MarksParams, Query()],
        within: Within,
    ) -> MarksAnswer:
        """Say where on a page of a PDF a passage stands, and what else answers a question."""
        document = await self._document(document_id, within)
        pdf = await run_in_threadpool(pdf_of, document)
        drawn = await self._made(Wanted.of(pdf, "layout", number))
        asked = Marked(number, params.passage, params.q)
        return await run_in_threadpool(self._marks, document, asked, drawn)

    def _marks(self, document: StoredDocument, asked: Marked, drawn: bytes) -> MarksAnswer:
        marks = [
            MarkOut(kind=each.kind, boxes=[astuple(box) for box in each.boxes])
            for each in page_marks(self._engine, document, asked, Layout(drawn))
        ]
        return MarksAnswer(page=asked.page, marks=marks)

    async def _document(self, document_id: str, within: str | None) -> StoredDocument:
        return await run_in_threadpool(self._engine.document, document_id, within)

    async def _made(self, wanted: Wanted) -> bytes:
        """Return the bytes without a thread that waits for them; others may wait for them too."""
        asked = await run_in_threadpool(self._pictures.ask, wanted)
        return await asyncio.shield(asyncio.wrap_future(asked))
