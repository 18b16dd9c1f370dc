"""Who may write to a library now? Whoever holds its lock, which the system frees when he dies."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import LibraryBusy, StorageFailed
from store.failures import storage_errors
from store.layout import LibraryLayout

PATIENCE_SECONDS = 60.0
"""So long a writer waits for the turns of others: each takes a fraction of a second."""

_SECONDS_BETWEEN_LOOKS = 0.01


@contextmanager
def write_lock(layout: LibraryLayout, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the write lock; LibraryBusy if others hold it for longer than that."""
    busy = (
        f"another process has been writing to {layout.root} for {patience_seconds:.0f} seconds: "
        "wait until it has finished"
    )
    with storage_errors(layout.root), _held(layout.writer_lock, patience_seconds, busy):
        yield


@contextmanager
def writers_kept_out(layout: LibraryLayout) -> Iterator[None]:
    """Hold the write lock; where the disk takes no lock, it takes no writes either."""
    with ExitStack() as held:
        with suppress(StorageFailed):
            held.enter_context(write_lock(layout))
        yield


@contextmanager
def rebuild_lock(layout: LibraryLayout) -> Iterator[None]:
    """Hold the lock of whoever makes vectors of a generation; LibraryBusy if another does."""
    busy = f"another process makes vectors for {layout.root}: wait until it has finished"
    with storage_errors(layout.root), _held(layout.rebuild_lock, 0, busy):
        yield


@contextmanager
def codes_lock(layout: LibraryLayout) -> Iterator[None]:
    """Hold the lock of whoever makes codes; LibraryBusy if another does."""
    busy = f"another process makes codes for {layout.root}: leave it to that one"
    with storage_errors(layout.root), _held(layout.codes_lock, 0, busy):
        yield


@contextmanager
def _held(path: Path, patience_seconds: float, busy: str) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=patience_seconds, poll_interval=_SECONDS_BETWEEN_LOOKS)
    except Timeout:
        raise LibraryBusy(busy) from None
    try:
        yield
    finally:
        lock.release()
