"""What visitors did, as it is known to recommendations: worked out beside the requests.

However many events come, a twentieth of one core's time goes into it at most.
"""

import logging
import threading
import time

from core.errors import WenhaiError
from search.recommending.visits import HALF_LIFE_SECONDS, Visits
from store.events.events import EventsState, EventStore
from store.layout import LibraryLayout

SECONDS_BETWEEN_LOOKS = 2.0
_PAUSE = 20

_SECONDS_KEPT = HALF_LIFE_SECONDS / 1000
"""So long what fades may be taken as it was."""

_log = logging.getLogger("wenhai.search")


class Habits:
    """Keeps the visits of one library; safe to call from several threads.

    Whoever asks gets what is known; what came since is looked for in the background.
    """

    def __init__(self, layout: LibraryLayout) -> None:
        self._events = EventStore(layout)
        self._lock = threading.Lock()
        self._visits: Visits | None = None
        self._of: tuple[EventsState, float] = EventsState(0, 0), 0.0
        self._next_look = float("-inf")

    def current(self) -> Visits | None:
        """Return what is known of visits, None where nothing is."""
        if time.monotonic() >= self._next_look and self._lock.acquire(blocking=False):
            threading.Thread(target=self._look, name="habits", daemon=True).start()
        return self._visits

    def follow(self) -> None:
        """Know from now on what visitors did up to now."""
        with self._lock:
            self._follow()

    def _look(self) -> None:
        """Look at what came since; whoever calls has the lock."""
        started = time.monotonic()
        try:
            self._follow()
        except WenhaiError as error:
            _log.warning("events are not looked at for now: %s", error)
        finally:
            took = time.monotonic() - started
            self._next_look = time.monotonic() + max(SECONDS_BETWEEN_LOOKS, _PAUSE * took)
            self._lock.release()

    def _follow(self) -> None:
        state, now = self._events.state(), time.time()
        known, made_at = self._of
        if state == known and (not state.count or now - made_at < _SECONDS_KEPT):
            return
        self._visits = Visits.of(self._events.all(), now) if state.count else None
        self._of = state, now
