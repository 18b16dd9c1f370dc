"""Made once, kept on disk: files in one folder that together take no more than so many bytes."""

import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path

_SHARE_KEPT = 0.9
"""What was used longest ago goes until so much of the bound is left."""

_UNFINISHED = ".new-"
_SECONDS_TO_FINISH = 600


class FileCache:
    """Bytes by name; safe among threads and processes, and whole after a kill.

    A folder that cannot be written to keeps nothing, and that is all. Several processes may use it:
    each counts what it writes itself, and looks at all when that may be too much.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._room: int | None = None
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """Return what is kept by that name, None if nothing is; it is then the latest used."""
        path = self._folder / name
        try:
            found = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def put(self, name: str, content: bytes) -> None:
        """Keep the bytes by that name."""
        unfinished = self._folder / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(self._folder / name)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            return
        with self._lock:
            self._room = self._room - len(content) if self._room is not None else -1
            if self._room < 0:
                self._room = self._made_room()

    def _made_room(self) -> int:
        """Delete what was used longest ago where that is needed; return how much may still come."""
        kept: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(OSError):
                found = path.stat()
                kept.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in kept)
        crowded = total > self._most_bytes
        for used, size, path in sorted(kept):
            unfinished = path.name.startswith(_UNFINISHED)
            given_up = unfinished and used < time.time() - _SECONDS_TO_FINISH
            if given_up or (crowded and not unfinished and total > self._most_bytes * _SHARE_KEPT):
                with suppress(OSError):
                    path.unlink()
                total -= size
        return max(self._most_bytes - total, 0)
