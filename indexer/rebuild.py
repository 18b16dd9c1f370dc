"""Another model for a library that is in use: vectors beside vectors, made from the stored text."""

from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryBusy
from indexer.embedding import embed
from models.encoder import Encoder
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_readable
from store.derived.passage_table import PassageTable
from store.generations import (
    RestingVectors,
    active_generation,
    generation,
    library_generations,
)
from store.layout import LibraryLayout
from store.lock import rebuild_lock
from store.writer import LibraryWriter

_PASSAGES_AT_ONCE = 512
_FEW = 64
"""So many passages are embedded while others wait for the lock: less than a second."""

Keys = NDArray[np.int64]


class PassageProgress(Protocol):
    """Told how many passages there are to embed, and how many more are done."""

    def start(self, passages: int) -> None:
        """Say how many there are."""

    def done(self, passages: int) -> None:
        """Say that so many more are done."""


def rebuild(root: Path, encoder: Encoder, progress: PassageProgress) -> int:
    """Make vectors of all passages with this encoder, and return their generation's number.

    What an interrupted run made is kept, and for the model that is searched there is nothing to do.
    Searches and writers go on meanwhile; what they bring is embedded when the generation is
    activated. LibraryBusy if another process does the same.
    """
    with rebuild_lock(LibraryLayout(root)):
        with _writer(root) as writer, writer.turn() as turn:
            number = turn.begin_generation(encoder.card)
        if number != active_generation(root).number:
            _catch_up(root, number, encoder, progress)
        return number


def activate(root: Path, number: int, encoder: Encoder, progress: PassageProgress) -> None:
    """Let that generation be searched, brought up to date with its encoder before.

    A server that has the library open follows within a second, and fails no request.
    """
    with rebuild_lock(LibraryLayout(root)):
        if number == active_generation(root).number:
            return
        _catch_up(root, number, encoder, progress)
        with _writer(root) as writer, writer.turn() as turn:
            missing = _missing(turn.catalogue, _resting(root, number))
            if len(missing) > _FEW:
                raise LibraryBusy(
                    f"{len(missing)} passages came in the last moment: activate {number} again"
                )
            _embed(turn.catalogue, missing, _resting(root, number), encoder)
            turn.activate(number)


def drop(root: Path, number: int) -> None:
    """Delete a generation that is not searched; UnknownGeneration if there is none."""
    with rebuild_lock(LibraryLayout(root)), _writer(root) as writer, writer.turn() as turn:
        turn.drop_generation(number)


def previous(root: Path) -> int | None:
    """Return the generation that was searched before this one, None if there is none."""
    rested = [each for each in library_generations(root) if each.activated_at and not each.active]
    return max(rested, key=lambda each: (each.activated_at, each.number)).number if rested else None


def _writer(root: Path) -> LibraryWriter:
    return LibraryWriter(root, active_generation(root).model)


def _resting(root: Path, number: int) -> RestingVectors:
    layout = LibraryLayout(root)
    with closing(open_readable(layout.catalogue)) as connection:
        model = generation(connection, number).model
    return RestingVectors(layout, number, model.dimension)


def _catch_up(root: Path, number: int, encoder: Encoder, progress: PassageProgress) -> None:
    resting = _resting(root, number)
    resting.cut()
    with closing(open_readable(LibraryLayout(root).catalogue)) as connection:
        catalogue = Catalogue(connection, root)
        missing = _missing(catalogue, resting)
        progress.start(len(missing))
        for start in range(0, len(missing), _PASSAGES_AT_ONCE):
            block = missing[start : start + _PASSAGES_AT_ONCE]
            _embed(catalogue, block, resting, encoder)
            progress.done(len(block))


def _missing(catalogue: Catalogue, resting: RestingVectors) -> Keys:
    """Return the keys of the passages that have no vector there, in their order."""
    return np.setdiff1d(PassageTable.of(catalogue).keys, resting.keys())


def _embed(catalogue: Catalogue, keys: Keys, resting: RestingVectors, encoder: Encoder) -> None:
    # a passage may have gone since it was listed
    passages = catalogue.passages(keys.tolist())
    if passages:
        vectors = embed(encoder, [each.passage.text for each in passages.values()])
        resting.append(np.array(list(passages), np.int64), vectors)
