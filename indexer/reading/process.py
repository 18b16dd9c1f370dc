"""A process that reads files: what makes it crash or hang costs that one file."""

import pickle
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import IO

from core.workers import Worker
from indexer.reading.pieces import Failed, Piece, Pieces, Version
from indexer.reading.worker import Job

SECONDS = 300.0
"""A reader that takes longer for one document is given up."""

_PIPE_BYTES = 2**20
"""About so much of what was read waits to be taken: as many passages as are embedded together."""


class ReaderProcess:
    """Reads what it is asked to, in that order; started when first asked, replaced when dead."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._worker: Worker | None = None
        self._asked: deque[Job] = deque()

    def ask(self, path: Path, version: Version) -> Pieces:
        """Have a file read; what is given has to be taken whole, in the order of the asking."""
        job = Job(path, version, self._seconds)
        self._asked.append(job)
        self._running().send(job)
        return self._pieces()

    def close(self) -> None:
        """End the process, whatever it is at."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _pieces(self) -> Pieces:
        try:
            while (piece := self._next_piece()) is not None:
                yield piece
            self._asked.popleft()
        except (EOFError, pickle.UnpicklingError):
            reason = self._why_ended()
            self.close()
            self._asked.popleft()
            for job in self._asked:
                self._running().send(job)
            yield Failed(reason)

    def _next_piece(self) -> Piece | None:
        answers = self._running().answers
        piece: Piece | None = pickle.load(answers)  # noqa: S301 - from a process of our own
        return piece

    def _running(self) -> Worker:
        if self._worker is None:
            # a key that stops the run is for the run to answer
            self._worker = Worker("indexer.reading.worker", own_session=True)
            _widen(self._worker.answers)
        return self._worker

    def _why_ended(self) -> str:
        code = self._running().process.wait()
        if code < 0:
            return f"crashes its reader (signal {-code}): repair the file or leave it out"
        return (
            f"cannot be read within {self._seconds:g} s and the memory that is there: "
            "repair the file or leave it out"
        )


def _widen(pipe: IO[bytes]) -> None:
    """Let more wait in the pipe, where the system has that and allows it."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
