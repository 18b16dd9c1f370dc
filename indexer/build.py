"""A folder becomes a library: scan → read → passages → embed → commit."""

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryError, ModelUnavailable, UnreadableFile
from core.types import Problem, SourceDocument
from indexer.embedding import embedded
from indexer.parts import part_of
from indexer.passages import CUTTING_VERSION
from indexer.readers import Reader, read
from indexer.readers.files import document_id
from indexer.scan import FoundFile, absolute, scan
from models.encoder import Encoder
from store.catalogue.parts import Part
from store.catalogue.reading import Catalogue
from store.turn import TextVectors, Turn
from store.writer import LibraryWriter

_PASSAGES_A_COMMIT = 512


class Progress(Protocol):
    """Told how far a run is, for a progress bar."""

    def start(self, total_bytes: int, files: int) -> None:
        """Say how much there is to read."""

    def reading(self, label: str) -> None:
        """Say which file is looked at now."""

    def done(self, size_bytes: float, passages: int) -> None:
        """Say that so many more bytes are in the library, by so many passages' vectors."""


class NoProgress:
    """Shows nothing, for programs."""

    def start(self, total_bytes: int, files: int) -> None:
        """Show nothing."""

    def reading(self, label: str) -> None:
        """Show nothing."""

    def done(self, size_bytes: float, passages: int) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Report:
    """What a run did: files by outcome, documents and passages that are new, every problem.

    `copies` counts those of the documents that say what another one says.
    """

    indexed: int = 0
    unchanged: int = 0
    removed: int = 0
    documents: int = 0
    copies: int = 0
    passages: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _OpenFile:
    """A file under way: what it said so far, and what of it still waits for its vectors."""

    found: FoundFile
    digest: str
    known: dict[str, str]
    seen: dict[str, str] = field(default_factory=dict)  # titles by document id
    waiting: list[Part] = field(default_factory=list)
    broken: bool = False
    finished: bool = False


class LibraryBuilder:
    """Reads files into a library that is open for writing.

    `reader` says which documents are in a file; the default goes by its suffix.
    """

    def __init__(
        self, writer: LibraryWriter, encoder: Encoder, progress: Progress, reader: Reader = read
    ) -> None:
        self._writer = writer
        self._encoder = encoder
        self._progress = progress
        self._read = reader
        self._report = Report()
        self._open: list[_OpenFile] = []
        self._embedded_ids: set[str] = set()
        self._waiting = 0
        self._bytes_waiting = 0
        self._bytes_of_file = 0  # of the file under way, those that do not wait yet

    def index(self, paths: Iterable[Path], *, prune: bool = False) -> Report:
        """Index what is new or changed under the paths; a broken file is a line in the report.

        With `prune`, files of the library under the paths that are gone are taken out.
        UnreadableFile if a path does not exist.
        """
        roots = list(paths)
        found = list(scan(roots))
        files = [each for each in found if isinstance(each, FoundFile)]
        unlisted = [each for each in found if isinstance(each, Problem)]
        self._report.problems += unlisted
        self._progress.start(sum(map(_size_of, files)), len(files))
        embedded_before = 0
        for file in files:
            self._progress.reading(file.label)
            self._bytes_of_file = _size_of(file)
            self._index_file(file)
            self._bytes_waiting += self._bytes_of_file
            if self._report.passages > embedded_before:
                embedded_before = self._report.passages
                self._writer.keep_codes()
        self._flush()
        with self._writer.turn() as turn:
            if prune:
                # below a folder that cannot be listed now, nobody knows what is gone
                unknown = [Path(problem.where) for problem in unlisted]
                there = {each.path for each in files}
                self._prune(turn, [absolute(root) for root in roots], unknown, there)
            turn.compact()
        self._writer.keep_codes()
        self._report.copies = len(self._writer.catalogue.copies() & self._embedded_ids)
        return self._report

    def index_file(self, found: FoundFile) -> Report:
        """Index one file, also if it was read before and documents of it were deleted since."""
        self._index_file(found, anew=True)
        self._flush()
        return self._report

    def _index_file(self, found: FoundFile, *, anew: bool = False) -> None:
        file: _OpenFile | None = None
        try:
            digest, before = digest_of(found.path), found.path.stat()
            if not anew and self._writer.catalogue.file_digest(found.name) == digest:
                self._report.unchanged += 1
                return
            file = _OpenFile(found, digest, self._writer.catalogue.parts(found.name))
            self._open.append(file)
            for item in self._read(found.path):
                self._take(file, item)
            after = found.path.stat()
            if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
                raise UnreadableFile("changed while it was read: index it again")
            file.finished = True
            self._report.indexed += 1
        except (LibraryError, ModelUnavailable, sqlite3.Error):
            raise
        except Exception as error:  # noqa: BLE001 - one broken file never stops a run
            self._give_up(file, Problem(found.label, _reason(error)))

    def _give_up(self, file: _OpenFile | None, problem: Problem) -> None:
        """Leave the library with what it had of the file before, and report the problem."""
        self._report.problems.append(problem)
        if file is not None:
            self._open.remove(file)
            self._waiting -= sum(len(part.passages) for part in file.waiting)

    def _take(self, file: _OpenFile, item: SourceDocument | Problem) -> None:
        if isinstance(item, SourceDocument) and (reason := self._taken(file, item)):
            item = Problem(f"document {item.id}", reason)
        if isinstance(item, Problem):
            self._report.problems.append(Problem(f"{file.found.label}: {item.where}", item.reason))
            file.broken = True
            return
        file.seen[item.id] = item.metadata.title
        part = part_of(item, whole_file=item.id == document_id(file.found.path))
        if file.known.get(item.id) == part.digest:
            return
        file.waiting.append(part)
        self._count_bytes(item)
        self._waiting += len(part.passages)
        if self._waiting >= _PASSAGES_A_COMMIT:
            self._flush()

    def _count_bytes(self, item: SourceDocument) -> None:
        """Let the bar move within a file of many documents, by the bytes of their text."""
        text_bytes = sum(len(page.text.encode()) for page in item.pages)
        counted = min(text_bytes, self._bytes_of_file)
        self._bytes_of_file -= counted
        self._bytes_waiting += counted

    def _taken(self, file: _OpenFile, item: SourceDocument) -> str | None:
        """Return why the document cannot have its id, None if it can.

        Files may speak of one document together, as result pages do, if they agree on its title.
        """
        if item.id in file.seen:
            return "is there twice: the first one counts"
        title = item.metadata.title
        waiting = (
            (each.seen[item.id], each.found.label) for each in self._open if item.id in each.seen
        )
        other = next(waiting, None) or self._writer.catalogue.elsewhere(item.id, file.found.name)
        if other is None or other[0].startswith(title) or title.startswith(other[0]):
            return None
        return f"its id is that of {other[0]!r} in {other[1]}: give each its own"

    def _flush(self) -> None:
        """Embed what is new of what waits, so that texts of a length meet, and commit it all."""
        vectors = self._embed(self._unknown_texts(self._writer.catalogue))
        while lacking := self._commit(vectors):
            vectors |= self._embed(lacking)
        parts = [part for file in self._open for part in file.waiting]
        for file in self._open:
            file.known.update((part.document.id, part.digest) for part in file.waiting)
            file.waiting = []
        self._open = [file for file in self._open if not file.finished]
        self._waiting = 0
        self._embedded_ids.update(part.document.id for part in parts)
        self._report.documents = len(self._embedded_ids)
        self._report.passages += sum(p.text in vectors for part in parts for p in part.passages)

    def _unknown_texts(self, catalogue: Catalogue) -> list[str]:
        texts = (catalogue.unknown_texts(file.found.name, file.waiting) for file in self._open)
        return list(dict.fromkeys(text for each in texts for text in each))

    def _embed(self, texts: list[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vector of each text."""
        size, self._bytes_waiting = self._bytes_waiting, 0
        if not texts:
            self._progress.done(size, 0)
        return embedded(
            self._encoder,
            texts,
            lambda count: self._progress.done(count * size / len(texts), count),
        )

    def _commit(self, vectors: TextVectors) -> list[str]:
        """Write what waits; or return the texts that it lacks, where others took them out."""
        if not self._open:
            return []
        with self._writer.turn() as turn:
            lacking = [t for t in self._unknown_texts(turn.catalogue) if t not in vectors]
            if not lacking:
                for file in self._open:
                    _write(turn, file, vectors)
        return lacking

    def _prune(self, turn: Turn, roots: list[Path], unknown: list[Path], there: set[Path]) -> None:
        for name, key in turn.catalogue.files().items():
            path = Path(name)
            under = any(path.is_relative_to(root) for root in roots)
            if under and path not in there and not any(map(path.is_relative_to, unknown)):
                turn.changes.remove_file(key)
                self._report.removed += 1


def _write(turn: Turn, file: _OpenFile, vectors: TextVectors) -> None:
    key = turn.add(file.found.name, file.found.label, file.waiting, vectors)
    if file.finished and not file.broken:
        # a file with broken lines is read again next time, and keeps what those lines said
        turn.keep_only(key, file.seen)
        turn.changes.finish_file(key, file.digest)


def digest_of(path: Path) -> str:
    """Return what tells a file's content, and the way it is cut, from any other."""
    digest = hashlib.blake2b(str(CUTTING_VERSION).encode(), digest_size=16)
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def _size_of(file: FoundFile) -> int:
    return file.path.stat().st_size if file.path.exists() else 0


def _reason(error: Exception) -> str:
    if isinstance(error, UnreadableFile):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return f"unexpected {type(error).__name__}: {error}"
