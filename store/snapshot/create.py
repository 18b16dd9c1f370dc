"""A library becomes one file, while others search it and write to it."""

import io
import os
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from core.errors import LibraryDamaged, StorageFailed
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_readable
from store.derived.vectors import STORED_AS
from store.doctor import database, vectors
from store.doctor.database import one_commit
from store.doctor.leftovers import uploads_named
from store.failures import storage_errors
from store.generations import generation, now
from store.layout import LibraryLayout
from store.lock import writers_kept_out
from store.manifest import read_manifest
from store.snapshot.archive import CALIBRATION, CATALOGUE, FACTS, VECTORS, ArchiveWriter
from store.snapshot.drafts import draft_folder, sync_folder
from store.snapshot.facts import SnapshotFacts

_ATTEMPTS = 3
_PAGES_AT_ONCE = 1000
_ARCHIVE = "snapshot.tar"
_LOCK = "lock"


class ByteProgress(Protocol):
    """Told how many bytes there are, and how many more are done."""

    def start(self, total: int) -> None:
        """Say how many there are."""

    def done(self, count: int) -> None:
        """Say that so many more are done."""


class _OvertakenError(Exception):
    """A writer has deleted a file that the commit still names."""


def create(root: Path, target: Path, progress: ByteProgress) -> SnapshotFacts:
    """Write the library as its last commit has it to `target`, in place of any file of that name.

    The file is there whole or not at all. LibraryDamaged if the library is not whole itself.
    """
    layout = LibraryLayout(root)
    read_manifest(layout)
    if not target.parent.is_dir():
        raise StorageFailed(f"no folder {target.parent}: make it, or name another file")
    draft_path = target.with_name(f"{target.name}.new")
    with storage_errors(target.parent), draft_folder(draft_path, _LOCK) as draft:
        facts = _write(layout, draft, progress)
        (draft / _ARCHIVE).replace(target)
        sync_folder(target.parent)
        return facts


@dataclass(frozen=True, slots=True)
class _Commit:
    """One commit of a library, held so that no writer can change or delete it.

    `files` are its vectors and terms, opened, by their names in the archive.
    """

    layout: LibraryLayout
    connection: sqlite3.Connection
    facts: SnapshotFacts
    files: dict[str, BinaryIO]


def _write(
    layout: LibraryLayout, draft: Path, progress: ByteProgress, attempts: int = _ATTEMPTS
) -> SnapshotFacts:
    """Write the archive; where a writer deletes meanwhile an upload of the commit, begin again."""
    try:
        with ExitStack() as held:
            commit = _hold(layout, held)
            _copy_catalogue(commit, draft)
            _require_whole(commit, draft)
            _write_archive(commit, draft, progress)
            return commit.facts
    except _OvertakenError as error:
        if attempts == 1:
            raise LibraryDamaged(f"{error} is missing: run `wenhai doctor`") from error
    return _write(layout, draft, progress, attempts - 1)


def _hold(layout: LibraryLayout, held: ExitStack) -> _Commit:
    """Hold the last commit: the catalogue in a transaction, its other files open."""
    with writers_kept_out(layout):
        connection = held.enter_context(closing(open_readable(layout.catalogue)))
        connection.execute("BEGIN")
        catalogue = Catalogue(connection, layout.root)
        state = catalogue.state()
        files = {VECTORS: held.enter_context(_open(layout.vectors(state.generation)))}
        for path in sorted(layout.terms.glob("*/*")):
            if path.suffix != ".lock":
                name = path.relative_to(layout.root).as_posix()
                files[name] = held.enter_context(_open(path))
    facts = SnapshotFacts(
        created_at=now(),
        sequence=state.sequence,
        generation=state.generation,
        vector_rows=state.vector_rows,
        model=generation(connection, state.generation).model,
        counts=catalogue.counts(),
    )
    return _Commit(layout, connection, facts, files)


def _copy_catalogue(commit: _Commit, draft: Path) -> None:
    """Copy the catalogue; of the generations only the one that is searched."""
    copy = LibraryLayout(draft).catalogue
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(copy, isolation_level=None)) as target:
        commit.connection.backup(target, pages=_PAGES_AT_ONCE)
        target.execute("DELETE FROM generations WHERE number != ?", [commit.facts.generation])


def _require_whole(commit: _Commit, draft: Path) -> None:
    """Raise LibraryDamaged rather than write a snapshot that could not serve."""
    facts, stream = commit.facts, commit.files[VECTORS]
    broken = [each.what for each in database.findings(LibraryLayout(draft))]
    if not broken and os.fstat(stream.fileno()).st_size < facts.vector_bytes:
        broken = ["vectors are missing"]
    if not broken and facts.vector_rows:
        rows = np.memmap(stream, STORED_AS, "r", shape=(facts.vector_rows, facts.model.dimension))
        with one_commit(LibraryLayout(draft)) as connection:
            if count := vectors.damaged_rows(connection, rows):
                broken = [f"{count:,} passages have no whole vector"]
    if broken:
        raise LibraryDamaged(
            f"{commit.layout.root}: {broken[0]}: run `wenhai doctor --repair`, then take the "
            "snapshot"
        )


def _write_archive(commit: _Commit, draft: Path, progress: ByteProgress) -> None:
    layout, facts = commit.layout, commit.facts
    with one_commit(LibraryLayout(draft)) as connection:
        uploads = uploads_named(connection)
    closed = {CATALOGUE: LibraryLayout(draft).catalogue, CALIBRATION: layout.calibration}
    closed |= {name: layout.root / name for name in uploads}
    closed = {name: path for name, path in closed.items() if path.exists()}
    sizes = {name: os.fstat(source.fileno()).st_size for name, source in commit.files.items()}
    sizes[VECTORS] = facts.vector_bytes
    progress.start(sum(sizes.values()) + sum(path.stat().st_size for path in closed.values()))
    with (draft / _ARCHIVE).open("wb") as target:
        archive = ArchiveWriter(target, progress.done)
        raw = facts.to_json()
        archive.add(FACTS, len(raw), io.BytesIO(raw))
        for name, source in commit.files.items():
            source.seek(0)
            archive.add(name, sizes[name], source)
        for name, path in closed.items():
            with _open(path) as source:
                archive.add(name, os.fstat(source.fileno()).st_size, source)
        archive.finish()
        target.flush()
        os.fsync(target.fileno())


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise _OvertakenError(path) from error
