"""Run as a process of its own: draws what it is asked to, one job after the other.

A PDF that makes it crash, loop or eat memory takes nothing else along.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from api.pictures import drawing
from api.pictures.jobs import SECONDS, Job
from core.errors import PageNotFound, PictureNotAvailable
from core.workers import answers

_DRAWS = {"picture": drawing.picture, "layout": drawing.layout, "sizes": drawing.sizes}
_MOST_MEMORY = 2 * 1024**3
_NICENESS = 5
_IDLE_SECONDS = 60
"""Whom nobody asks for so long ends, and is started again when there is something to draw."""


def main() -> None:
    """Answer jobs until nobody can ask any more."""
    pipe = answers()
    if sys.platform != "win32":
        _bound()
    for line in sys.stdin.buffer:
        _end_after(2 * SECONDS)  # nobody else ends a job whose server was killed
        _answer(Job.of(line), pipe)
        _end_after(_IDLE_SECONDS)


def _answer(job: Job, pipe: BinaryIO) -> None:
    head: dict[str, object]
    try:
        body = _DRAWS[job.kind](job)
        head = {"bytes": len(body)}
    except (PageNotFound, PictureNotAvailable) as error:
        body, head = b"", {"code": error.code, "detail": str(error)}
    except (OSError, ValueError, MemoryError, RuntimeError) as error:
        detail = f"page {job.page:,} cannot be shown: {error or 'it needs too much memory'}"
        body, head = b"", {"code": PictureNotAvailable.code, "detail": detail}
    pipe.write(json.dumps(head).encode() + b"\n" + body)
    pipe.flush()


def _end_after(seconds: int) -> None:
    if sys.platform != "win32":
        signal.alarm(seconds)


def _bound() -> None:
    import resource  # noqa: PLC0415 - not on Windows

    os.nice(_NICENESS)
    for bound, most in (
        (resource.RLIMIT_AS, _MOST_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(bound, (most, most))


if __name__ == "__main__":
    main()
