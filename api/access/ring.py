"""The keys of a library, as they were at most half a second ago."""

import threading
import time
from collections.abc import Callable, Mapping

from store.keys import Key, KeyStore
from store.layout import LibraryLayout

SECONDS_BETWEEN_LOOKS = 0.5


class KeyRing:
    """Finds keys by the digest of their token; safe to call from several threads."""

    def __init__(self, layout: Callable[[], LibraryLayout]) -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._keys: Mapping[str, Key] = {}
        self._looked_at = float("-inf")

    def find(self, digest: str) -> Key | None:
        """Return the key whose token has that digest, None if there is none any more."""
        with self._lock:
            if time.monotonic() - self._looked_at >= SECONDS_BETWEEN_LOOKS:
                self._keys = KeyStore(self._layout()).by_digest()
                self._looked_at = time.monotonic()
            return self._keys.get(digest)
