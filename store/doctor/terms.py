"""Do the terms hold what the catalogue does, and are their files whole?"""

import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from core.wording import counted
from store.catalogue.reading import Catalogue
from store.checksums import checksum
from store.derived.passage_table import PassageTable
from store.derived.term_schema import PASSAGES, SECTIONS
from store.derived.term_writer import TermWriter, bring_up_to_date
from store.derived.terms import TermIndex, Terms
from store.doctor.findings import Finding
from store.layout import LibraryLayout

_CUT_ANEW = "`--repair` cuts them anew from the catalogue"
_NUMBER_BYTES = 4
_UNSUMMED = ("meta.json", ".managed.json")


def findings(layout: LibraryLayout, catalogue: Catalogue) -> list[Finding]:
    """Return how the terms differ from the catalogue; under the write lock."""
    return _unreadable(layout) or _differences(Terms(layout.terms), catalogue)


def caught_up(layout: LibraryLayout, catalogue: Catalogue) -> bool:
    """Bring terms that are whole up to the catalogue, and say whether they are right then."""
    if _unreadable(layout):
        return False
    bring_up_to_date(layout, catalogue)
    return not findings(layout, catalogue)


def cut_anew(layout: LibraryLayout, catalogue: Catalogue) -> None:
    """Put terms of the whole catalogue in the place of those that are there."""
    draft, old = layout.terms_draft, layout.terms_left
    for folder in (draft, old):
        shutil.rmtree(folder, ignore_errors=True)
    writer = TermWriter(draft)
    writer.catch_up(catalogue)
    writer.close()
    if layout.terms.exists():
        layout.terms.rename(old)
    draft.rename(layout.terms)
    shutil.rmtree(old, ignore_errors=True)


def _unreadable(layout: LibraryLayout) -> list[Finding]:
    """Return why the terms cannot be trusted at all."""
    if not layout.terms.is_dir():
        return [_finding("terms: missing", 1)]
    if damaged := _damaged(layout.terms):
        names = ", ".join(path.relative_to(layout.root).as_posix() for path in damaged[:3])
        count = counted(len(damaged), "file")
        return [_finding(f"terms: {count} not as written ({names})", len(damaged))]
    try:
        Terms(layout.terms)
    except (LibraryDamaged, FileNotFoundError) as error:
        return [_finding(f"terms: unreadable ({error.__cause__ or error})", 1)]
    return []


def _differences(terms: Terms, catalogue: Catalogue) -> list[Finding]:
    sequence = catalogue.state().sequence
    if terms.sequence < sequence:
        return [_finding(f"terms: of commit {terms.sequence}, not {sequence}", 1)]
    if terms.sequence > sequence:
        what = (
            f"catalogue: commits {sequence + 1} to {terms.sequence} are lost, terms still know them"
        )
        count, remedy = terms.sequence - sequence, "`--repair` makes the rest hold together"
        afterwards = "index again what they brought, or restore a snapshot"
        return [Finding("lost_commits", what, count, remedy, afterwards=afterwards)]
    table = PassageTable.of(catalogue)
    wrong = _wrong(terms.passages, table.keys) + _wrong(terms.sections, np.unique(table.sections))
    if wrong:
        return [_finding(f"terms: {counted(wrong, 'unit differs', 'units differ')}", wrong)]
    return []


def _wrong(index: TermIndex, expected: NDArray[np.int64]) -> int:
    """Return how many units are missing, there twice or there for nothing."""
    units = index.units()
    differing = len(np.setxor1d(np.unique(units), expected))
    return differing + abs(index.size - (index.sequence > 0) - len(expected))


def _damaged(terms: Path) -> list[Path]:
    """Return the files whose checksum is not that of their content, or that are no index's."""
    files = [path for index in (PASSAGES, SECTIONS) for path in sorted(_files(terms / index))]
    return [path for path in files if not _is_whole(path)]


def _files(index: Path) -> list[Path]:
    return [path for path in index.glob("*") if path.suffix != ".lock" and path.is_file()]


def _is_whole(path: Path) -> bool:
    """Say whether the file is as tantivy wrote it.

    A file of an index ends with a footer in JSON that has the CRC-32 of what stands before it, the
    footer's length, and a number that marks it as one.
    """
    if path.name in _UNSUMMED:
        return _is_json(path)
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 2 * _NUMBER_BYTES))
        length = int.from_bytes(stream.read(_NUMBER_BYTES), "little")
        body = size - 2 * _NUMBER_BYTES - length
        if body < 0:
            return False
        stream.seek(body)
        try:
            expected = json.loads(stream.read(length))["crc"]
        except (ValueError, TypeError, KeyError):
            return False
        stream.seek(0)
        return bool(checksum(stream, body) == expected)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


def _finding(what: str, count: int) -> Finding:
    return Finding("terms", what, count, _CUT_ANEW)
