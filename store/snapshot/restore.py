"""The file of a snapshot is checked, and becomes a library again."""

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from core.errors import LibraryDamaged, SnapshotDamaged, StorageFailed
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_readable
from store.doctor import database, terms
from store.failures import storage_errors
from store.generations import generation
from store.layout import LibraryLayout
from store.manifest import Manifest
from store.snapshot.archive import CATALOGUE, FACTS, VECTORS, extract
from store.snapshot.create import ByteProgress
from store.snapshot.drafts import draft_folder, sync_folder
from store.snapshot.facts import SnapshotFacts, facts_from
from text.terms import TERMS_VERSION


def verify(path: Path, progress: ByteProgress) -> SnapshotFacts:
    """Return what is in the snapshot; SnapshotDamaged if it is not whole as it was written."""
    progress.start(_size(path))
    with tempfile.TemporaryDirectory(prefix="wenhai-verify-") as folder, storage_errors(path):
        draft = Path(folder)

        def take(name: str) -> BinaryIO | None:
            return (draft / name).open("wb") if name in (FACTS, CATALOGUE) else None

        sums = extract(path, take, progress.done)
        return _checked(path, draft, sums[VECTORS][0])


def restore(path: Path, root: Path, progress: ByteProgress) -> SnapshotFacts:
    """Make the library of the snapshot in `root`, which is empty or not there.

    It is there whole or not at all: it is made in a folder beside it, which takes its name last.
    """
    root = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would follow links
    progress.start(_size(path))
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise StorageFailed(f"{root} is not empty: name a new folder with --library")
    if os.path.ismount(root):
        raise StorageFailed(f"{root} is where a disk is mounted: name a folder in it")
    root.parent.mkdir(parents=True, exist_ok=True)
    beside = root.with_name(f"{root.name}.restoring")
    with (
        storage_errors(root),
        draft_folder(beside, LibraryLayout(beside).writer_lock.name) as draft,
    ):
        sums = extract(path, _into(draft), progress.done)
        facts = _checked(path, draft, sums[VECTORS][0])
        _become_library(LibraryLayout(draft), facts)
        draft.replace(root)
        sync_folder(root.parent)
        return facts


def _into(draft: Path) -> Callable[[str], BinaryIO]:
    def take(name: str) -> BinaryIO:
        target = draft / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.open("xb")

    return take


def _become_library(layout: LibraryLayout, facts: SnapshotFacts) -> None:
    """Look at the terms and write the manifest, durably, where the rest already lies."""
    (layout.root / VECTORS).rename(layout.vectors(facts.generation))
    (layout.root / FACTS).unlink()
    with closing(open_readable(layout.catalogue)) as connection:
        catalogue = Catalogue(connection, layout.root)
        if facts.terms_version != TERMS_VERSION or terms.findings(layout, catalogue):
            terms.cut_anew(layout, catalogue)
    for folder, _, names in os.walk(layout.root):
        for name in names:
            _sync(Path(folder, name))
        sync_folder(Path(folder))
    Manifest().write(layout)


def _checked(path: Path, draft: Path, vector_bytes: int) -> SnapshotFacts:
    """Return the facts of a snapshot whose catalogue was taken out; it has to be that of them."""
    facts = facts_from((draft / FACTS).read_bytes())
    layout = LibraryLayout(draft)
    if broken := database.findings(layout):
        raise SnapshotDamaged(f"{path}: {broken[0].what}: take another snapshot")
    try:
        with closing(open_readable(layout.catalogue)) as connection:
            catalogue = Catalogue(connection, draft)
            state = catalogue.state()
            told = (state.sequence, state.generation, state.vector_rows)
            same = told == (facts.sequence, facts.generation, facts.vector_rows)
            same = same and catalogue.counts() == facts.counts
            same = same and generation(connection, state.generation).model == facts.model
    except LibraryDamaged as error:
        raise SnapshotDamaged(f"{path}: {error}") from error
    if not same or vector_bytes != facts.vector_bytes:
        raise SnapshotDamaged(f"{path}: catalogue or vectors are not those of {FACTS}")
    return facts


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise StorageFailed(f"cannot read {path} ({error.strerror}): name another file") from error


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
