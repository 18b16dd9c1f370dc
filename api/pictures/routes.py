"""Pages of documents as pictures over HTTP."""

import asyncio
from concurrent.futures import Future
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from api.access.gate import forced_filter
from api.params import KnownNamesOnly, KnownParameters
from api.pictures.pictures import Pictures, Wanted, pdf_of
from search.engine import Engine

NARROWEST, WIDEST = 64, 2000
_KEPT = "private, max-age=3600"

DocumentId = Annotated[
    str, Path(description="The id of a hit, URL-quoted.", examples=["weibo-online-learning"])
]
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


class PictureRoutes:
    """The operation that shows the pages of one library's PDFs."""

    def __init__(self, engine: Engine, pictures: Pictures) -> None:
        self._engine = engine
        self._pictures = pictures

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operation at its place, which has to come before that of documents."""
        app.get(
            f"{place}/documents/{{document_id:path}}/pages/{{number}}.png",
            dependencies=[Depends(KnownParameters(PictureParams))],
            tags=["documents"],
            responses=_PICTURE,
            response_class=Response,
        )(self.picture)

    async def picture(
        self,
        document_id: DocumentId,
        number: PageNumber,
        params: Annotated[PictureParams, Query()],
        request: Request,
    ) -> Response:
        """Show a page of a PDF as a picture."""
        seen = forced_filter(request)
        document = await run_in_threadpool(self._engine.document, document_id, seen)
        pdf = await run_in_threadpool(pdf_of, document)
        wanted = Wanted.of(pdf, "picture", number, params.width)
        headers = {"etag": f'"{wanted.name}"', "cache-control": _KEPT}
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        asked = await run_in_threadpool(self._pictures.ask, wanted)
        return Response(await _outcome(asked), headers=headers, media_type="image/png")


async def _outcome(future: "Future[bytes]") -> bytes:
    """Return what the future gives, without a thread that waits; others may wait for it too."""
    return await asyncio.shield(asyncio.wrap_future(future))
