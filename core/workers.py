"""Processes of our own that do what may crash or hang: started, asked through pipes, ended."""

import os
import subprocess
import sys
from contextlib import suppress
from typing import BinaryIO

from core.settings import environment_for_workers


class Worker:
    """A module that runs as a process: what is written to `questions` it answers in `answers`.

    In a session of its own, keys that stop the process that started it are not for it.
    """

    def __init__(self, module: str, *, own_session: bool = False) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - modules of our own
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment_for_workers(),
            start_new_session=own_session,
        )
        assert self.process.stdin is not None  # noqa: S101 - the types do not know of the pipes
        assert self.process.stdout is not None  # noqa: S101
        self.questions = self.process.stdin
        self.answers = self.process.stdout

    def end(self) -> None:
        """End it, whatever it is at."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.questions, self.answers):
            with suppress(OSError):
                pipe.close()


def answers() -> BinaryIO:
    """Return, in such a process, what its answers are written to: what libraries print is none."""
    found = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return found
