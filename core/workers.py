"""Processes of our own, for what may crash or wants a core: started, asked by pipes, ended."""

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from typing import Any, BinaryIO

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

    def send(self, question: object) -> None:
        """Send what the module takes by `received`; where it is dead, its answers tell."""
        with suppress(OSError):
            pickle.dump(question, self.questions)
            self.questions.flush()

    def end(self) -> None:
        """End it, whatever it is at."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.questions, self.answers):
            with suppress(OSError):
                pipe.close()


def received() -> Any:
    """Return, in such a process, the next that it was sent; None when nobody can ask any more."""
    try:
        return pickle.load(sys.stdin.buffer)  # noqa: S301 - from whom started this process
    except EOFError:
        return None


def answers() -> BinaryIO:
    """Return, in such a process, what its answers are written to: what libraries print is none."""
    found = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return found
