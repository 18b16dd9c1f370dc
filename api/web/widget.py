"""The script that shows related documents, and a search box, on the pages of other sites."""

import hashlib
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

_SOURCE = Path(__file__).parent / "static" / "widget.js"
_AN_HOUR = "public, max-age=3600"


class Widget:
    """Serves `/widget.js`, which any page may load."""

    def __init__(self) -> None:
        self._source = _SOURCE.read_bytes()
        self._headers = {
            "etag": f'"{hashlib.blake2b(self._source, digest_size=8).hexdigest()}"',
            "cache-control": _AN_HOUR,
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
        }

    def add_to(self, app: FastAPI) -> None:
        """Put the script at its place."""
        app.get("/widget.js", include_in_schema=False)(self.script)

    async def script(self, request: Request) -> Response:
        """Return the script, or 304 to whom has it."""
        if self._headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(None, 304, self._headers)
        return Response(self._source, headers=self._headers, media_type="text/javascript")
