"""The thread that works through a library's tasks, behind the searches of the same process."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.errors import LibraryBusy, LibraryError, ModelUnavailable, StorageFailed, WenhaiError
from indexer.tasks.keeper import Keeper
from models.encoder import Encoder
from store.layout import LibraryLayout
from store.tasks.tasks import TaskStore

_log = logging.getLogger("wenhai.indexer")

_SECONDS_BETWEEN_LOOKS = 2.0
_SECONDS_TO_STOP = 10.0
_BEHIND_SEARCHES = 2
_WAITS: tuple[tuple[type[WenhaiError], str], ...] = (
    (LibraryBusy, "another process is writing to the library: the task goes on after it"),
    (
        StorageFailed,
        "the disk of the library takes no writes, being full or read-only: the task goes on once "
        "it does",
    ),
    (
        WenhaiError,
        "the library cannot be written to now: the task goes on once it can; the server's log "
        "says why",
    ),
)


class Worker:
    """Works through the tasks of the library in `root`; what a kill interrupts goes on later.

    `encoder` gives the model that the library is of, `committed` is called when documents changed.
    """

    def __init__(
        self, root: Path, encoder: Callable[[], Encoder], committed: Callable[[], None]
    ) -> None:
        self._root = root
        self._encoder = encoder
        self._committed = committed
        self._tasks = TaskStore(LibraryLayout(root))
        self._keeper = Keeper(root, committed)
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.trouble: str | None = None
        """Why nothing goes on now, in words for anybody; None where it does."""

    def start(self) -> None:
        """Begin to work, in a thread of its own."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._work, name="tasks", daemon=True)
        self._thread.start()
        self._keeper.start()

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    def stop(self) -> None:
        """End after the turn under way; what is left waits for the next start."""
        self._stopping.set()
        self._woken.set()
        self._keeper.stop()
        if self._thread is not None:
            self._thread.join(_SECONDS_TO_STOP)

    def _work(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND_SEARCHES)
        while not self._stopping.is_set():
            self._woken.clear()
            self.trouble = self._trouble()
            self._woken.wait(_SECONDS_BETWEEN_LOOKS)

    def _work_through(self) -> None:
        if self._tasks.something_waits():
            # readers and all that they need are loaded when first needed, not when a server starts
            from indexer.tasks.runner import TaskRunner  # noqa: PLC0415

            TaskRunner(self._root, self._encoder(), self._went_on).run(self._stopping)
            self._tasks.forget_finished()

    def _went_on(self) -> None:
        self.trouble = None
        self._committed()

    def _trouble(self) -> str | None:
        """Work; return why it has to wait, told in the tasks too, None where all is done."""
        try:
            self._work_through()
        except Exception as error:  # noqa: BLE001 - the thread goes on, and tries again
            known = isinstance(error, LibraryError | ModelUnavailable)
            kind = type(error) if known else WenhaiError
            reason = next(said for each, said in _WAITS if issubclass(kind, each))
            if self.trouble != reason:
                _log.warning("tasks wait: %s", error, exc_info=None if known else error)
            with suppress(LibraryError):
                self._tasks.wait(reason)
            return reason
        return None
