"""Is the service alive, is it ready, and what is it?"""

import threading
from importlib.metadata import PackageNotFoundError, version

from fastapi import Depends, FastAPI, HTTPException

from api.params import KnownParameters
from api.schemas import StatusAnswer, VersionAnswer
from search.engine import Engine


class Health:
    """What a supervisor asks; ready means that one real query was answered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ready = False
        self._trying = threading.Lock()

    def add_to(self, app: FastAPI) -> None:
        """Put the operations at their places."""
        nothing = [Depends(KnownParameters())]
        app.get("/livez", dependencies=nothing, tags=["health"])(self.live)
        app.get("/readyz", dependencies=nothing, tags=["health"])(self.ready)
        app.get("/version", dependencies=nothing, tags=["health"])(self.version)

    def warm(self) -> None:
        """Do the one real query, unless it is done or under way."""
        if self._ready or not self._trying.acquire(blocking=False):
            return
        try:
            self._engine.warm_up()
            self._ready = True
        finally:
            self._trying.release()

    async def live(self) -> StatusAnswer:
        """Say that the process answers."""
        return StatusAnswer()

    def ready(self) -> StatusAnswer:
        """Say that the library is open and the model warm; 503 until then."""
        self.warm()
        if not self._ready:
            raise HTTPException(503, "the model is being loaded: ask again in a second")
        return StatusAnswer()

    def version(self) -> VersionAnswer:
        """Say which version of Wenhai and which model answer here."""
        return VersionAnswer(version=own_version(), model=self._engine.view.model.name)


def own_version() -> str:
    """Return the version that is installed, 0 where the code runs without installation."""
    try:
        return version("wenhai")
    except PackageNotFoundError:
        return "0"
