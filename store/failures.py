"""Turn what disks and databases raise into errors that name the place and the remedy."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import LibraryBusy, LibraryDamaged, StorageFailed

PATIENCE_SECONDS = 30
"""So long whoever writes waits for the transaction of another."""

_REFUSALS = {
    errno.ENOSPC: "the disk is full: free some space, then run it again",
    errno.EDQUOT: "the disk quota is used up: free some space, then run it again",
    errno.EROFS: "the disk is read-only: mount it writable or name another folder with --library",
    errno.EACCES: "no permission to write there: change the owner or name another --library",
    errno.EPERM: "no permission to write there: change the owner or name another --library",
}
_TOO_LITTLE_SPACE = 2**17
_MESSAGES = {
    "full": _REFUSALS[errno.ENOSPC],
    "no space": _REFUSALS[errno.ENOSPC],
    "readonly": _REFUSALS[errno.EROFS],
    "read-only": _REFUSALS[errno.EROFS],
    "permission denied": _REFUSALS[errno.EACCES],
    "unable to open": _REFUSALS[errno.EACCES],
}


@contextmanager
def storage_errors(place: Path) -> Iterator[None]:
    """Raise StorageFailed, LibraryBusy or LibraryDamaged for what goes wrong with files inside."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError, ValueError) as error:
        if (remedy := _remedy(error, place)) is not None:
            raise StorageFailed(f"cannot use {place}: {remedy}") from error
        if "is locked" in str(error):
            raise LibraryBusy(
                f"another process has been writing to {place} for {PATIENCE_SECONDS} seconds: "
                "wait until it has finished"
            ) from error
        # SQLite quotes what it cannot read, in bytes that may be no text either
        if not isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError):
            raise
        raise LibraryDamaged(
            f"{place} is damaged ({error}): `wenhai doctor` says whether that can be mended; if "
            "not, restore a snapshot, or delete it and index the documents again"
        ) from error


def _remedy(error: Exception, place: Path) -> str | None:
    """Return what to do about a refused write, None where the error is something else."""
    if isinstance(error, OSError) and error.errno is not None:
        return _REFUSALS.get(error.errno)
    message = str(error).lower()
    if "disk i/o error" in message:
        # what SQLite says when not even its index of the log fits any more
        existing = place if place.exists() else place.parent
        full = shutil.disk_usage(existing).free < _TOO_LITTLE_SPACE
        return _REFUSALS[errno.ENOSPC] if full else "the disk fails: look at the system's log"
    return next((remedy for sign, remedy in _MESSAGES.items() if sign in message), None)
