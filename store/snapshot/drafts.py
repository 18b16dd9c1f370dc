"""Where is something made before it takes its name? In a folder beside, which one process holds."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import LibraryBusy


@contextmanager
def draft_folder(path: Path, lock_name: str) -> Iterator[Path]:
    """Give that folder, empty but for its lock; what a killed process left in it is gone.

    It is deleted at the end if it is still there. LibraryBusy if another process holds it.
    """
    path.mkdir(exist_ok=True)
    lock = FileLock(path / lock_name)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LibraryBusy(
            f"another process is writing to {path}: wait until it has finished"
        ) from None
    try:
        for each in path.iterdir():
            if each.name == lock_name:
                continue
            if each.is_dir():
                shutil.rmtree(each)
            else:
                each.unlink()
        yield path
    finally:
        lock.release()
        shutil.rmtree(path, ignore_errors=True)


def sync_folder(path: Path) -> None:
    """Wait until the disk has the names in this folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
