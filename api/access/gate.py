"""May this request do what it wants? Every operation is asked about before it begins.

Browsers send requests of any page to any address: what a foreign page makes them send is refused by
its Origin, and a name that was made to lead to this machine by its Host.
"""

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.access.access import Access, is_loopback
from api.access.operations import Operation
from api.access.ring import KeyRing
from api.problems import Refused
from core.settings import EVERY_ORIGIN
from store.keys import Key, digest_of

_BEARER = "bearer"
_CHALLENGE = {"www-authenticate": 'Bearer realm="wenhai"'}
_MASTER = Key("WENHAI_API_KEY", ("write",))
_SENT_KEY = "wenhai.key"


class Gate:
    """Lets those requests to an application through that may do what they want."""

    def __init__(self, access: Access, ring: KeyRing) -> None:
        self._access = access
        self._ring = ring

    async def check(self, request: Request) -> None:
        """Raise Refused unless the request may do what it wants; a dependency of every route."""
        wanted = Operation.of(request)
        if wanted.kind == "open":
            return
        key = await self._key_of(request)
        request.scope[_SENT_KEY] = key
        if wanted.kind == "write":
            _refuse_foreign_pages(request)
        if key is not None:
            _require_right(wanted, key)
        elif wanted.kind == "write":
            self._require_own_machine(request)
        elif wanted.kind == "events":
            self._require_known_page(request)
        elif self._access.reading == "key":
            raise _key_missing("to read")

    async def _key_of(self, request: Request) -> Key | None:
        """Return the key that was sent, None without one; Refused if it does not count."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sent = token.strip() if scheme.lower() == _BEARER else request.headers.get("x-api-key", "")
        if not sent:
            return None
        raw = sent.encode("latin-1")
        if self._access.key and hmac.compare_digest(raw, self._access.key.encode()):
            return _MASTER
        key = await run_in_threadpool(self._ring.find, digest_of(raw))
        if key is None:
            raise _refused_key("key_wrong", "this key is none of the server's, or no longer")
        if key.is_expired:
            raise _refused_key("key_expired", f"this key counts no more since {key.expires}")
        origin = request.headers.get("origin")
        if key.origins and origin not in key.origins:
            detail = f'this key is for pages of {", ".join(key.origins)}, not of "{origin or ""}"'
            raise Refused(403, "key_origin", detail)
        return key

    def _require_own_machine(self, request: Request) -> None:
        """Raise Refused unless it comes from this machine, and nobody needs a key there."""
        if self._access.key is not None:
            raise _key_missing("to write")
        if not self._access.loopback:
            raise Refused(
                403,
                "writes_not_allowed",
                "this server can be reached from other machines and has no key: start it with "
                "WENHAI_API_KEY=… and send that as Authorization: Bearer …",
            )
        self._require_own_host(request)

    def _require_own_host(self, request: Request) -> None:
        host = request.url.hostname or ""
        if self._access.loopback and not is_loopback(host):
            raise Refused(
                403,
                "writes_not_allowed",
                f'host "{host}" is not this machine: write to http://127.0.0.1, or start '
                "the server with WENHAI_API_KEY=…",
            )

    def _require_known_page(self, request: Request) -> None:
        """Raise Refused unless a page of this server, or of a site that may read, reports it."""
        if self._access.reading == "key":
            raise _key_missing("to report events")
        origin = request.headers.get("origin")
        if origin is None:
            self._require_own_machine(request)
        elif origin == EVERY_ORIGIN or origin not in self._access.origins:
            _refuse_foreign_pages(request)
            self._require_own_host(request)


def forced_filter(request: Request) -> str | None:
    """Return the filter of the key that the request came with, None where all may be seen."""
    key: Key | None = request.scope[_SENT_KEY]
    return key.filter if key else None


async def _within(request: Request) -> str | None:
    # not in a thread of its own, which would take longer than all else here
    return forced_filter(request)


Within = Annotated[str | None, Depends(_within)]
"""What a document has to pass to be there at all, for whoever asks."""


def _require_right(wanted: Operation, key: Key) -> None:
    if wanted.is_allowed_by(key):
        return
    where = f' in collection "{key.collection}"' if key.collection else ""
    within = ", within its filter" if key.filter else ""
    detail = f'key "{key.name}" is for {", ".join(key.scopes)}{where}{within}, not for this'
    raise Refused(403, "key_scope", detail)


def _refuse_foreign_pages(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused(
            403,
            "cross_origin_write",
            f'a page of "{origin}" must not write here: only pages of this server may',
        )


def _key_missing(why: str) -> Refused:
    detail = f"a key is needed {why}: send Authorization: Bearer … or X-API-Key: …"
    return Refused(401, "key_missing", detail, _CHALLENGE)


def _refused_key(code: str, detail: str) -> Refused:
    return Refused(401, code, detail, _CHALLENGE)
