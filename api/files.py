"""The original file of a document, for a browser to show at a page, never to run."""

import codecs
import os
import re
import stat
from pathlib import Path

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from core.errors import FileNotAvailable
from store.catalogue.reading import StoredDocument

_PLAIN = "text/plain"
_HTML = "text/html"
_TYPES = {
    ".pdf": "application/pdf",
    ".md": _PLAIN,
    ".markdown": _PLAIN,
    ".txt": _PLAIN,
    ".text": _PLAIN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
}
"""What a browser may show; every other type is offered for download."""

_NO_SCRIPTS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)
_SAMPLE_BYTES = 65_536
_RANGE = r"(?:\d{1,18}-\d{0,18}|-\d{1,18})"
_RANGES = re.compile(rf"bytes=\s*{_RANGE}(?:\s*,\s*{_RANGE})*\s*", re.IGNORECASE)


class OriginalFile(FileResponse):
    """A file response as RFC 9110 has it: 304 if unchanged, senseless ranges ignored, or a 416."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file or the ranges asked for; raise a 416 if none of them is inside it."""
        sent = Headers(scope=scope)
        if self.headers["etag"] in re.split(r"\s*,\s*", sent.get("if-none-match", "")):
            unchanged = Response(status_code=304, headers={"etag": self.headers["etag"]})
            await unchanged(scope, receive, send)
            return
        others = [(name, value) for name, value in scope["headers"] if name != b"range"]
        ranges = self._ranges(sent)
        if ranges is not None:
            others.append((b"range", ranges.encode()))
        await super().__call__({**scope, "headers": others}, receive, send)

    def _ranges(self, sent: Headers) -> str | None:
        """Return the ranges to send as a header says them, None for the whole file."""
        asked, condition = sent.get("range"), sent.get("if-range")
        if asked is None or not _RANGES.fullmatch(asked):
            return None
        if condition not in (None, self.headers["etag"], self.headers["last-modified"]):
            return None
        size = int(self.headers["content-length"])
        pairs = [tuple(each.split("-")) for each in re.findall(_RANGE, asked)]
        if any(start and end and int(start) > int(end) for start, end in pairs):
            return None
        inside = [pair for pair in pairs if (int(pair[0]) < size if pair[0] else int(pair[1]) > 0)]
        if not inside or size == 0:
            detail = f"the file has {size} bytes: ask for a range within them"
            raise HTTPException(416, detail, {"Content-Range": f"bytes */{size}"})
        return "bytes=" + ",".join(f"{start}-{end}" for start, end in inside)


def original_file(document: StoredDocument) -> OriginalFile:
    """Return the response with the document's file; FileNotAvailable if it is gone or changed."""
    path, found = current_file(document)
    media_type = _TYPES.get(path.suffix.lower())
    headers = {"content-type": _content_type(path, media_type), "cache-control": "no-cache"}
    if media_type == _HTML:
        headers["content-security-policy"] = _NO_SCRIPTS
    return OriginalFile(
        path,
        headers=headers,
        filename=path.name,
        stat_result=found,
        content_disposition_type="inline" if media_type else "attachment",
    )


def current_file(document: StoredDocument) -> tuple[Path, os.stat_result]:
    """Return where the document's file is, and its state; FileNotAvailable as for the file."""
    path = document.path
    if path is None:
        raise FileNotAvailable("the document has no file: a catalogue lists it, see its url")
    found = _stat(path, document.label or path.name)
    if document.metadata.size_bytes not in (None, found.st_size):
        raise FileNotAvailable(f"{document.label} has changed since: index it again")
    return path, found


def _stat(path: Path, label: str) -> os.stat_result:
    try:
        found = path.stat()
        readable = stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK)
    except OSError:
        readable = False
    if not readable:
        raise FileNotAvailable(
            f"{label} is no longer where it was indexed: put it back, or index its new place"
        )
    return found


def _content_type(path: Path, media_type: str | None) -> str:
    """Return the type with its charset where the file is UTF-8; a browser guesses the others."""
    if media_type not in (_PLAIN, _HTML):
        return media_type or "application/octet-stream"
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE_BYTES)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return media_type
    return f"{media_type}; charset=utf-8"
