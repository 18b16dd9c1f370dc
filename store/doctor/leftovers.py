"""Which files in the library's folder belong to nobody?"""

import re
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from core.errors import LibraryBusy, StorageFailed
from core.wording import counted
from store.derived.vectors import STORED_AS
from store.doctor.findings import Finding
from store.generations import Generation, RestingVectors, generations
from store.layout import UPLOADS, LibraryLayout
from store.lock import rebuild_lock

_OURS = re.compile(r"vectors-\d+\.(?:f16|keys)|vectors-\d+-\d+\.codes|terms\.(?:new|old)")
_DRAFTS = re.compile(r"(?:manifest|calibration|vectors-\d+(?:-\d+)?)\.new")
_OLD_SECONDS = 3600
"""What is younger may be somebody's who is about to write it."""

_SHOWN = 5


def findings(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Finding]:
    """Return what lies in the folder and belongs to nobody; under the write lock."""
    found: list[Finding] = []
    leftovers, foreign = _unknown(layout, connection)
    if leftovers:
        what = f"{counted(len(leftovers), 'leftover')}: {_names(layout, leftovers)}"
        found.append(Finding("leftovers", what, len(leftovers), "`--repair` deletes them"))
    with suppress(LibraryBusy, StorageFailed), rebuild_lock(layout):
        if half := _half_written(layout, connection):
            what = f"generation {', '.join(str(each.number) for each in half)}: half written"
            remedy = "`--repair` cuts it, and `wenhai rebuild` goes on from there"
            found.append(Finding("half_generation", what, len(half), remedy))
    if lost := _lost_uploads(layout, connection):
        count = counted(len(lost), "uploaded file")
        what = f"{count} missing: {', '.join(lost[:_SHOWN])}"
        remedy = "what they say is still found; upload them again, or restore a snapshot"
        found.append(Finding("lost_uploads", what, len(lost), remedy, mendable=False))
    if foreign:
        what = f"not ours: {_names(layout, foreign)}"
        remedy = "left alone"
        found.append(Finding("foreign", what, len(foreign), remedy, mendable=False, drift=False))
    return found


def delete(layout: LibraryLayout, connection: sqlite3.Connection) -> None:
    """Delete what is ours and belongs to nobody, and cut half-written generations.

    Under the write lock, and that of those who make generations.
    """
    leftovers, _ = _unknown(layout, connection)
    for path in leftovers:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for each in _half_written(layout, connection):
        RestingVectors(layout, each.number, each.model.dimension).cut()


def _unknown(
    layout: LibraryLayout, connection: sqlite3.Connection
) -> tuple[list[Path], list[Path]]:
    """Return what we left behind, and what we never wrote."""
    known = _known(layout, connection)
    leftovers, foreign = [], []
    for path in sorted(layout.root.iterdir()):
        if path in known:
            continue
        if _OURS.fullmatch(path.name):
            leftovers.append(path)
        elif not _DRAFTS.fullmatch(path.name):
            foreign.append(path)
        elif _is_old(path):
            leftovers.append(path)
    return [*leftovers, *_unused_uploads(layout, connection)], foreign


def _known(layout: LibraryLayout, connection: sqlite3.Connection) -> set[Path]:
    database = layout.catalogue.name
    every = generations(connection)
    return {
        layout.manifest,
        layout.catalogue,
        *(layout.root / f"{database}-{log}" for log in ("wal", "shm", "journal")),
        layout.terms,
        layout.calibration,
        layout.writer_lock,
        layout.rebuild_lock,
        layout.codes_lock,
        *(path for each in every if each.active for path in layout.codes_of(each.number)[-1:]),
        layout.uploads,
        layout.collections,
        *(layout.vectors(each.number) for each in every),
        *(layout.vector_keys(each.number) for each in every if not each.active),
    }


def _unused_uploads(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Path]:
    """Return the folders of uploads of which nobody knows, those of the last hour left out."""
    if not layout.uploads.is_dir():
        return []
    used = {layout.root / Path(*Path(path).parts[:2]) for path in uploads_named(connection)}
    return [
        folder
        for folder in sorted(layout.uploads.iterdir())
        if folder not in used and _is_old(folder)
    ]


def _lost_uploads(layout: LibraryLayout, connection: sqlite3.Connection) -> list[str]:
    return [path for path in uploads_named(connection) if not (layout.root / path).is_file()]


def uploads_named(connection: sqlite3.Connection) -> list[str]:
    """Return the paths of the uploaded files that files or waiting tasks name."""
    rows = connection.execute(
        "SELECT path FROM files WHERE path LIKE ? UNION"
        " SELECT payload FROM task_items WHERE action = 'upload' AND status = 'waiting'",
        [f"{UPLOADS}/%"],
    )
    return [path for (path,) in rows if path]


def _half_written(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Generation]:
    """Return the generations beside the active one that an interrupted run left half written."""
    return [
        each for each in generations(connection) if not each.active and not _is_whole(layout, each)
    ]


def _is_whole(layout: LibraryLayout, resting: Generation) -> bool:
    keys, vectors = layout.vector_keys(resting.number), layout.vectors(resting.number)
    rows = len(RestingVectors(layout, resting.number, resting.model.dimension).keys())
    sizes = [path.stat().st_size if path.exists() else 0 for path in (keys, vectors)]
    return sizes == [rows * 8, rows * resting.model.dimension * STORED_AS.itemsize]


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _OLD_SECONDS


def _names(layout: LibraryLayout, paths: list[Path]) -> str:
    names = [path.relative_to(layout.root).as_posix() for path in paths[:_SHOWN]]
    more = len(paths) - len(names)
    return ", ".join([*names, f"and {more:,} more"] if more else names)
