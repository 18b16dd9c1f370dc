"""Recommendations out of what is liked and what is not: `POST /v1/recommend`."""

from dataclasses import replace

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field

from api.access.gate import Within
from api.answers import similar_out
from api.params import DocumentRef, KnownNamesOnly, KnownParameters, NoParams, json_only, own_error
from api.schemas import RecommendAnswer
from search.asking.query import LONGEST_QUERY, MOST_HITS
from search.engine import Engine
from search.filtering.within import keys_within
from search.recommending.request import DIVERSITY, MOST_SEEDS, MOST_SEEN, RecommendRequest
from store.view import LibraryView


class RecommendBody(KnownNamesOnly):
    """What is liked and what is not; at least one of `positive` and `text`."""

    positive: list[DocumentRef] = Field(
        [], max_length=MOST_SEEDS, description="Ids of documents to be like."
    )
    negative: list[DocumentRef] = Field(
        [], max_length=MOST_SEEDS, description="Ids of documents to be unlike."
    )
    text: str | None = Field(
        None, max_length=LONGEST_QUERY, description="What to be like, in words, in any language."
    )
    seen: list[DocumentRef] = Field(
        [], max_length=MOST_SEEN, description="Ids never given, whether or not they are there."
    )
    filter: str | None = Field(None, description="Only documents that pass are given.")
    limit: int = Field(10, ge=1, le=MOST_HITS, description="Documents given.")
    diversity: float = Field(
        DIVERSITY, ge=0, le=1, description="0: the nearest as they come; 1: as different as can be."
    )

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "positive": ["weibo-online-learning"],
                    "negative": ["http-server-basics"],
                    "text": "大规模机器学习",
                    "seen": ["parameter-server-architecture"],
                    "limit": 5,
                }
            ]
        },
    )

    def request(self) -> RecommendRequest:
        """Return the request for the engine."""
        values = self.model_dump()
        lists = {name: tuple(values[name]) for name in ("positive", "negative", "seen")}
        return RecommendRequest(**{**values, **lists})


class Recommending:
    """The operation that recommends documents of one library."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operation at its place."""
        checks = [Depends(KnownParameters(NoParams)), Depends(json_only)]
        app.post(f"{place}/recommend", dependencies=checks, tags=["search"])(self.recommend)

    def recommend(self, body: RecommendBody, within: Within) -> RecommendAnswer:
        """Give documents like those that are liked and unlike the others, and say why each."""
        request = replace(body.request(), within=within)
        _require_there(request, self._engine.view)
        found = self._engine.recommend(request)
        return RecommendAnswer(
            recommended=[similar_out(each) for each in found.documents],
            generation=found.generation,
            took_ms=round(found.took_ms, 2),
        )


def _require_there(request: RecommendRequest, view: LibraryView) -> None:
    """Raise the error that points at each id that is no document's."""
    there = keys_within(view, [*request.positive, *request.negative], request.within)
    errors = [
        own_error(
            ("body", name, place), f'no document "{each}" here: take ids from the hits of a search'
        )
        for name, ids in (("positive", request.positive), ("negative", request.negative))
        for place, each in enumerate(ids)
        if each not in there
    ]
    if errors:
        raise RequestValidationError(errors)
