"""Suggestions while somebody types: `GET /v1/suggest`."""

from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.gate import Within
from api.params import KnownNamesOnly, KnownParameters
from api.schemas import Range
from search.engine import Engine
from search.suggesting.suggester import (
    LONGEST_BEGINNING,
    MOST_SUGGESTIONS,
    SUGGESTIONS,
    Suggester,
    Suggestions,
)

_KEPT = "private, max-age=30"
_NOT_KEPT = "no-store"


class SuggestParams(KnownNamesOnly):
    """What was typed so far."""

    q: str = Field(
        max_length=LONGEST_BEGINNING,
        description="A beginning: Han, pinyin, the initials of pinyin, Latin; may be empty.",
        examples=["参数", "canshufu", "csfwq", "parameter se"],
    )
    limit: int = Field(SUGGESTIONS, ge=1, le=MOST_SUGGESTIONS, description="Suggestions given.")


class SuggestionOut(BaseModel):
    """A text to search for, which has an answer.

    `match` is what was typed of it; empty where it only resembles that. `documents` hold the text:
    a `title` as theirs, a `phrase` in a passage.
    """

    text: str
    kind: Literal["title", "phrase"]
    documents: int
    match: list[Range]


class SuggestAnswer(BaseModel):
    """Suggestions, best first: as spelled, then as it sounds, then with one letter changed.

    Not `complete`, they are of an earlier commit, or the library is still being read for them.
    """

    q: str
    suggestions: list[SuggestionOut]
    complete: bool
    took_ms: float

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "q": "canshufu",
                    "suggestions": [
                        {"text": "参数服务器", "kind": "phrase", "documents": 6, "match": [[0, 3]]}
                    ],
                    "complete": True,
                    "took_ms": 0.42,
                }
            ]
        }
    )

    @classmethod
    def of(cls, found: Suggestions) -> "SuggestAnswer":
        """Return the answer that says so."""
        return cls(
            q=found.q,
            suggestions=[
                SuggestionOut(
                    text=each.text,
                    kind=each.kind,
                    documents=each.documents,
                    match=[each.match] if each.match else [],
                )
                for each in found.suggestions
            ],
            complete=found.complete,
            took_ms=round(found.took_ms, 2),
        )


class Suggesting:
    """The operation that suggests what to ask one library."""

    def __init__(self, engine: Engine) -> None:
        self._suggester = Suggester(engine)

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operation at its place."""
        known = [Depends(KnownParameters(SuggestParams))]
        app.get(f"{place}/suggest", dependencies=known, tags=["search"])(self.suggest)

    def suggest(
        self, params: Annotated[SuggestParams, Query()], response: Response, within: Within
    ) -> SuggestAnswer:
        """Suggest titles and phrases of the library that begin with what was typed so far."""
        found = self._suggester.suggest(params.q, params.limit, within=within)
        response.headers["cache-control"] = _KEPT if found.complete else _NOT_KEPT
        return SuggestAnswer.of(found)
