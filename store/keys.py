"""Keys to a library: who may ask with which of them; of the token itself, only a hash is kept."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from core.errors import InvalidKey, KeyNotFound
from store.catalogue.schema import reading, writing
from store.layout import LibraryLayout

Scope = Literal["search", "events", "write"]
"""`write` may do all; `search` may ask and report events, `events` only the latter."""

_PREFIX = "wk_"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """What whoever has its token may do.

    With a `filter`, documents that do not pass are as if they were not there; with a `collection`,
    only that one is asked; with `origins`, only pages of these ask. From the day `expires` on (an
    ISO date, in UTC), it does not count.
    """

    name: str
    scopes: tuple[Scope, ...]
    filter: str | None = None
    collection: str | None = None
    origins: tuple[str, ...] = ()
    expires: str | None = None

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires is not None and datetime.now(UTC).date().isoformat() >= self.expires


def digest_of(token: bytes) -> str:
    """Return what is kept of a token; it is too long to be found by trying."""
    return hashlib.sha256(token).hexdigest()


class KeyStore:
    """The keys of one library; safe to call from several threads and processes."""

    def __init__(self, layout: LibraryLayout) -> None:
        self._path = layout.catalogue

    def create(self, key: Key) -> str:
        """Return the token of a new key, which nobody can be told again.

        InvalidKey if there is one of that name.
        """
        token = f"{_PREFIX}{secrets.token_urlsafe(_BYTES)}"
        with writing(self._path) as connection:
            row = [key.name, digest_of(token.encode()), json.dumps(asdict(key))]
            made = connection.execute("INSERT OR IGNORE INTO keys VALUES (?, ?, ?)", row).rowcount
        if not made:
            raise InvalidKey(f'there is a key "{key.name}": revoke it first, or take another name')
        return token

    def revoke(self, name: str) -> None:
        """Let the key of that name count no more; KeyNotFound if there is none."""
        with writing(self._path) as connection:
            gone = connection.execute("DELETE FROM keys WHERE name = ?", [name]).rowcount
        if not gone:
            raise KeyNotFound(f'no key "{name}" here: `wenhai keys list` has them')

    def by_digest(self) -> Mapping[str, Key]:
        """Return every key, also those whose time is over, by the digest of its token."""
        with reading(self._path) as connection:
            rows = connection.execute("SELECT digest, rights FROM keys ORDER BY name").fetchall()
        return {digest: _key(json.loads(rights)) for digest, rights in rows}


def _key(rights: dict[str, Any]) -> Key:
    lists = {name: tuple(rights[name]) for name in ("scopes", "origins")}
    return Key(**{**rights, **lists})
