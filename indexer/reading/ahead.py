"""Which files are read ahead, and where? In their order, PDFs and large ones in processes apart.

PDFium crashes or hangs over some PDFs, and takes a twentieth of the encoder's time over the others.
Text formats take less than a hundredth: small files of those are read here, without the 0.2 s that
it takes to start a process.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from indexer.readers import Reader, read
from indexer.reading.pieces import Failed, Pieces, Version, pieces_of, reason_of, version_of
from indexer.reading.process import ReaderProcess
from indexer.scan import FoundFile

_FILES_AHEAD = 32
_BYTES_AHEAD = 64 * 2**20
_LARGE = 2**20
_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file with what it says, of which all has to be taken before the next file's.

    `pieces` is None where the file is as it was when it was last read.
    """

    found: FoundFile
    digest: str
    size_bytes: int
    pieces: Pieces | None


class ReadingAhead:
    """Reads files into the library that `known` gives their last digests of; a context manager.

    With a `reader` of its own, all is read in this process.
    """

    def __init__(self, known: Callable[[FoundFile], str | None], reader: Reader | None) -> None:
        self._known = known
        self._reader = reader
        count = min(_MOST_PROCESSES, max(1, (os.cpu_count() or 1) // 2))
        self._processes = [ReaderProcess() for _ in range(count)]
        self._turns = cycle(self._processes)

    def __enter__(self) -> "ReadingAhead":
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._processes:
            each.close()

    def read(self, files: Iterable[FoundFile]) -> Iterator[OpenedFile]:
        """Yield the files in their order; a few of those that follow are being read meanwhile."""
        waiting: deque[OpenedFile] = deque()
        ahead = 0
        for found in files:
            waiting.append(self._opened(found))
            ahead += waiting[-1].size_bytes
            while len(waiting) > _FILES_AHEAD or (len(waiting) > 1 and ahead > _BYTES_AHEAD):
                ahead -= waiting[0].size_bytes
                yield waiting.popleft()
        yield from waiting

    def _opened(self, found: FoundFile) -> OpenedFile:
        try:
            version = version_of(found.path)
        except OSError as error:
            return OpenedFile(found, "", 0, iter([Failed(reason_of(error))]))
        unchanged = self._known(found) == version.digest
        pieces = None if unchanged else self._begun(found.path, version)
        return OpenedFile(found, version.digest, version.size_bytes, pieces)

    def _begun(self, path: Path, version: Version) -> Pieces:
        if self._reader is not None:
            return pieces_of(path, version, self._reader)
        if path.suffix.lower() == ".pdf" or version.size_bytes >= _LARGE:
            return next(self._turns).ask(path, version)
        return pieces_of(path, version, read)
