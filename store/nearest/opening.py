"""Which index answers for one commit: an exact one, or that of a large library?"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import LibraryDamaged
from store.derived.passage_table import PassageTable
from store.derived.vectors import VectorFile
from store.layout import LibraryLayout
from store.nearest import large
from store.nearest.codes import open_codes
from store.nearest.exact import ExactIndex, VectorBlocks
from store.nearest.index import VectorIndex
from store.nearest.large import LargeIndex
from store.nearest.lists import Codes
from store.nearest.mapped import MappedRows


@dataclass(frozen=True, slots=True)
class Committed:
    """The rows of a vector file that count, and the file of their codes, None where none is."""

    file: VectorFile
    rows: int
    codes: Path | None


def newest_codes(layout: LibraryLayout, generation: int) -> Path | None:
    """Return the file of codes that was made last for that generation, None where none is."""
    found = layout.codes_of(generation)
    return found[-1] if found else None


def open_index(committed: Committed, table: PassageTable, known: VectorIndex | None) -> VectorIndex:
    """Return the index of these passages, made from that of an earlier commit where it is `known`.

    FileNotFoundError if the codes have just been replaced.
    """
    if committed.rows <= large.EXACT_ROWS:
        blocks = known.blocks if isinstance(known, ExactIndex) else None
        held = VectorBlocks(committed.file, committed.rows, blocks)
        return ExactIndex(held, table.vector_rows, table.languages)
    before = known if isinstance(known, LargeIndex) else None
    mapped = before.rows if before is not None else None
    rows = MappedRows(committed.file, committed.rows, mapped)
    return LargeIndex(rows, _codes(committed.codes, rows, before), table)


def _codes(path: Path | None, rows: MappedRows, before: LargeIndex | None) -> Codes | None:
    """Return the codes in that file, None where they are not whole or not of these rows."""
    if path is None:
        return None
    if before is not None and before.codes is not None and before.codes.path == path:
        return before.codes
    with suppress(LibraryDamaged):
        return open_codes(path, rows)
    return None
