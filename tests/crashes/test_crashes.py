"""The writing process is killed wherever it touches the disk, or the disk is full from there on."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
KILL, FULL = "1", "2"

Lived = Callable[[str, int], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def touching(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the library that counts what touches the disk."""
    compiler = shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler on Linux to stand between process and disk")
    built: Path = tmp_path_factory.mktemp("touch") / "disk_touch.so"
    source = str(HERE / "disk_touch.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", source, "-o", built, "-ldl"], check=True)
    return built


@pytest.fixture
def lived(touching: Path, tmp_path: Path) -> Lived:
    """Return a function that lets the story be interrupted at so many points, and tells of each."""

    def run(mode: str, points: int) -> list[dict[str, Any]]:
        told = subprocess.run(
            [sys.executable, HERE / "story.py", mode, tmp_path, str(points)],
            env={
                **os.environ,
                "LD_PRELOAD": str(touching),
                "PYTHONPATH": str(HERE.parents[1]),
                # what is forked must have one thread
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        lines = [json.loads(line) for line in told.stdout.splitlines()]
        broken = [each for each in lines[1:] if not each["ok"]]
        assert not broken, told.stderr
        return lines

    return run


def test_a_kill_at_any_touch_of_the_disk_loses_nothing_and_leaves_nothing_by_halves(lived):
    first, *ends = lived(KILL, 200)
    assert first["touches"] > 2000
    assert sum(each["ended"] == -9 for each in ends) >= first["points"] - 1
    assert {each["done"] for each in ends} >= set(range(16))


def test_a_disk_that_fills_up_at_any_touch_loses_nothing_that_was_told(lived):
    _, *ends = lived(FULL, 60)
    assert all(each["ended"] >= 0 for each in ends)
    assert sum(each["ended"] != 0 for each in ends) > 30
