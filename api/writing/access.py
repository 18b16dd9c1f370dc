"""Who may change the library? Whoever has the key; without one, only this machine.

Browsers send requests of any page to any address: what a foreign page makes them send is refused by
its Origin, and a name that was made to lead to this machine by its Host.
"""

import hmac
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

from api.problems import Refused

_BEARER = "bearer"
_CHALLENGE = {"www-authenticate": 'Bearer realm="wenhai"'}


@dataclass(frozen=True, slots=True)
class Access:
    """What a write needs; `loopback` says that only this machine can reach the server.

    Pages of these `origins` may read from a browser; `*` stands for all of them.
    """

    key: str | None = None
    loopback: bool = False
    origins: tuple[str, ...] = ()

    def check(self, request: Request) -> None:
        """Raise Refused unless this request may write."""
        _refuse_foreign_pages(request)
        if self.key is not None:
            self._check_key(request)
        elif not self.loopback:
            raise Refused(
                403,
                "writes_not_allowed",
                "this server can be reached from other machines and has no key: start it with "
                "WENHAI_API_KEY=… and send that as Authorization: Bearer …",
            )
        elif not is_loopback(_host(request)):
            raise Refused(
                403,
                "writes_not_allowed",
                f'host "{_host(request)}" is not this machine: write to http://127.0.0.1, or start '
                "the server with WENHAI_API_KEY=…",
            )

    def _check_key(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sent = token.strip() if scheme.lower() == _BEARER else request.headers.get("x-api-key", "")
        if not sent:
            detail = "a key is needed to write: send Authorization: Bearer … or X-API-Key: …"
            raise Refused(401, "key_missing", detail, _CHALLENGE)
        if not hmac.compare_digest(sent.encode("latin-1"), (self.key or "").encode()):
            detail = "this key is not that of the server (WENHAI_API_KEY)"
            raise Refused(401, "key_wrong", detail, _CHALLENGE)


def _refuse_foreign_pages(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused(
            403,
            "cross_origin_write",
            f'a page of "{origin}" must not write here: only pages of this server may',
        )


def _host(request: Request) -> str:
    return request.url.hostname or ""


NO_WRITES = Access()
"""What holds where nobody says who may write."""


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach what listens at this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
