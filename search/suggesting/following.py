"""Something made of a view in the background, and brought up to the next."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from core.errors import WenhaiError
from store.catalogue.identity import Identity
from store.catalogue.reading import State
from store.view import LibraryView

_log = logging.getLogger("wenhai.search")

Made = TypeVar("Made")
_Origin = tuple[Identity, State]
"""The library that something was made of, and the commit."""


class Following(Generic[Made]):
    """Keeps the newest that was made; `make` gets the view, and what it made of one before.

    In the log, what is made is called `name`.
    """

    def __init__(self, name: str, make: Callable[[LibraryView, Made | None], Made]) -> None:
        self._name = name
        self._make = make
        self._lock = threading.Lock()
        self._made: tuple[_Origin, Made] | None = None
        self._making: threading.Thread | None = None

    def of(self, view: LibraryView, patience_seconds: float = 0.0) -> tuple[Made | None, bool]:
        """Return the newest that there is, and whether it is of this commit.

        Where there is none yet, it is waited for so long.
        """
        making = self._started(view)
        if making is not None and self._made is None:
            making.join(patience_seconds)
        if (there := self._made) is None:
            return None, False
        return there[1], there[0] == _origin(view)

    def wait_for(self, view: LibraryView) -> None:
        """Wait until it is made of this view, or cannot be."""
        for _ in range(2):  # what is being made may be of a view before
            if (making := self._started(view)) is not None:
                making.join()

    def _started(self, view: LibraryView) -> threading.Thread | None:
        """Return the thread that is making it, None where nothing is to be made."""
        with self._lock:
            if self._making is not None and self._making.is_alive():
                return self._making
            if self._made is not None and self._made[0] == _origin(view):
                return None
            self._making = threading.Thread(
                target=self._bring_up, args=[view], name=self._name, daemon=True
            )
            self._making.start()
            return self._making

    def _bring_up(self, view: LibraryView) -> None:
        before = None
        if self._made is not None and self._made[0][0] == view.identity:
            before = self._made[1]
        try:
            self._made = _origin(view), self._make(view, before)
        except WenhaiError as error:
            _log.warning("no %s for now: %s", self._name, error)


def _origin(view: LibraryView) -> _Origin:
    return view.identity, view.state
