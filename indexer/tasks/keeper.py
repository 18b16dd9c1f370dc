"""Keeps the codes of a large library up to date, behind searches and tasks.

They are made by a process of its own, on one core: it takes minutes in which searches want theirs,
and ends with the server.
"""

import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import faiss

from core.errors import LibraryError
from store.layout import LibraryLayout
from store.nearest.keeping import codes_wanted, keep_codes

_log = logging.getLogger("wenhai.indexer")

_SECONDS_BETWEEN_LOOKS = 10.0
_SECONDS_TO_STOP = 2.0
_BEHIND_ALL = 10


class Keeper:
    """Keeps the codes of the library in `root`; `made` is called when there are new ones."""

    def __init__(self, root: Path, made: Callable[[], None]) -> None:
        self._layout = LibraryLayout(root)
        self._made = made
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._work, name="codes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End now; codes that are being made are left to whoever is next."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_SECONDS_TO_STOP)

    def _work(self) -> None:
        told = False
        while not self._stopping.is_set():
            try:
                if codes_wanted(self._layout):
                    self._make()
                told = False
            except LibraryError as error:
                if not told:
                    _log.warning("searches are slower until codes can be made: %s", error)
                told = True
            self._stopping.wait(_SECONDS_BETWEEN_LOOKS)

    def _make(self) -> None:
        maker = multiprocessing.get_context("spawn").Process(
            target=_keep, args=(self._layout.root,), name="codes", daemon=True
        )
        maker.start()
        while maker.is_alive() and not self._stopping.wait(0.1):
            pass
        maker.terminate()
        maker.join()
        if maker.exitcode == 0:
            self._made()


def _keep(root: Path) -> None:
    """Make codes, in a process of its own; what cannot be written now is tried again later."""
    os.nice(_BEHIND_ALL)
    faiss.omp_set_num_threads(1)
    try:
        keep_codes(LibraryLayout(root))
    except LibraryError as error:
        sys.exit(f"searches are slower until codes can be made: {error}")
