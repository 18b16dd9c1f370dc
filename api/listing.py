"""The list of documents: filtered, sorted, counted, page by page."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, FastAPI, Query

from api.access.gate import Within
from api.answers import list_answer
from api.params import KnownParameters, ListParams
from api.schemas import ListAnswer
from search.engine import Engine


class Listing:
    """The operation that lists the documents of one library."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operation at its place."""
        known = [Depends(KnownParameters(ListParams))]
        app.get(f"{place}/documents", dependencies=known, tags=["documents"])(self.documents)

    def documents(self, params: Annotated[ListParams, Query()], within: Within) -> ListAnswer:
        """List the documents that pass a filter; a page goes on where the one before ended."""
        return list_answer(self._engine.documents(replace(params.request(), within=within)))
