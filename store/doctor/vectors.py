"""Is there a whole vector for every passage?

What is not whole is embedded anew, and nothing else: a generation of the same model is made beside
the one that is searched, of the rows that are whole and new ones for the others, and takes over.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from core.wording import counted
from store.catalogue.changes import Changes
from store.catalogue.reading import Catalogue, State
from store.derived.vectors import STORED_AS, VectorFile
from store.doctor.findings import Finding
from store.generations import Generation, RestingVectors, enter_generation, generations
from store.layout import LibraryLayout
from text.folding import fold

Embed = Callable[[list[str]], NDArray[np.float32]]
"""Gives the vectors of folded texts."""

EmbeddedSome = Callable[[int], None]
"""Told how many more passages have a new vector."""

Rows = NDArray[np.float16]

_BLOCK = 512
_PASSAGES = "SELECT key, vector_row, vector_crc FROM passages ORDER BY key"


def findings(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Finding]:
    """Return what of the vectors is missing or not as it was written.

    FileNotFoundError if the file is not there, which a writer may just have replaced.
    """
    state, own = Catalogue(connection, layout.root).state(), active(connection)
    path = layout.vectors(own.number)
    if state.vector_rows:
        path.stat()
    rows = committed(layout, connection)
    if damaged := damaged_rows(connection, rows):
        return [_without_vector(path.name, damaged)]
    if len(rows) < state.vector_rows or not _finite(rows).all():
        what = f"{path.name}: whole for every passage, and not for the other rows that count"
        return [Finding("vector_file", what, 1, "`--repair` writes it anew")]
    return []


def missing(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Finding]:
    """Return what is lost with a file of vectors that is not there."""
    name = layout.vectors(active(connection).number).name
    passages = Catalogue(connection, layout.root).counts()["passages"]
    return [_without_vector(f"{name} is missing", passages)]


def lack(layout: LibraryLayout, connection: sqlite3.Connection) -> bool:
    """Say whether any vectors are missing or not as they were written."""
    try:
        return bool(findings(layout, connection))
    except FileNotFoundError:
        return True


def committed(layout: LibraryLayout, connection: sqlite3.Connection) -> Rows:
    """Return the rows that count, as far as they are there; what is behind them may go any time."""
    state, own = Catalogue(connection, layout.root).state(), active(connection)
    file = _file(layout, own)
    shape = (min(file.rows(), state.vector_rows), own.model.dimension)
    return np.memmap(file.path, STORED_AS, "r", shape=shape) if shape[0] else np.empty(shape, "f2")


def damaged_rows(connection: sqlite3.Connection, rows: Rows) -> int:
    """Return how many passages have no whole vector among these rows."""
    return sum(1 for _ in _damaged(connection, rows))


def tail(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Finding]:
    """Return what an interrupted writer left behind the rows that count; under the write lock."""
    state, own = Catalogue(connection, layout.root).state(), active(connection)
    path = layout.vectors(own.number)
    if not path.exists():
        return []
    surplus = path.stat().st_size - state.vector_rows * own.model.dimension * STORED_AS.itemsize
    if surplus <= 0:
        return []
    what = f"{path.name}: {counted(surplus, 'byte')} behind the vectors that count"
    remedy = "`--repair` cuts them off, as the next writer does"
    return [Finding("vector_tail", what, 1, remedy)]


def cut_tail(layout: LibraryLayout, connection: sqlite3.Connection) -> None:
    """Cut off what an interrupted writer left behind; under the write lock."""
    state, own = Catalogue(connection, layout.root).state(), active(connection)
    _file(layout, own).truncate(state.vector_rows)


class Replacement:
    """A generation of the same model that is to take the place of the one that is not whole.

    It is made under the write lock.
    """

    def __init__(self, layout: LibraryLayout, connection: sqlite3.Connection, embed: Embed) -> None:
        self._embed = embed
        every, model = generations(connection), active(connection).model
        same = [each.number for each in every if each.model == model and not each.active]
        self._number = same[0] if same else every[-1].number + 1
        if not same:
            enter_generation(connection, self._number, model, active=False)
        self._resting = RestingVectors(layout, self._number, model.dimension)

    def fill(self, connection: sqlite3.Connection, rows: Rows, embedded: EmbeddedSome) -> None:
        """Give it a vector of every passage that has none there, copied from `rows` if it is whole.

        A killed run goes on from where it was. `rows` are those of the connection's commit.
        """
        there = set(self._resting.cut().tolist())
        damaged = set(_damaged(connection, rows))
        places = connection.execute("SELECT key, vector_row FROM passages ORDER BY key")
        wanted = (place for place in places if place[0] not in there)
        while block := list(islice(wanted, _BLOCK)):
            whole = [place for place in block if place[0] not in damaged]
            if whole:
                keys, numbers = np.array(whole, np.int64).T
                self._resting.append(keys, rows[numbers].astype(np.float32))
            if broken := [key for key, _ in block if key in damaged]:
                vectors = self._embed(_texts(connection, broken))
                self._resting.append(np.array(broken, np.int64), vectors)
            embedded(len(broken))

    def take_over(self, connection: sqlite3.Connection, state: State) -> State:
        """Let it be searched; inside the open transaction, every passage having its vector.

        Return the state with it.
        """
        held = self._resting.keys()
        row_of = dict(zip(held.tolist(), range(len(held)), strict=True))
        keys = [key for (key,) in connection.execute("SELECT key FROM passages ORDER BY key")]
        rows = np.array([row_of[key] for key in keys], np.int64)
        changes, before = Changes(connection, state.sequence), active(connection)
        changes.place_vectors(np.array(keys, np.int64), rows, self._resting.vectors)
        connection.execute(
            "UPDATE generations SET activated_at = ? WHERE number = ?",
            [before.activated_at, self._number],
        )
        connection.execute("DELETE FROM generations WHERE number = ?", [before.number])
        return State(state.sequence, self._number, len(held), state.notes_since)


def _damaged(connection: sqlite3.Connection, rows: Rows) -> Iterator[int]:
    """Yield the passages whose vector is not in its row as it was written."""
    finite = _finite(rows)
    for key, row, expected in connection.execute(_PASSAGES):
        whole = 0 <= row < len(rows) and finite[row]
        if not whole or zlib.crc32(rows[row].tobytes()) != expected:
            yield key


def _finite(rows: Rows) -> NDArray[np.bool_]:
    blocks = [
        np.isfinite(rows[start : start + _BLOCK]).all(axis=1)
        for start in range(0, len(rows), _BLOCK)
    ]
    return np.concatenate([np.empty(0, np.bool_), *blocks])


def _texts(connection: sqlite3.Connection, keys: list[int]) -> list[str]:
    marks = ",".join("?" * len(keys))
    rows = connection.execute(
        f"SELECT text FROM passages WHERE key IN ({marks}) ORDER BY key",  # noqa: S608
        keys,
    )
    return [fold(text).text for (text,) in rows]


def _file(layout: LibraryLayout, one: Generation) -> VectorFile:
    return VectorFile(layout.vectors(one.number), one.model.dimension)


def active(connection: sqlite3.Connection) -> Generation:
    """Return the generation that is searched."""
    return next(each for each in generations(connection) if each.active)


def _without_vector(where: str, count: int) -> Finding:
    what = f"{where}: {counted(count, 'passage')} without a whole vector"
    return Finding("vectors", what, count, "`--repair` embeds these anew, and no others")
