"""Run as a process of its own: reads files, one after the other, and gives what they say.

It ends when nobody can ask any more, and when a file makes it crash or takes too long. What goes
through its pipes is pickled: a job in, the pieces of the file out, None after the last one.
"""

import faulthandler
import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.workers import answers, received
from indexer.readers import read
from indexer.reading.pieces import Piece, Version, pieces_of


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, as it was when that was asked, and the seconds that a piece may take."""

    path: Path
    version: Version
    seconds: float


def main() -> None:
    """Answer jobs until nobody can ask any more."""
    pipe = answers()
    try:
        while (job := received()) is not None:
            _answer(job, pipe)
    except BrokenPipeError:
        os._exit(1)  # who asked is gone, and nobody is left to be told


def _answer(job: Job, pipe: BinaryIO) -> None:
    pieces = pieces_of(job.path, job.version, read)
    piece: Piece | None
    with Path(os.devnull).open("w") as nowhere:
        while True:
            # ends this process if time is up, also where a library never comes back to Python
            faulthandler.dump_traceback_later(job.seconds, exit=True, file=nowhere)
            piece = next(pieces, None)
            faulthandler.cancel_dump_traceback_later()
            pickle.dump(piece, pipe)
            pipe.flush()
            if piece is None:
                return


if __name__ == "__main__":
    main()
