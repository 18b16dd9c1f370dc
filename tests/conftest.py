"""What the tests of all rooms share."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from platformdirs import user_cache_path

from models import DEFAULT_MODEL, Encoder, load_encoder


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """Return the user's own cache, so that the model is unpacked once for all runs."""
    chosen = os.environ.get("WENHAI_CACHE")
    return Path(chosen) if chosen else user_cache_path("wenhai")


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> Encoder:
    """Return the bundled encoder."""
    return load_encoder(DEFAULT_MODEL, model_cache)


@pytest.fixture(scope="session")
def workers_of() -> Callable[[str], list[psutil.Process]]:
    """Return a function that gives the processes that run that module for this one."""

    def alive(module: str) -> list[psutil.Process]:
        return [each for each in psutil.Process().children() if module in command_line(each)]

    def command_line(process: psutil.Process) -> list[str]:
        with suppress(psutil.NoSuchProcess):  # it has ended: psutil says that of zombies as well
            while not (found := process.cmdline()):
                time.sleep(0.001)  # one that was only just started has none for a moment
            return found
        return []

    return alive
