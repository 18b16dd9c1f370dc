"""A folder becomes a library: scan → read → passages → embed → commit.

All three go on at a time: files are read ahead of the passages that are embedded, and those
embedded before are committed.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.types import Problem
from indexer.embedding import embedded
from indexer.readers import Reader
from indexer.reading.ahead import OpenedFile, ReadingAhead
from indexer.reading.pieces import Failed, Pieces, Said
from indexer.scan import FoundFile, OtherType, absolute, scan
from indexer.under_way import FileUnderWay, id_taken
from indexer.writing import WriteBehind, unknown_texts
from models.encoder import Encoder
from store.turn import Turn
from store.writer import LibraryWriter

_PASSAGES_A_COMMIT = 1024
"""Some ten seconds of two cores, which is what a kill costs; half as many make commits take half as
much again of the encoder's time."""


class Progress(Protocol):
    """Told how far a run is, for a progress bar."""

    def start(self, total_bytes: int, files: int) -> None:
        """Say how much there is to read."""

    def reading(self, label: str) -> None:
        """Say which file is looked at now."""

    def passed_over(self, size_bytes: int) -> None:
        """Say that so many bytes need not be read: they are in the library already."""

    def done(self, size_bytes: float, passages: int) -> None:
        """Say that so many more bytes are in the library, by so many passages' vectors."""


class NoProgress:
    """Shows nothing, for programs."""

    def start(self, total_bytes: int, files: int) -> None:
        """Show nothing."""

    def reading(self, label: str) -> None:
        """Show nothing."""

    def passed_over(self, size_bytes: int) -> None:
        """Show nothing."""

    def done(self, size_bytes: float, passages: int) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Report:
    """What a run did: files by outcome, documents and passages that are new, every problem.

    `copies` counts those of the documents that say what another one says; `other_types` the files
    in folders that no reader is for, by suffix.
    """

    indexed: int = 0
    unchanged: int = 0
    removed: int = 0
    documents: int = 0
    copies: int = 0
    passages: int = 0
    other_types: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class LibraryBuilder:
    """Reads files into a library that is open for writing, in one run.

    `reader` says which documents are in a file; without one, that goes by its suffix.
    """

    def __init__(
        self,
        writer: LibraryWriter,
        encoder: Encoder,
        progress: Progress,
        reader: Reader | None = None,
    ) -> None:
        self._writer = writer
        self._encoder = encoder
        self._progress = progress
        self._reader = reader
        self._behind = WriteBehind(writer, encoder)
        self._report = Report()
        self._open: list[FileUnderWay] = []
        self._committing: list[FileUnderWay] = []
        self._embedded = array("q")  # hashes of the ids of documents: a run may bring millions
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
        other = Counter(each.suffix for each in found if isinstance(each, OtherType))
        self._report.other_types = dict(sorted(other.items()))
        self._progress.start(sum(map(_size_of, files)), len(files))
        self._index_files(files)
        with self._writer.turn() as turn:
            if prune:
                # below a folder that cannot be listed now, nobody knows what is gone
                unknown = [Path(problem.where) for problem in unlisted]
                there = {each.path for each in files}
                self._prune(turn, [absolute(root) for root in roots], unknown, there)
            turn.compact()
        self._writer.keep_codes()
        copies = [hash(each) for each in self._writer.catalogue.copies()]
        self._report.copies = int(np.isin(copies, self._embedded).sum())
        return self._report

    def index_file(self, found: FoundFile) -> Report:
        """Index one file, also if it was read before and documents of it were deleted since."""
        self._index_files([found], anew=True)
        return self._report

    def _index_files(self, files: Iterable[FoundFile], *, anew: bool = False) -> None:
        def known(found: FoundFile) -> str | None:
            return None if anew else self._writer.catalogue.file_digest(found.name)

        with self._behind, ReadingAhead(known, self._reader) as ahead:
            for opened in ahead.read(files):
                self._progress.reading(opened.found.label)
                if opened.pieces is None:
                    self._report.unchanged += 1
                    self._progress.passed_over(opened.size_bytes)
                else:
                    self._index_file(opened, opened.pieces)
            self._flush()
            self._behind.wait()
        self._report.documents = len(np.unique(self._embedded))

    def _index_file(self, opened: OpenedFile, pieces: Pieces) -> None:
        known = self._writer.catalogue.parts(opened.found.name)
        file = FileUnderWay(opened.found, opened.digest, known)
        self._open.append(file)
        self._bytes_of_file = opened.size_bytes
        failure: Failed | None = None
        for piece in pieces:
            if isinstance(piece, Said):
                self._take(file, piece)
            elif isinstance(piece, Problem):
                self._leave_out(file, piece)
            else:
                failure = piece
        self._bytes_waiting += self._bytes_of_file
        if failure is None:
            file.finished = True
            self._report.indexed += 1
        else:
            self._give_up(file, failure.reason)

    def _give_up(self, file: FileUnderWay, reason: str) -> None:
        """Leave the library with what it had of the file before, and report the problem."""
        self._report.problems.append(Problem(file.found.label, reason))
        self._open.remove(file)
        self._waiting -= sum(len(part.passages) for part in file.waiting)

    def _leave_out(self, file: FileUnderWay, problem: Problem) -> None:
        where = f"{file.found.label}: {problem.where}"
        self._report.problems.append(Problem(where, problem.reason))
        file.broken = True

    def _take(self, file: FileUnderWay, said: Said) -> None:
        document = said.part.document
        under_way = [*self._open, *self._committing]
        if reason := id_taken(document, file, under_way, self._writer.catalogue):
            self._leave_out(file, Problem(f"document {document.id}", reason))
            return
        file.seen[document.id] = document.metadata.title
        if file.known.get(document.id) == said.part.digest:
            return
        file.waiting.append(said.part)
        self._count_bytes(said.text_bytes)
        self._waiting += len(said.part.passages)
        if self._waiting >= _PASSAGES_A_COMMIT:
            self._flush()

    def _count_bytes(self, text_bytes: int) -> None:
        """Let the bar move within a file of many documents, by the bytes of their text."""
        counted = min(text_bytes, self._bytes_of_file)
        self._bytes_of_file -= counted
        self._bytes_waiting += counted

    def _flush(self) -> None:
        """Embed what is new of what waits, so that texts of a length meet, and commit it all."""
        shares = [file.share() for file in self._open]
        vectors = self._embed(unknown_texts(self._writer.catalogue, shares))
        if shares:
            self._behind.commit(shares, vectors)
        self._committing = self._open
        self._open = [file for file in self._open if not file.finished]
        self._waiting = 0
        parts = [part for share in shares for part in share.parts]
        self._embedded.extend(hash(part.document.id) for part in parts)
        self._report.passages += sum(p.text in vectors for part in parts for p in part.passages)

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

    def _prune(self, turn: Turn, roots: list[Path], unknown: list[Path], there: set[Path]) -> None:
        for name, key in turn.catalogue.files().items():
            path = Path(name)
            under = any(path.is_relative_to(root) for root in roots)
            if under and path not in there and not any(map(path.is_relative_to, unknown)):
                turn.changes.remove_file(key)
                self._report.removed += 1


def _size_of(file: FoundFile) -> int:
    return file.path.stat().st_size if file.path.exists() else 0
