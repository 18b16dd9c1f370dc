"""Run as a process of its own: searches for a server, one question after the other.

What goes through its pipes is pickled: an `Opening` first, then questions in and pages out. It ends
when nobody can ask any more.
"""

import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.memory import share_pools
from core.recent import Recent
from core.workers import answers
from models import load_encoder
from models.encoder import Encoder
from search.answer import SearchPage
from search.asking.query import SearchRequest
from search.engine import Engine
from search.searchers.pool import Opening, Question

_LIBRARIES = 16
"""Of so many libraries, a server's own and its collections, what was read is kept."""

_TO_WARM_UP = SearchRequest("文海 wenhai", limit=1)


class Searcher:
    """Answers questions to any library of one server."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._encoder = self._encoder_named(opening.model)
        self._engines: Recent[Path, Engine] = Recent(_LIBRARIES)

    def page(self, question: Question) -> SearchPage:
        """Return the answer; what goes wrong is raised."""
        engine = self._engines.get(question.root)
        if engine is None:
            engine = Engine(question.root, self._encoder, self._encoder_named)
            self._engines.put(question.root, engine)
        if engine.view.state.sequence < question.commit:
            engine.follow()
        return engine.search(question.request)

    def _encoder_named(self, name: str) -> Encoder:
        return load_encoder(name, self._opening.cache, threads=self._opening.threads)


def main() -> None:
    """Answer questions until nobody can ask any more."""
    share_pools()
    pipe = answers()
    opening = _received()
    if opening is None:
        return
    searcher = Searcher(opening)
    with suppress(Exception):
        searcher.page(Question(opening.root, 0, _TO_WARM_UP))
    with suppress(BrokenPipeError):
        while (question := _received()) is not None:
            pickle.dump(_page(searcher, question), pipe)
            pipe.flush()


def _received() -> Any:
    try:
        return pickle.load(sys.stdin.buffer)  # noqa: S301 - from whom started this process
    except EOFError:
        return None


def _page(searcher: Searcher, question: Question) -> SearchPage | None:
    """Return the answer, None where there is none: who asked then searches, and learns why."""
    try:
        return searcher.page(question)
    except Exception:  # noqa: BLE001 - it comes up again where it can be told
        return None


if __name__ == "__main__":
    main()
