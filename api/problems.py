"""What a client reads when a request fails: RFC 9457 problems, one table from error to status."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from core.errors import (
    CollectionNotEmpty,
    CollectionNotFound,
    DocumentNotFound,
    FileNotAvailable,
    IdempotencyKeyReused,
    InvalidDocument,
    InvalidKey,
    InvalidQuery,
    InvalidSetting,
    KeyNotFound,
    LibraryError,
    ModelUnavailable,
    PageNotFound,
    PictureNotAvailable,
    PreconditionFailed,
    TaskNotFound,
    WenhaiError,
)

_log = logging.getLogger("wenhai.api")

_UNAVAILABLE = "the library cannot answer now: try again later; the server's log says why"

STATUSES: dict[type[WenhaiError], tuple[int, str | None]] = {
    InvalidQuery: (422, None),
    DocumentNotFound: (404, "no such document: ids are in the hits of a search"),
    FileNotAvailable: (404, None),
    PageNotFound: (404, None),
    PictureNotAvailable: (404, None),
    TaskNotFound: (404, None),
    CollectionNotFound: (404, None),
    CollectionNotEmpty: (409, None),
    InvalidSetting: (422, None),
    InvalidDocument: (422, None),
    InvalidKey: (422, None),
    KeyNotFound: (404, None),
    PreconditionFailed: (412, None),
    IdempotencyKeyReused: (422, None),
    LibraryError: (503, _UNAVAILABLE),
    ModelUnavailable: (503, _UNAVAILABLE),
    WenhaiError: (500, "something went wrong: the server's log says what, under the request id"),
}
"""Status, and what to say instead of the message where that names folders of the server."""

_CODES = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "invalid_request",
    503: "not_ready",
}
_DETAILS = {
    404: "nothing is here: /docs lists what is",
    400: "the body is not JSON in UTF-8: check it with a JSON tool",
}


class Refused(HTTPException):
    """A request that is refused for a reason with a code of its own."""

    def __init__(
        self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, detail, headers)
        self.code = code


class ProblemError(BaseModel):
    """One thing that is wrong: in the body (a JSON pointer) or in the query string (a name)."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(BaseModel):
    """Why a request failed, and what to do; `code` is stable."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "detail": 'unknown name "limt": did you mean "limit"?',
                    "instance": "/v1/search",
                    "code": "invalid_request",
                    "errors": [
                        {
                            "detail": 'unknown name "limt": did you mean "limit"?',
                            "pointer": None,
                            "parameter": "limt",
                        }
                    ],
                    "request_id": "7f3c9a52d1e84b06",
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[ProblemError] = Field(default_factory=list)
    request_id: str


class ProblemResponse(JSONResponse):
    """A problem as it goes over the wire."""

    media_type = "application/problem+json"


def status_and_detail(error: WenhaiError) -> tuple[int, str]:
    """Return the status of an error, and what may be said about it to anybody."""
    status, said = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    return status, said or str(error)


def problem(
    request: Request, status: int, detail: str, code: str, errors: list[ProblemError] | None = None
) -> ProblemResponse:
    """Return the response that says what went wrong."""
    body = Problem(
        title=title_of(status),
        status=status,
        detail=_encodable(detail),
        instance=quote(request.url.path, safe="/%"),
        code=code,
        errors=errors or [],
        request_id=request.scope["request_id"],
    )
    headers = {"retry-after": "1"} if status == 503 else None
    return ProblemResponse(body.model_dump(), status, headers)


def title_of(status: int) -> str:
    """Return the status in words, as RFC 9110 has them (Python before 3.13 does not)."""
    renamed = {413: "Content Too Large", 422: "Unprocessable Content"}
    return renamed.get(status) or HTTPStatus(status).phrase


def add_problem_handlers(app: FastAPI) -> None:
    """Make every failure of the app answer with a problem."""
    app.add_exception_handler(WenhaiError, _on_own_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_error)


def on_unexpected(request: Request, _: Exception) -> ProblemResponse:
    """Return what a client is told of a failure that nobody foresaw; the log says more."""
    detail = "something went wrong: the server's log says what, under the request id"
    return problem(request, 500, detail, "internal_error")


def log_failure(request_id: str, error: Exception) -> None:
    """Write to the log what the client is not told."""
    _log.error("request %s failed: %s", request_id, error, exc_info=error)


def _on_own_error(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, WenhaiError)  # noqa: S101 - starlette's type is wider
    status, detail = status_and_detail(error)
    if status >= 500:
        log_failure(request.scope["request_id"], error)
    return problem(request, status, detail, error.code)


def on_http_error(request: Request, error: Exception) -> ProblemResponse:
    """Return the problem for a request that was refused with a status."""
    assert isinstance(error, HTTPException)  # noqa: S101 - starlette's type is wider
    status = error.status_code
    written_by_framework = error.detail in (title_of(status), HTTPStatus(status).phrase)
    detail = _DETAILS.get(status) if written_by_framework else error.detail
    if error.detail == "There was an error parsing the body":
        detail = _DETAILS[400]
    headers = dict(error.headers or {})
    if status == 405:
        headers["Allow"] = ", ".join(_methods_allowed(request))
        detail = f"{request.method} is not possible here: {headers['Allow']} is"
    code = error.code if isinstance(error, Refused) else _CODES.get(status, "error")
    response = problem(request, status, detail or title_of(status), code)
    response.headers.update(headers)
    return response


def _methods_allowed(request: Request) -> list[str]:
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or {"GET", "HEAD"}
    return sorted(methods)


def _on_invalid_request(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - starlette's type is wider
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        each = found[0]
        detail = f"the body is not JSON: {each['ctx']['error']} at character {each['loc'][1]}"
        return problem(request, 400, detail, "malformed_json")
    errors = [_error_line(each) for each in found]
    detail = "; ".join(each.detail for each in errors)
    return problem(request, 422, detail, _CODES[422], errors)


def _error_line(error: dict[str, Any]) -> ProblemError:
    place, *names = error["loc"]
    name = ".".join(map(str, names)) or "the body"
    if error["type"] == "own":
        detail = error["msg"]
    elif error["type"] == "missing":
        detail = f"{name} is missing: it is required"
    else:
        message = error["msg"][:1].lower() + error["msg"][1:]
        detail = f"{name} is {_shown(error['input'])}: {message}"
    detail = _encodable(detail)
    if place == "body":
        pointer = "".join(f"/{_escaped(str(each))}" for each in names)
        return ProblemError(detail=detail, pointer=_encodable(pointer))
    return ProblemError(detail=detail, parameter=_encodable(name))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _encodable(text: str) -> str:
    """Return the text with lone surrogates spelled out, which UTF-8 does not take."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
