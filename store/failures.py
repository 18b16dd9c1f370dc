"""Turn what disks and databases raise into errors that name the place and the remedy."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import LibraryDamaged, StorageFailed

_REFUSALS = {
    errno.ENOSPC: "the disk is full: free some space, then run it again",
    errno.EDQUOT: "the disk quota is used up: free some space, then run it again",
    errno.EROFS: "the disk is read-only: mount it writable or name another folder with --library",
    errno.EACCES: "no permission to write there: change the owner or name another --library",
    errno.EPERM: "no permission to write there: change the owner or name another --library",
}
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
    """Raise StorageFailed or LibraryDamaged for whatever goes wrong with files inside the block."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, ValueError) as error:
        remedy = _remedy(error)
        if remedy is None:
            raise
        raise StorageFailed(f"cannot write to {place}: {remedy}") from error
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"{place} is damaged ({error}): restore the folder from a copy, or delete it and "
            "index the documents again"
        ) from error


def _remedy(error: Exception) -> str | None:
    """Return what to do about a refused write, None where the error is something else."""
    if isinstance(error, OSError) and error.errno is not None:
        return _REFUSALS.get(error.errno)
    message = str(error).lower()
    return next((remedy for sign, remedy in _MESSAGES.items() if sign in message), None)
