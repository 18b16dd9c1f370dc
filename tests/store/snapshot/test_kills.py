"""Whoever makes or restores a snapshot may be killed at any moment, and others write meanwhile."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from store.doctor.examine import examine
from store.snapshot.create import create
from store.snapshot.restore import restore, verify
from store.writer import LibraryWriter

ROOT = Path(__file__).parents[3]

KILLED_AT_ITS_NTH_STEP = """
import os, signal, sys
from pathlib import Path
from store.snapshot.create import create
from store.snapshot.restore import restore

work, source, target, place, steps = sys.argv[1:]
left = int(steps)

class Quiet:
    def start(self, total): pass
    def done(self, count): pass

def count(event, arguments):
    global left
    on_disk = event in ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "sqlite3.connect")
    if on_disk and str(arguments[0]).startswith(place):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
{"create": create, "restore": restore}[work](Path(source), Path(target), Quiet())
"""
STEPS = [1, 2, 3, 5, 8, 13, 21, 34, 55]


class Quiet:
    def start(self, total):
        pass

    def done(self, count):
        pass


@pytest.fixture
def filled(library):
    library.add("a.md", library.part("raft", "leader election", "log replication"), axis=0)
    library.add("b.md", library.part("paxos", "a quorum of acceptors"), axis=1)
    return library


def killed(work: str, source: Path, target: Path, steps: int) -> bool:
    """Run it, and say whether it got as far as to be killed."""
    arguments = [work, str(source), str(target), str(target.parent), str(steps)]
    command = [sys.executable, "-c", KILLED_AT_ITS_NTH_STEP, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


def test_a_killed_snapshot_leaves_the_older_one_whole(filled, tmp_path):
    target = tmp_path / "backups" / "library.tar"
    target.parent.mkdir()
    create(filled.root, target, Quiet())
    kills = [killed("create", filled.root, target, steps) for steps in STEPS]
    assert sum(kills) >= 4
    verify(target, Quiet())
    create(filled.root, target, Quiet())
    assert [each.name for each in target.parent.iterdir()] == ["library.tar"]


def test_a_killed_restore_leaves_no_library_or_a_whole_one(filled, tmp_path):
    create(filled.root, tmp_path / "library.tar", Quiet())
    for steps in STEPS:
        root = tmp_path / f"place-{steps}" / "library"
        root.parent.mkdir()
        if not killed("restore", tmp_path / "library.tar", root, steps):
            assert steps > STEPS[3]
            break
        assert not root.exists() or examine(root) == []
        restore(tmp_path / "library.tar", root.with_name("other"), Quiet())
        if not root.exists():
            restore(tmp_path / "library.tar", root, Quiet())
        assert sorted(each.name for each in root.parent.iterdir()) == ["library", "other"]
        assert examine(root) == []


def test_snapshots_are_whole_while_others_write_and_rewrite_the_vectors(filled, tmp_path):
    stopped = threading.Event()

    def write() -> None:
        number = 0
        with LibraryWriter(filled.root, filled.card) as writer:
            while not stopped.is_set():
                number += 1
                texts = [f"sentence {number} {at}" for at in range(600)]
                part = filled.part("long", *texts, digest=str(number))
                with writer.turn() as turn:
                    filled.enter(turn, "c.md", part)
                    turn.compact()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        commits = {saved_and_restored(filled.root, tmp_path / str(at)) for at in range(4)}
    finally:
        stopped.set()
        writing.join()
    assert len(commits) > 1


def saved_and_restored(root: Path, place: Path) -> int:
    place.mkdir()
    create(root, place / "library.tar", Quiet())
    facts = restore(place / "library.tar", place / "library", Quiet())
    assert examine(place / "library") == []
    return facts.sequence
