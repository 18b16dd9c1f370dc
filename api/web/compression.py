"""Pages, styles and scripts go out compressed; answers to programs and files as they are."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_API = "/v1/"
_LEVEL = 6


class Compressed:
    """Wraps the app; whoever searches from beside it should not wait for what a network saves."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_for_people = scope["type"] == "http" and not scope["path"].startswith(_API)
        app = self._compressed if is_for_people else self._plain
        await app(scope, receive, send)
