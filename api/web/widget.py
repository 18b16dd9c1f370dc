"""The script that shows related documents, and a search box, on the pages of other sites."""

import gzip
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
        self._compressed = gzip.compress(self._source, mtime=0)
        self._digest = hashlib.blake2b(self._source, digest_size=8).hexdigest()

    def add_to(self, app: FastAPI) -> None:
        """Put the script at its place."""
        app.get("/widget.js", include_in_schema=False)(self.script)

    async def script(self, request: Request) -> Response:
        """Return the script, or 304 to whom has it."""
        compressed = "gzip" in request.headers.get("accept-encoding", "")
        etag = f'"{self._digest}{"-gzip" if compressed else ""}"'
        headers = {
            "etag": etag,
            "cache-control": _AN_HOUR,
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
            "vary": "Accept-Encoding",
        }
        if etag in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        if compressed:
            headers["content-encoding"] = "gzip"
        content = self._compressed if compressed else self._source
        return Response(content, headers=headers, media_type="text/javascript")
