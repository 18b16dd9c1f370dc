"""When are codes made, and how do they take their place?

Beside searches and turns, by one process at a time. They are written under another name, and take
their own under the write lock: a kill leaves those that there were.
"""

from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import LibraryBusy, LibraryDamaged
from store.catalogue.reading import Catalogue, State
from store.catalogue.schema import open_readable
from store.derived.passage_table import PassageTable
from store.derived.vectors import Positions, VectorFile
from store.failures import storage_errors
from store.generations import generation
from store.layout import LibraryLayout
from store.lock import codes_lock, write_lock
from store.nearest import building, large
from store.nearest.codes import open_codes, read_facts, write_codes
from store.nearest.lists import Codes, CodesFacts
from store.nearest.mapped import MappedRows
from store.nearest.opening import newest_codes
from store.nearest.sections import NewMeans

_GROWN = 4
"""Lists are made anew once there are so many times the rows that they were made for."""

_SHARE_WORTH_ADDING = 0.02
_FEWEST_WORTH_ADDING, _MOST_WORTH_ADDING = 2000, 20_000
"""Until so many rows came, they are searched exactly, which takes 0.4 µs a row."""


def keep_codes(layout: LibraryLayout) -> bool:
    """Make the codes of a large library, or bring them up to date; say whether they are new.

    Only where enough rows came since. What another process is at is left to that one.
    """
    if not codes_wanted(layout):
        return False
    with suppress(LibraryBusy, FileNotFoundError), storage_errors(layout.root), codes_lock(layout):
        # what is missing now has just been compacted, or another model's is searched
        return codes_wanted(layout) and _make(layout)
    return False


def codes_wanted(layout: LibraryLayout) -> bool:
    """Say whether so many rows have no codes that it is worth while to make them."""
    with closing(open_readable(layout.catalogue)) as connection:
        state = Catalogue(connection, layout.root).state()
    facts = _facts(newest_codes(layout, state.generation))
    lacking = state.vector_rows - (facts.rows if facts is not None else 0)
    if state.vector_rows <= large.EXACT_ROWS:
        return False
    return facts is None or lacking >= _worth_adding(state.vector_rows)


def _facts(path: Path | None) -> CodesFacts | None:
    if path is None:
        return None
    with suppress(LibraryDamaged, FileNotFoundError):
        return read_facts(path)
    return None


def _worth_adding(rows: int) -> int:
    share = round(rows * _SHARE_WORTH_ADDING)
    return min(max(share, _FEWEST_WORTH_ADDING), _MOST_WORTH_ADDING)


@dataclass(frozen=True, slots=True)
class _Commit:
    """One commit: its state, its passages, and its rows."""

    state: State
    table: PassageTable
    rows: MappedRows

    @classmethod
    def of(cls, layout: LibraryLayout) -> "_Commit":
        """Return the last one."""
        with closing(open_readable(layout.catalogue)) as connection:
            connection.execute("BEGIN")
            catalogue = Catalogue(connection, layout.root)
            state = catalogue.state()
            dimension = generation(connection, state.generation).model.dimension
            file = VectorFile(layout.vectors(state.generation), dimension)
            return cls(state, PassageTable.of(catalogue), MappedRows(file, state.vector_rows))


def _make(layout: LibraryLayout) -> bool:
    commit = _Commit.of(layout)
    number = commit.state.generation
    path = layout.next_codes(number)
    draft = path.with_suffix(".new")
    try:
        means = NewMeans.of(commit.table, commit.rows)
        write_codes(draft, _made(commit, newest_codes(layout, number)), means)
        with write_lock(layout):
            return _publish(layout, number, draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _made(commit: _Commit, path: Path | None) -> Codes:
    """Return codes of all rows that passages have, those of the file there being added to."""
    table, rows = commit.table, commit.rows
    languages = {
        name: np.unique(table.vector_rows[table.languages == number])
        for number, name in enumerate(table.language_names)
    }
    known: Codes | None = None
    with suppress(LibraryDamaged):
        known = open_codes(path, rows) if path is not None else None
    if path is None or known is None or _outgrown(known.facts, languages):
        return building.train(rows, languages)
    return building.extend(path, known, rows, languages)


def _outgrown(facts: CodesFacts, languages: dict[str, Positions]) -> bool:
    """Say whether the lists are too few by now, or those of a language are missing."""
    counts = {name: len(own) for name, own in languages.items() if len(own) >= building.WORTH_LISTS}
    parts = {part.language for part in facts.parts}
    return sum(counts.values()) > _GROWN * facts.trained or not counts.keys() <= parts


def _publish(layout: LibraryLayout, number: int, draft: Path, path: Path) -> bool:
    """Let the draft take its name, unless other vectors are searched by now; under the lock."""
    with closing(open_readable(layout.catalogue)) as connection:
        if Catalogue(connection, layout.root).state().generation != number:
            return False
    draft.replace(path)
    for each in layout.codes_of(number)[:-1]:
        each.unlink()
    return True
