"""What a server is told of who may ask it and who may change its libraries."""

import ipaddress
from dataclasses import dataclass

from core.settings import Reading


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read and who may write; `loopback` says that only this machine reaches the server.

    Whoever has `key`, or one of the library's keys, may do what that key is for. Pages of these
    `origins` may read from a browser; `*` stands for all of them.
    """

    key: str | None = None
    loopback: bool = False
    origins: tuple[str, ...] = ()
    reading: Reading = "open"


NO_WRITES = Access()
"""What holds where nobody says who may write."""


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach what listens at this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
