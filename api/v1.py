"""The API for programs: search, documents, documents like them, and the files themselves."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from fastapi.responses import Response

from api.access.gate import Within
from api.answers import document_answer, search_answer, similar_answer
from api.files import OriginalFile, original_file
from api.params import (
    DocumentId,
    KnownParameters,
    NoParams,
    SearchBody,
    SearchParams,
    SimilarParams,
    json_only,
)
from api.schemas import DocumentAnswer, SearchAnswer, SimilarAnswer
from search.engine import Engine
from search.filtering.within import document_within
from store.catalogue.etags import etag

_FILE_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/pdf": {"example": "%PDF-1.7 …"}, "text/plain": {"example": "# …"}},
    },
    206: {"description": "The ranges of the file that were asked for."},
}


class ApiV1:
    """The operations under /v1 on one library."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operations at their places; those with a longer path come first."""
        search, document = f"{place}/search", f"{place}/documents/{{document_id:path}}"
        app.get(search, dependencies=_only(SearchParams), tags=["search"])(self.search)
        app.post(search, dependencies=[*_only(NoParams), Depends(json_only)], tags=["search"])(
            self.search_by_body
        )
        app.get(f"{document}/similar", dependencies=_only(SimilarParams), tags=["documents"])(
            self.similar
        )
        app.get(
            f"{document}/file",
            dependencies=_only(NoParams),
            tags=["documents"],
            responses=_FILE_RESPONSES,
            response_class=Response,
        )(self.file)
        app.get(document, dependencies=_only(NoParams), tags=["documents"])(self.document)

    def search(self, params: Annotated[SearchParams, Query()], within: Within) -> SearchAnswer:
        """Answer a question with the documents that hold the answer, best first."""
        return self._search(params, within)

    def search_by_body(self, params: SearchBody, within: Within) -> SearchAnswer:
        """Answer a question that comes as JSON: the same names, the same answer."""
        return self._search(params, within)

    def _search(self, params: SearchParams | SearchBody, within: str | None) -> SearchAnswer:
        request = replace(params.request(), within=within)
        return search_answer(self._engine.search(request), request, params.highlight)

    def document(
        self, document_id: DocumentId, response: Response, within: Within
    ) -> DocumentAnswer:
        """Give the facts of a document and all its passages; its ETag is for If-Match."""
        view = self._engine.view
        document = document_within(view, document_id, within)
        response.headers["etag"] = etag(document)
        return document_answer(document, view.catalogue.passages_of(document.key))

    def similar(
        self, document_id: DocumentId, params: Annotated[SimilarParams, Query()], within: Within
    ) -> SimilarAnswer:
        """Give the documents most like this one, and for each the closest pair of passages."""
        return similar_answer(
            document_id, self._engine.similar(document_id, params.limit, params.filter, within)
        )

    def file(self, document_id: DocumentId, within: Within) -> OriginalFile:
        """Give the original file; `#page=12` in a link opens a PDF there."""
        return original_file(self._engine.document(document_id, within))


def _only(allowed: type[NoParams] | type[SearchParams] | type[SimilarParams]) -> list[Any]:
    return [Depends(KnownParameters(allowed))]
