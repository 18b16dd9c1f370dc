"""What comes in over HTTP, checked before the search sees it; unknown names are errors."""

import difflib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from search.asking.query import (
    DEEPEST_OFFSET,
    LONGEST_QUERY,
    MOST_HITS,
    MOST_PASSAGES,
    NARROWEST_SNIPPET,
    SNIPPET_COLUMNS,
    WIDEST_SNIPPET,
    Duplicates,
    HighlightStyle,
    SearchRequest,
)
from search.asking.query import Mode as SearchMode
from search.selection.listing import ListRequest

_FACETS_SAID = "Fields whose values are counted over all documents that match."
_SORT_SAID = "Fields to sort by, each with :asc or :desc; documents without the field come last."
_FILTER = Field(
    None,
    description="Only documents that pass answer; docs/filters.md has the grammar.",
    examples=["file_type IN [pdf, pptx] AND page_count >= 10 AND uploaded_at > 2023-05"],
)
_FACETS = Field("", description=f"{_FACETS_SAID} Commas between.", examples=["language,file_type"])
_SORT = Field("", description=f"{_SORT_SAID} Commas between.", examples=["page_count:desc,title"])


_MOST_TOLD = 10
"""Of more unknown names, the first are told: to find what each is like takes time."""

LONGEST_ID = 200
"""No document has a longer id."""

DocumentId = Annotated[
    str, Path(description="The id of a hit, URL-quoted.", examples=["weibo-online-learning"])
]
"""A document named in a path."""

DocumentRef = Annotated[str, Field(max_length=LONGEST_ID)]
"""A document named in a body by its id."""


class KnownNamesOnly(BaseModel):
    """Parameters of which unknown names are errors."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := _unknown_names(map(str, data), cls.known())):
            raise ValidationError.from_exception_data(cls.__name__, unknown)
        return data

    @classmethod
    def known(cls) -> list[str]:
        """Return the names that are allowed."""
        return list(cls.model_fields)


class _Search(KnownNamesOnly):
    """A search as asked for, in a query string or a body."""

    q: str = Field(
        max_length=LONGEST_QUERY,
        description="A word, a phrase or a whole question, in any language.",
        examples=["参数服务器如何容灾", "how to prevent overfitting"],
    )
    mode: SearchMode = Field("hybrid", description="By meaning, by words, or both.")
    limit: int = Field(10, ge=1, le=MOST_HITS, description="Hits on this page.")
    offset: int = Field(0, ge=0, le=DEEPEST_OFFSET, description="Hits before this page.")
    passages: int = Field(2, ge=1, le=MOST_PASSAGES, description="Passages shown of each hit.")
    min_relevance: float | None = Field(
        None, ge=0, le=1, description="Documents below do not count; 0 turns the cut-off off."
    )
    duplicates: Duplicates = Field(
        "fold", description="Documents that say the same as one hit, or all as hits of their own."
    )
    highlight: HighlightStyle = Field(
        "offsets",
        description='Marks as ranges, also as HTML (<mark> and <mark class="semantic">), or none.',
    )
    snippet_columns: int = Field(
        SNIPPET_COLUMNS,
        ge=NARROWEST_SNIPPET,
        le=WIDEST_SNIPPET,
        description="Width of a hit's snippet; a Han character takes two columns.",
    )

    spelling: bool = Field(
        True, description="Read misspelt words as words of the library that they resemble."
    )
    filter: str | None = _FILTER
    facets: str | list[str]
    sort: str | list[str]

    def request(self) -> SearchRequest:
        """Return the request for the engine."""
        asked = self.model_dump(exclude={"highlight", "facets", "sort"})
        return SearchRequest(
            **asked,
            semantic_marks=self.highlight != "none",
            facets=_names(self.facets),
            sort=_names(self.sort),
        )


class SearchParams(_Search):
    """A search as asked for in a query string."""

    facets: str = _FACETS
    sort: str = _SORT


class SearchBody(_Search):
    """The same search as a JSON object, where a number is a number and not a text."""

    facets: list[str] = Field([], description=_FACETS_SAID)
    sort: list[str] = Field([], description=_SORT_SAID)

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "q": "参数服务器如何容灾",
                    "limit": 5,
                    "highlight": "html",
                    "filter": "file_type IN [pdf, pptx] AND page_count >= 10",
                    "facets": ["language", "file_type"],
                    "sort": ["uploaded_at:desc"],
                }
            ]
        },
    )


class SimilarParams(KnownNamesOnly):
    """How many similar documents to give, and which."""

    limit: int = Field(10, ge=1, le=MOST_HITS, description="Documents given.")
    filter: str | None = _FILTER


class ListParams(KnownNamesOnly):
    """Which page of the list of documents to give."""

    filter: str | None = _FILTER
    sort: str = _SORT
    facets: str = _FACETS
    limit: int = Field(10, ge=1, le=MOST_HITS, description="Documents on this page.")
    cursor: str | None = Field(
        None, description="`next_cursor` of the page before; filter and sort stay the same."
    )

    def request(self) -> ListRequest:
        """Return the request for the engine."""
        return ListRequest(
            self.filter, _names(self.sort), _names(self.facets), self.limit, self.cursor
        )


def _names(given: str | list[str]) -> tuple[str, ...]:
    """Return the names of a list, or of a text with commas between."""
    if isinstance(given, str):
        given = [each.strip() for each in given.split(",") if each.strip()]
    return tuple(given)


class NoParams(KnownNamesOnly):
    """Nothing may be asked for here."""


class KnownParameters:
    """A dependency that refuses query parameters that are unknown, repeated or not UTF-8."""

    def __init__(self, allowed: type[KnownNamesOnly] = NoParams) -> None:
        self._known = allowed.known()

    async def __call__(self, request: Request) -> None:
        """Raise if the query string is not one that these parameters can take."""
        try:
            pairs = parse_qsl(
                request.scope["query_string"].decode("ascii"),
                keep_blank_values=True,
                errors="strict",
            )
        except UnicodeDecodeError:
            raise HTTPException(
                400, "the query string is not UTF-8: encode it as UTF-8, then with %XX"
            ) from None
        names = [name for name, _ in pairs]
        errors = [
            own_error(("query", *each["loc"]), each["type"])
            for each in _unknown_names(names, self._known)
        ]
        errors += [
            own_error(("query", name), f'parameter "{name}" is there twice: give it once')
            for name in self._known
            if names.count(name) > 1
        ]
        if errors:
            raise RequestValidationError(errors)


async def json_only(request: Request) -> None:
    """Raise a 415 unless the body is declared to be JSON."""
    declared = request.headers.get("content-type", "")
    kind = declared.partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(
            415, f'content type is "{kind}": send JSON with "content-type: application/json"'
        )


def own_error(place: Sequence[str | int], message: object) -> dict[str, Any]:
    """Return the error that says the message of what is at that place, such as `query, limit`."""
    return {"type": "own", "loc": tuple(place), "msg": str(message), "input": None}


def _unknown_names(names: Iterable[str], known: Sequence[str]) -> list[InitErrorDetails]:
    unknown = dict.fromkeys(name for name in names if name not in known)
    return [_unknown_name(name, known) for name in islice(unknown, _MOST_TOLD)]


def _unknown_name(name: str, known: Sequence[str]) -> InitErrorDetails:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        advice = f'did you mean "{close[0]}"?'
    else:
        advice = f"known are {', '.join(known)}" if known else "leave it out"
    # a name may hold braces, which the error class would take for its own
    message = f'unknown name "{name}": {advice}'.replace("{", "(").replace("}", ")")
    return InitErrorDetails(type=PydanticCustomError("own", message), loc=(name,), input=None)
