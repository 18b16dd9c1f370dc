"""Templates become responses; everything that they print is escaped."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import jinja2
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.problems import Refused, log_failure, on_http_error, status_and_detail
from api.web.wording import LANGUAGES, Wording, wording
from core.errors import WenhaiError

_HERE = Path(__file__).parent
_A_YEAR = "public, max-age=31536000, immutable"


class _StaticFiles(StaticFiles):
    """Static files that a browser keeps: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = _A_YEAR
        return response


class Renderer:
    """Fills the templates, with what every page needs."""

    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = _asset

    def add_to(self, app: FastAPI) -> None:
        """Put styles and scripts at their place."""
        app.mount("/static", _StaticFiles(directory=_HERE / "static"), name="static")

    def render(
        self, request: Request, template: str, values: Mapping[str, object], status: int = 200
    ) -> HTMLResponse:
        """Return the page in the reader's language."""
        frame = {
            "say": wording_for(request),
            "q": request.query_params.get("q", "").strip(),
            "kept": [],
            "chosen": request.query_params.get("lang"),
            "languages": [
                (code, name, same_page(request, "lang", code)) for code, name in LANGUAGES.items()
            ],
        }
        html = self._templates.get_template(template).render({**frame, **values})
        headers = {"cache-control": "no-cache", "vary": "Accept-Language"}
        body = html.encode("utf-8", "replace")
        return HTMLResponse(body, status, headers)

    def error(self, request: Request, error: WenhaiError) -> HTMLResponse:
        """Return the page that says what is wrong."""
        status, detail = status_and_detail(error)
        if status >= 500:
            log_failure(request.scope["request_id"], error)
        return self.render(request, "error.html", {"status": status, "detail": detail}, status)

    def refused(self, request: Request, error: Exception) -> Response:
        """Return what says why a request is refused: a page for people, a problem for programs."""
        if not isinstance(error, Refused) or request.scope["route"].include_in_schema:
            return on_http_error(request, error)
        values = {"status": error.status_code, "detail": error.detail}
        page = self.render(request, "error.html", values, error.status_code)
        page.headers.update(error.headers or {})
        return page


@cache
def _asset(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    content = (_HERE / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.blake2b(content, digest_size=6).hexdigest()}"


def wording_for(request: Request) -> Wording:
    """Return the words that the reader chose in the address, or else accepts."""
    accepted = request.headers.get("accept-language", "")
    return wording(request.query_params.get("lang"), accepted)


def same_page(request: Request, name: str, value: object) -> str:
    """Return the address of this page with one parameter changed, or left out where it is None."""
    kept = [each for each in request.query_params.multi_items() if each[0] != name]
    return address(request.url.path, [*kept, *([(name, value)] if value is not None else [])])


def kept(request: Request, *names: str) -> list[tuple[str, str]]:
    """Return those parameters of the address that have these names, in this order."""
    query = request.query_params
    return [(name, query[name]) for name in names if name in query]


def address(path: str, parameters: Iterable[tuple[str, object]]) -> str:
    """Return the address with those parameters."""
    query = urlencode(list(parameters), errors="replace")
    return f"{quote(path)}?{query}" if query else quote(path)
