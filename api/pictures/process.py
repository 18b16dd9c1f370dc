"""A worker as the server has it: started when first asked, killed when late, replaced when dead."""

import json
import threading

from api.pictures.jobs import FAILURES, SECONDS, Job
from core.errors import PictureNotAvailable
from core.workers import Worker

_MOST_BYTES = 100_000_000
_LONGEST_HEAD = 10_000
_ATTEMPTS = 2
"""A worker that has ended, or was killed from outside, is replaced and asked again."""


class WorkerProcess:
    """One worker; for one thread at a time, but any may close it."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._worker: Worker | None = None
        self._closed = False
        self._lock = threading.Lock()

    def ask(self, job: Job) -> bytes:
        """Return what the worker answers; PageNotFound or PictureNotAvailable say why not."""
        for _ in range(_ATTEMPTS):
            late = threading.Event()
            try:
                return self._asked_once(job, late)
            except (OSError, EOFError, ValueError):
                self._stop()
            if late.is_set():
                raise _refusal(job, f"it takes longer than {self._seconds:g} s")
        raise _refusal(job, "it is too damaged or too large")

    def close(self) -> None:
        """End the worker for good, whatever it is at."""
        with self._lock:
            self._closed = True
        self._stop()

    def _asked_once(self, job: Job, late: threading.Event) -> bytes:
        """Return the answer; EOFError if the worker dies over it, killed if it is `late`."""
        worker = self._running()
        watch = threading.Timer(self._seconds, _kill, (worker, late))
        watch.start()
        try:
            return _exchanged(worker, job)
        finally:
            watch.cancel()
            if late.is_set():
                self._stop()

    def _running(self) -> Worker:
        """Return a worker that can be asked; EOFError if there shall be none any more."""
        worker = self._worker
        if worker is not None and worker.process.poll() is not None:
            self._stop()
        with self._lock:
            if self._closed:
                raise EOFError
            if self._worker is None:
                self._worker = Worker("api.pictures.worker")
            return self._worker

    def _stop(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


def _exchanged(worker: Worker, job: Job) -> bytes:
    """Return what the worker answers; EOFError if it ended before it was done."""
    worker.questions.write(job.line())
    worker.questions.flush()
    line = worker.answers.readline(_LONGEST_HEAD)
    if not line.endswith(b"\n"):
        raise EOFError
    head = json.loads(line)
    if "code" in head:
        raise FAILURES[head["code"]](head["detail"])
    if not 0 <= head["bytes"] <= _MOST_BYTES:
        raise EOFError
    body = worker.answers.read(head["bytes"])
    if len(body) < head["bytes"]:
        raise EOFError
    return body


def _refusal(job: Job, why: str) -> PictureNotAvailable:
    return PictureNotAvailable(f"page {job.page:,} cannot be shown: {why}")


def _kill(worker: Worker, late: threading.Event) -> None:
    late.set()
    worker.process.kill()
