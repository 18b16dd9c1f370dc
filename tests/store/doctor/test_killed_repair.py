"""Whoever mends a library may be killed at any moment: the next one goes on."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from store.doctor.examine import examine
from store.doctor.repair import repair
from store.layout import LibraryLayout

ROOT = Path(__file__).parents[3]

KILLED_AT_ITS_NTH_STEP = """
import os, signal, sys
from pathlib import Path
import numpy as np
from store.doctor.repair import repair

place, left = sys.argv[1], int(sys.argv[2])
STEPS = "open os.rename os.mkdir os.rmdir os.remove os.truncate shutil.rmtree".split()

def count(event, arguments):
    global left
    if event in STEPS and str(arguments[0]).startswith(place):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
repair(Path(place), lambda _: lambda texts: np.eye(4, dtype="f4")[[2] * len(texts)], print)
"""


@pytest.fixture
def broken(library):
    """Return a library with damaged vectors, damaged terms and a document that nobody speaks of."""
    library.add("a.md", library.part("raft", "leader election", "log replication"), axis=0)
    library.add("b.md", library.part("paxos", "a quorum of acceptors"), axis=1)
    layout = LibraryLayout(library.root)
    layout.vectors(1).write_bytes(layout.vectors(1).read_bytes()[:20])
    next(layout.terms.rglob("*.idx")).write_bytes(b"x")
    layout.manifest.unlink()
    return library.root


@pytest.mark.parametrize("steps", [2, 4, 6, 9, 12, 16, 20, 25, 30, 35, 40])
def test_a_repair_that_was_killed_is_finished_by_the_next(broken, steps):
    root = broken.with_name("copy")
    shutil.copytree(broken, root)
    command = [sys.executable, "-c", KILLED_AT_ITS_NTH_STEP, str(root), str(steps)]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    assert done.returncode == -signal.SIGKILL
    repair(root, lambda _: lambda texts: np.eye(4, dtype=np.float32)[[2] * len(texts)], print)
    assert examine(root) == []
