"""What the tests of all rooms share."""

import os
from collections.abc import Callable
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
        children = psutil.Process().children()
        alive = [each for each in children if each.status() != psutil.STATUS_ZOMBIE]
        return [each for each in alive if module in each.cmdline()]

    return alive
