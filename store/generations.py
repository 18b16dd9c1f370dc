"""Whose vectors are these? Each generation holds those of all passages, made by one model.

The vectors of one generation are searched. Those of another one may lie beside them: `keys` says
which passage each of their rows belongs to, so that they can be brought up to date and take over.
"""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryDamaged, ModelMismatch, UnknownGeneration
from core.types import ModelCard
from store.catalogue.schema import open_readable
from store.derived.vectors import VectorFile, Vectors
from store.layout import LibraryLayout

Keys = NDArray[np.int64]

_KEY = np.dtype("<i8")


@dataclass(frozen=True, slots=True)
class Generation:
    """Vectors of one model; times are ISO 8601 in UTC, `activated_at` None if never searched."""

    number: int
    model: ModelCard
    created_at: str
    activated_at: str | None
    active: bool


class RestingVectors:
    """The vectors of a generation that is not searched, with the passages that they belong to."""

    def __init__(self, layout: LibraryLayout, number: int, dimension: int) -> None:
        self.vectors = VectorFile(layout.vectors(number), dimension)
        self._keys = layout.vector_keys(number)

    def keys(self) -> Keys:
        """Return the passage of each row that is whole, -1 for rows that no passage has."""
        if not self._keys.exists():
            return np.empty(0, _KEY)
        with self._keys.open("rb") as stream:
            whole = os.fstat(stream.fileno()).st_size // _KEY.itemsize
            return np.fromfile(stream, _KEY, min(whole, self.vectors.rows()))

    def cut(self) -> Keys:
        """Drop what an interrupted run left half written, and return the keys of the rest."""
        keys = self.keys()
        self.vectors.truncate(len(keys))
        self.write_keys(keys)
        return keys

    def write_keys(self, keys: Keys) -> None:
        """Let these be the keys, durably: the old ones or the new ones, whatever happens."""
        draft = self._keys.with_suffix(".new")
        with draft.open("wb") as stream:
            stream.write(keys.astype(_KEY).tobytes())
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self._keys)

    def append(self, keys: Keys, vectors: Vectors) -> None:
        """Write the vectors of these passages behind the others, durably."""
        self.vectors.append(vectors)
        self.vectors.flush()
        with self._keys.open("ab") as stream:
            stream.write(keys.astype(_KEY).tobytes())
            stream.flush()
            os.fsync(stream.fileno())


def generations(connection: sqlite3.Connection) -> list[Generation]:
    """Return the generations of the library, the oldest first."""
    rows = connection.execute(
        "SELECT g.number, g.model, g.created_at, g.activated_at, g.number = s.generation"
        " FROM generations g, state s ORDER BY g.number"
    )
    return [
        Generation(number, ModelCard(**json.loads(model)), created, activated, bool(active))
        for number, model, created, activated, active in rows
    ]


def library_generations(root: Path) -> list[Generation]:
    """Return the generations of the library in this folder, the oldest first."""
    with closing(open_readable(LibraryLayout(root).catalogue)) as connection:
        return generations(connection)


def active_generation(root: Path) -> Generation:
    """Return the generation that is searched."""
    return next(each for each in library_generations(root) if each.active)


def active_model(root: Path) -> ModelCard | None:
    """Return the model that the library in this folder is searched with, None if there is none."""
    if not LibraryLayout(root).manifest.exists():
        return None
    return next((each.model for each in library_generations(root) if each.active), None)


def generation(connection: sqlite3.Connection, number: int) -> Generation:
    """Return the generation of that number; UnknownGeneration if there is none."""
    every = generations(connection)
    for each in every:
        if each.number == number:
            return each
    known = ", ".join(str(each.number) for each in every)
    raise UnknownGeneration(f"no generation {number} here: there are {known}")


def enter_generation(
    connection: sqlite3.Connection, number: int, model: ModelCard, *, active: bool
) -> None:
    """Note that a generation of that number comes from that model."""
    time = now()
    connection.execute(
        "INSERT INTO generations (number, model, created_at, activated_at) VALUES (?, ?, ?, ?)",
        [number, json.dumps(asdict(model)), time, time if active else None],
    )


def now() -> str:
    """Return the time as generations note it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def rows_of(keys: Keys, passages: Keys) -> Keys:
    """Return the row of each passage in vectors with these keys, -1 for those without any."""
    order = np.argsort(keys, kind="stable")
    if not len(keys):
        return np.full(len(passages), -1, np.int64)
    places = np.minimum(np.searchsorted(keys, passages, sorter=order), len(keys) - 1)
    rows = order[places]
    return np.where(keys[rows] == passages, rows, -1)


def require_model(own: ModelCard, asked: ModelCard) -> None:
    """Raise ModelMismatch unless the vectors come from the very model that is asked for."""
    if own == asked:
        return
    if own.name == asked.name:
        raise ModelMismatch(
            f'library was built with another release of "{own.name}" ({own.fingerprint}, here: '
            f"{asked.fingerprint}): make its vectors anew with `wenhai rebuild`"
        )
    raise ModelMismatch(
        f'library was built with "{own.name}" ({own.dimension} dimensions), settings ask for '
        f'"{asked.name}" ({asked.dimension}): leave out --model and WENHAI_MODEL, make its vectors '
        f"anew with `wenhai rebuild --model {asked.name}`, or name another --library"
    )


def require_whole(rows: Keys, number: int) -> None:
    """Raise LibraryDamaged if a passage has no row."""
    if (rows < 0).any():
        missing = int((rows < 0).sum())
        raise LibraryDamaged(
            f"generation {number} lacks {missing:,} passages: bring it up to date with "
            "`wenhai generations activate`"
        )
