"""One library as a server has it: what answers, what is to be done, and who does it."""

import threading
from functools import cached_property

from indexer.tasks.worker import Worker
from search.engine import Engine
from store.layout import LibraryLayout
from store.tasks.tasks import TaskStore


class Library:
    """An engine with the tasks that change its library; `prefix` is where its addresses begin.

    Once `closing` is set, nobody waits for a task any more.
    """

    def __init__(self, engine: Engine, closing: threading.Event, prefix: str = "/v1") -> None:
        self.engine = engine
        self.closing = closing
        self.prefix = prefix

    @cached_property
    def layout(self) -> LibraryLayout:
        """Where its files lie."""
        return LibraryLayout(self.engine.root)

    @cached_property
    def tasks(self) -> TaskStore:
        """What is to be done, and what was."""
        return TaskStore(self.layout)

    @cached_property
    def worker(self) -> Worker:
        """The thread that does it, once it is started."""
        return Worker(self.engine.root, lambda: self.engine.encoder, self.engine.follow)

    def last_commit(self) -> int:
        """Return the number of the newest commit, whether or not searches find it yet."""
        return self.engine.view.catalogue.state().sequence

    def finds(self, commit: int) -> bool:
        """Say whether searches find what was committed up to there, having looked."""
        self.engine.follow()
        view = self.engine.view
        return min(view.state.sequence, view.terms.sequence) >= commit
