"""The command line as a process of its own."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def wenhai(tmp_path, model_cache):
    """Return a function that runs a command in a clean environment."""
    environment = {**os.environ, "WENHAI_CACHE": str(model_cache), "PYTHONWARNINGS": "error"}

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli", *arguments]
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**environment, **more},
        )

    return run
