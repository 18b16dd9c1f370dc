"""Which pages of other sites may ask from a browser? Those of the origins that the settings name.

They may only read, and report events: no answer is ever shared together with a cookie, and what
writes is refused by its origin whatever stands here.
"""

import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_IN_A_LIBRARY = r"/v1(?:/collections/[^/]+)?"
_READ = re.compile(rf"{_IN_A_LIBRARY}/(?:search|suggest|documents(?:/.*)?)", re.DOTALL)
_SENT = re.compile(rf"{_IN_A_LIBRARY}/(?:search|recommend|events)")
_PICTURE = re.compile(rf"{_IN_A_LIBRARY}/documents/.+/pages/[0-9]+\.png", re.DOTALL)
_SECONDS_KEPT = 7200  # longer, no browser keeps what a preflight said
_TOLD = ("etag", "retry-after", "x-request-id")


class Sharing:
    """Wraps the app: what may be shared says so to the browsers of those origins (CORS)."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._shared: dict[tuple[str, ...], ASGIApp] = {
            methods: CORSMiddleware(
                app,
                allow_origins=origins,
                allow_methods=methods,
                allow_headers=("authorization", "x-api-key"),
                expose_headers=_TOLD,
                max_age=_SECONDS_KEPT,
            )
            for methods in (("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST"))
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        methods = _methods_shared(scope) if scope["type"] == "http" else ()
        if not methods:
            await self._app(scope, receive, send)
            return
        picture = _PICTURE.fullmatch(scope["path"]) is not None

        async def shown_anywhere(message: Message) -> None:
            # an <img> does not say which page it stands on
            if picture and message["type"] == "http.response.start":
                MutableHeaders(scope=message)["cross-origin-resource-policy"] = "cross-origin"
            await send(message)

        await self._shared[methods](scope, receive, shown_anywhere)


def _methods_shared(scope: Scope) -> tuple[str, ...]:
    """Return the methods that pages of other origins may use here; none for a request to write."""
    read = ("GET", "HEAD") if _READ.fullmatch(scope["path"]) else ()
    sent = ("POST",) if _SENT.fullmatch(scope["path"]) else ()
    allowed = (*read, *sent)
    wanted = scope["method"]
    if wanted == "OPTIONS":
        wanted = Headers(scope=scope).get("access-control-request-method", "")
    return allowed if wanted in allowed else ()
