"""What was embedded is committed in a thread of its own, while what comes next is embedded."""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import embedded
from models.encoder import Encoder
from store.catalogue.parts import Part
from store.catalogue.reading import Catalogue
from store.turn import Turn
from store.writer import LibraryWriter


@dataclass(frozen=True, slots=True)
class Share:
    """What one file has in a commit; with its last share it may say nothing but `documents`.

    `digest` is that of a file that was read to its end, whole.
    """

    path: str
    label: str
    parts: Sequence[Part]
    documents: Collection[str] = ()
    digest: str | None = None


def unknown_texts(catalogue: Catalogue, shares: Iterable[Share]) -> list[str]:
    """Return the texts, each once, that need a vector."""
    texts = (catalogue.unknown_texts(each.path, each.parts) for each in shares)
    return list(dict.fromkeys(text for each in texts for text in each))


class WriteBehind:
    """Commits to a library, one commit behind the one who embeds; a context manager.

    What goes wrong with a commit is raised by the next call.
    """

    def __init__(self, writer: LibraryWriter, encoder: Encoder) -> None:
        self._writer = writer
        self._encoder = encoder
        self._thread = ThreadPoolExecutor(1, "commits")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> "WriteBehind":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def commit(self, shares: Sequence[Share], vectors: dict[str, NDArray[np.float32]]) -> None:
        """Begin to commit, once what was begun before is committed."""
        self.wait()
        self._under_way = self._thread.submit(self._commit, shares, vectors)

    def wait(self) -> None:
        """Return when everything is committed."""
        if self._under_way is not None:
            self._under_way.result()

    def _commit(self, shares: Sequence[Share], vectors: dict[str, NDArray[np.float32]]) -> None:
        while lacking := self._lacking(shares, vectors):
            vectors |= embedded(self._encoder, lacking)
        self._writer.keep_codes()

    def _lacking(
        self, shares: Sequence[Share], vectors: dict[str, NDArray[np.float32]]
    ) -> list[str]:
        """Write the shares; or return the texts without a vector, where others took them out."""
        with self._writer.turn() as turn:
            lacking = [t for t in unknown_texts(turn.catalogue, shares) if t not in vectors]
            if not lacking:
                for each in shares:
                    _write(turn, each, vectors)
        return lacking


def _write(turn: Turn, share: Share, vectors: dict[str, NDArray[np.float32]]) -> None:
    key = turn.add(share.path, share.label, share.parts, vectors)
    if share.digest is not None:
        turn.keep_only(key, share.documents)
        turn.changes.finish_file(key, share.digest)
