"""Pictures of pages, and where things stand on them: kept, or else made, each only once."""

import hashlib
import threading
import time
import weakref
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from api.files import current_file
from api.links import is_pdf
from api.pictures.cache import FileCache
from api.pictures.jobs import SECONDS, Job, Kind
from api.pictures.process import WorkerProcess
from api.problems import Refused
from core.errors import FileNotAvailable, PictureNotAvailable, WenhaiError
from store.catalogue.reading import StoredDocument

WIDTHS = (80, 160, 240, 320, 480, 640, 960, 1280, 1600, 2000)
"""A picture is as wide as the first of these that is not less than asked for."""

_DRAWING_VERSION = 1
"""Raised whenever the same page would give another picture or layout."""

_DIGITS = 32
_FOLDER = "pages"
_WORKERS = 2
_MOST_WAITING = 48
_MOST_BYTES = 500_000_000
_SECONDS_A_FAILURE_COUNTS = 300
_MOST_FAILURES = 1000


@dataclass(frozen=True, slots=True)
class Pdf:
    """A document's file as it is now; `digest` is of its content."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to be made of a PDF; `name` tells it from all else that can be made of any.

    `subject` is the same for pictures in all widths.
    """

    name: str
    subject: str
    job: Job

    @classmethod
    def of(cls, pdf: Pdf, kind: Kind, page: int = 1, width: int = 0) -> "Wanted":
        """Return what is wanted of that page, pictures in the next of the widths."""
        taken = next((each for each in WIDTHS if each >= width), WIDTHS[-1]) if width else 0
        subject = f"{pdf.digest}-{kind}-{page}"
        name = f"{subject}-{taken}-{_DRAWING_VERSION}"
        return cls(name, subject, Job(kind, str(pdf.path), page, taken))


class Pictures:
    """Makes them in at most two processes, which are started when there is something to make.

    They are kept in the cache folder `cache`, the latest used of `most_bytes`; what takes longer
    than `seconds` is given up.
    """

    def __init__(
        self, cache: Path, most_bytes: int = _MOST_BYTES, seconds: float = SECONDS
    ) -> None:
        self._cache = FileCache(cache / _FOLDER, most_bytes)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(_WORKERS, "pictures")
        self._own = threading.local()
        self._processes: list[WorkerProcess] = []
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[bytes]] = {}
        self._failures: dict[str, tuple[float, type[WenhaiError], str]] = {}
        self._end = weakref.finalize(self, _end, self._threads, self._processes)

    def ask(self, wanted: Wanted) -> "Future[bytes]":
        """Return what will give the bytes, or raise PageNotFound or PictureNotAvailable.

        Refused with a 503 where too much is under way.
        """
        if (kept := self._cache.get(wanted.name)) is not None:
            return _done(kept)
        with self._lock:
            if (found := self._under_way.get(wanted.name)) is not None:
                return found
            self._refuse_again(wanted.subject)
            if len(self._under_way) >= _MOST_WAITING:
                detail = f"{_MOST_WAITING} pictures are waited for already: ask again in a moment"
                raise Refused(503, "too_many_pictures", detail, {"retry-after": "2"})
            future = self._threads.submit(self._make, wanted)
            self._under_way[wanted.name] = future
            return future

    def close(self) -> None:
        """End the processes, and the work that waits for them."""
        self._end()

    def _make(self, wanted: Wanted) -> bytes:
        try:
            # somebody else may have made it since it was looked for
            made = self._cache.get(wanted.name)
            if made is None:
                made = self._process().ask(wanted.job)
                self._cache.put(wanted.name, made)
        except WenhaiError as error:
            self._remember(wanted.subject, error)
            raise
        finally:
            with self._lock:
                self._under_way.pop(wanted.name, None)
        return made

    def _process(self) -> WorkerProcess:
        """Return the process of this thread."""
        found: WorkerProcess | None = getattr(self._own, "process", None)
        if found is None:
            found = self._own.process = WorkerProcess(self._seconds)
            self._processes.append(found)
        return found

    def _remember(self, subject: str, error: WenhaiError) -> None:
        """Let nobody wait again for what has just failed."""
        with self._lock:
            if len(self._failures) >= _MOST_FAILURES:
                del self._failures[next(iter(self._failures))]
            until = time.monotonic() + _SECONDS_A_FAILURE_COUNTS
            self._failures[subject] = until, type(error), str(error)

    def _refuse_again(self, subject: str) -> None:
        until, kind, detail = self._failures.get(subject, (0.0, WenhaiError, ""))
        if until > time.monotonic():
            raise kind(detail)
        self._failures.pop(subject, None)


def pdf_of(document: StoredDocument) -> Pdf:
    """Return the document's PDF; PictureNotAvailable where it is none, FileNotAvailable if gone."""
    path, found = current_file(document)
    if not is_pdf(document):
        raise PictureNotAvailable(f"{document.label} is no pdf: only pages of those can be shown")
    return Pdf(path, _digest(path, found.st_size, found.st_mtime_ns, found.st_ino))


@lru_cache(4096)
def _digest(path: Path, *_state: int) -> str:
    """Return a digest of the file's content, read once for each state that the file is in."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
    except OSError as error:
        raise FileNotAvailable(f"{path.name} cannot be read: {error.strerror}") from error


def _end(threads: ThreadPoolExecutor, processes: Iterable[WorkerProcess]) -> None:
    threads.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.close()


def _done(content: bytes) -> "Future[bytes]":
    future: Future[bytes] = Future()
    future.set_result(content)
    return future
