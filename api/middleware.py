"""What holds for every request: an id, a bound on the body, headers against abuse, no traceback."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import log_failure, on_unexpected

MAX_BODY_BYTES = 1_000_000
MAX_DOCUMENTS_BYTES = 100_000_000
MAX_UPLOAD_BYTES = 1_000_000_000
"""Of documents as JSON, of files, and of everything else."""

_DOCUMENTS = re.compile(r"(?:/v1|/v1/collections/[^/]+)/documents(?:/.*)?", re.DOTALL)

_SENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_POLICIES = {
    "text/html": f"{_NOTHING}; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'",
    "application/json": _NOTHING,
    "application/problem+json": _NOTHING,
}
"""What a browser may load for a response of that type: our own pages theirs, answers nothing."""

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_API = "/v1/"
_BY_KEY = "Authorization, X-API-Key"


class Envelope:
    """Wraps the app: what goes in is bounded, what comes out is marked and never a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = _request_id(Headers(scope=scope))
        outgoing = _Outgoing(scope, send)
        try:
            receive_bounded = _bounded(Headers(scope=scope), receive, _most_bytes(scope))
            await self._app(scope, receive_bounded, outgoing.send)
        except Exception as error:  # noqa: BLE001 - the last line: a client never sees a traceback
            log_failure(scope["request_id"], error)
            if not outgoing.started:
                response = on_unexpected(Request(scope), error)
                await response(scope, receive, outgoing.send)


class _Outgoing:
    """Sends on, with the headers that every response carries."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.started = False
        self._scope = scope
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self._scope["request_id"]
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            kind = headers.get("content-type", "").partition(";")[0]
            if kind in _POLICIES:
                headers.setdefault("content-security-policy", _POLICIES[kind])
            if self._scope["path"].startswith(_API):
                headers.add_vary_header(_BY_KEY)
        await self._send(message)


def _request_id(headers: Headers) -> str:
    sent = headers.get("x-request-id", "")
    return sent if _SENT_ID.fullmatch(sent) else secrets.token_hex(8)


def _most_bytes(scope: Scope) -> int:
    """Return how large the body of this request may be."""
    if not _DOCUMENTS.fullmatch(scope["path"]):
        return MAX_BODY_BYTES
    uploads = scope["method"] == "POST" and scope["path"].endswith("/documents/upload")
    return MAX_UPLOAD_BYTES if uploads else MAX_DOCUMENTS_BYTES


def _bounded(headers: Headers, receive: Receive, most: int) -> Receive:
    declared = headers.get("content-length", "")
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        if declared.isdigit() and int(declared) > most:
            raise _too_large(most)
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise _too_large(most)
        return message

    return receive_bounded


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"the body is larger than {most:,} bytes: send a shorter one")
