"""Runs commands in processes of their own that need not import everything again.

Run as a program: reads a line of JSON for each command, forks a process that is that command, and
writes its exit code. It has one thread, as what is forked must.
"""

import importlib
import json
import os
import signal
import sys
from typing import Any

HEAVY = ("indexer.build", "api.app", "uvicorn", "evaluation.evaluate", "faiss")
"""What commands import when they need it, but for ONNX Runtime: it starts a thread at once."""

_PATIENCE_SECONDS = 180


def become(command: dict[str, Any]) -> None:
    """Turn this process into the command: its folder, environment, files and arguments."""
    os.chdir(command["folder"])
    os.environ.clear()
    os.environ.update(command["environment"])
    for number, path in enumerate([os.devnull, command["stdout"], command["stderr"]]):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["wenhai", *command["arguments"]]
    signal.alarm(_PATIENCE_SECONDS)


def main() -> None:
    from cli.main import main as wenhai  # noqa: PLC0415 - by the path that this process is given

    for name in HEAVY:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(json.loads(line))
            wenhai()
            return
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
