"""Files that came over HTTP: kept inside the library, read like any other, dropped when unused."""

import shutil
import time
from pathlib import Path

from core.types import Problem
from indexer.build import LibraryBuilder, NoProgress, Report
from indexer.readers import SUPPORTED
from indexer.readers.files import document_id
from indexer.scan import FoundFile
from models.encoder import Encoder
from store.layout import UPLOADS
from store.tasks.progress import ItemResult, WaitingItem, record
from store.turn import Turn
from store.writer import LibraryWriter

_PROBLEMS_TOLD = 3
_UNREADABLE = "unreadable_file"


def index_upload(writer: LibraryWriter, encoder: Encoder, item: WaitingItem, root: Path) -> None:
    """Bring the file into the library, and record what became of it.

    A kill in between leaves the item waiting: done again, it finds what is there already.
    """
    started = time.monotonic()
    if item.payload is None:
        result = ItemResult(item, None, _UNREADABLE, _unknown_type(item.document or ""))
    else:
        path = root / item.payload
        found = FoundFile(path, path.name, item.payload)
        report = LibraryBuilder(writer, encoder, NoProgress()).index_file(found)
        own = writer.catalogue.document(document_id(path))
        result = _result(item, report, own.id if own else None)
    with writer.turn() as turn:
        record(turn.connection, [result], time.monotonic() - started)
    if result.outcome is None and item.payload is not None:
        drop_from_disk(root, [item.payload])


def forget_if_unused(turn: Turn, path: str, file: int) -> list[str]:
    """Forget an uploaded file of which no document is left; its path, to be dropped from disk."""
    if not path.startswith(f"{UPLOADS}/") or turn.changes.document_ids(file):
        return []
    turn.changes.remove_file(file)
    return [path]


def drop_from_disk(root: Path, paths: list[str]) -> None:
    """Drop uploaded files that the library no longer knows."""
    for path in paths:
        shutil.rmtree((root / path).parent, ignore_errors=True)


def _result(item: WaitingItem, report: Report, own_id: str | None) -> ItemResult:
    reason = _told(report.problems)
    if report.indexed == 0 and report.documents == 0:
        return ItemResult(item, None, _UNREADABLE, reason)
    return ItemResult(item, "created" if report.documents else "unchanged", None, reason, own_id)


def _unknown_type(name: str) -> str:
    known = ", ".join(sorted(SUPPORTED))
    return f"unknown file type {Path(name).suffix!r}: can read {known}"


def _told(problems: list[Problem]) -> str | None:
    """Return the first problems in a line, and how many more there are."""
    if len(problems) == 1:
        return problems[0].reason
    shown = [f"{each.where}: {each.reason}" for each in problems[:_PROBLEMS_TOLD]]
    more = len(problems) - len(shown)
    return "; ".join([*shown, f"and {more:,} more"] if more else shown) or None
