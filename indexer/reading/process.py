"""A process that reads files: what makes it crash or hang costs that one file."""

import pickle
import subprocess
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path

from core.settings import environment_for_workers
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
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: deque[Job] = deque()

    def ask(self, path: Path, version: Version) -> Pieces:
        """Have a file read; what is given has to be taken whole, in the order of the asking."""
        job = Job(path, version, self._seconds)
        self._asked.append(job)
        self._send(job)
        return self._pieces()

    def close(self) -> None:
        """End the process, whatever it is at."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

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
                self._send(job)
            yield Failed(reason)

    def _next_piece(self) -> Piece | None:
        process = self._running()
        assert process.stdout is not None  # noqa: S101 - the types do not know that it is a pipe
        piece: Piece | None = pickle.load(process.stdout)  # noqa: S301 - from a process of our own
        return piece

    def _send(self, job: Job) -> None:
        process = self._running()
        assert process.stdin is not None  # noqa: S101
        with suppress(OSError):  # who takes the answers will find that it is dead
            process.stdin.write(pickle.dumps(job))
            process.stdin.flush()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "indexer.reading.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment_for_workers(),
                start_new_session=True,  # a key that stops the run is for the run to answer
            )
            _widen(self._process)
        return self._process

    def _why_ended(self) -> str:
        code = self._running().wait()
        if code < 0:
            return f"crashes its reader (signal {-code}): repair the file or leave it out"
        return (
            f"cannot be read within {self._seconds:g} s and the memory that is there: "
            "repair the file or leave it out"
        )


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let more wait in the pipe, where the system has that and allows it."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415 - not on Windows

        assert process.stdout is not None  # noqa: S101
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
