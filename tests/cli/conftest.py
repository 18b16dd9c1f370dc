"""The command line as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_SERVER = Path(__file__).with_name("command_server.py")
_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def command_server() -> Iterator[subprocess.Popen[str]]:
    """Return the process that commands are forked from."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "error"}
    server = subprocess.Popen(
        [sys.executable, _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    with server.stdin, server.stdout:
        yield server
    server.wait()


@pytest.fixture
def wenhai(tmp_path, tmp_path_factory, model_cache, command_server):
    """Return a function that runs a command in a clean environment."""
    environment = {**os.environ, "WENHAI_CACHE": str(model_cache), "PYTHONWARNINGS": "error"}
    said = tmp_path_factory.mktemp("said")

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        out, err = said / "out", said / "err"
        command = {
            "arguments": arguments,
            "folder": str(tmp_path),
            "environment": {**environment, **more},
            "stdout": str(out),
            "stderr": str(err),
        }
        command_server.stdin.write(json.dumps(command) + "\n")
        command_server.stdin.flush()
        code = int(command_server.stdout.readline())
        return subprocess.CompletedProcess(
            arguments, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )

    return run
