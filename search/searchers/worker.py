"""Run as a process of its own: searches for a server, one question after the other.

What goes through its pipes is pickled: an `Opening` first, then questions in and pages out. It ends
when nobody can ask any more.
"""

import pickle
from contextlib import suppress
from pathlib import Path

from core.memory import share_pools
from core.recent import Recent
from core.workers import answers, received
from models import load_encoder
from models.encoder import Encoder
from search.answer import SearchPage
from search.engine import Engine
from search.searchers.pool import Asked, Opening

_LIBRARIES = 16
"""Of so many libraries, a server's own and its collections, what was read is kept."""


class Searcher:
    """Answers questions to any library of one server."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._encoder = self._encoder_named(opening.model)
        self._engines: Recent[Path, Engine] = Recent(_LIBRARIES)

    def engine(self, root: Path) -> Engine:
        """Return what answers for that library, opened when first asked for."""
        engine = self._engines.get(root)
        if engine is None:
            engine = Engine(root, self._encoder, self._encoder_named)
            self._engines.put(root, engine)
        return engine

    def page(self, asked: Asked) -> SearchPage:
        """Return the answer; what goes wrong is raised."""
        engine = self.engine(asked.root)
        if engine.view.state.sequence < asked.commit:
            engine.follow()
        return engine.search(asked.request)

    def _encoder_named(self, name: str) -> Encoder:
        return load_encoder(name, self._opening.cache, threads=self._opening.threads)


def main() -> None:
    """Answer questions until nobody can ask any more."""
    share_pools()
    pipe = answers()
    opening = received()
    if opening is None:
        return
    searcher = Searcher(opening)
    with suppress(Exception):
        searcher.engine(opening.root).warm_up()
    with suppress(BrokenPipeError):
        while (asked := received()) is not None:
            pickle.dump(_page(searcher, asked), pipe)
            pipe.flush()


def _page(searcher: Searcher, asked: Asked) -> SearchPage | None:
    """Return the answer, None where there is none: who asked then searches, and learns why."""
    try:
        return searcher.page(asked)
    except Exception:  # noqa: BLE001 - it comes up again where it can be told
        return None


if __name__ == "__main__":
    main()
