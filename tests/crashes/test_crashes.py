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
        halves = [_half(touching, [mode, tmp_path / half, str(points), half]) for half in "01"]
        lines: list[dict[str, Any]] = []
        for half in halves:
            told, complaints = half.communicate()
            assert half.returncode == 0, complaints
            found = [json.loads(line) for line in told.splitlines()]
            assert all(each["ok"] for each in found[1:]), complaints
            lines += found
        return lines

    return run


def _half(touching: Path, arguments: list[str | Path]) -> subprocess.Popen[str]:
    """Start one half of the story's points."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(touching),
        "PYTHONPATH": str(HERE.parents[1]),
        # what is forked must have one thread
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    Path(arguments[1]).mkdir()
    command = [sys.executable, HERE / "story.py", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


def test_a_kill_at_any_touch_of_the_disk_loses_nothing_and_leaves_nothing_by_halves(lived):
    ends = [each for each in lived(KILL, 212) if "point" in each]
    assert sum(each["ended"] == -9 for each in ends) >= 200
    assert {each["done"] for each in ends} >= set(range(16))


def test_a_disk_that_fills_up_at_any_touch_loses_nothing_that_was_told(lived):
    ends = [each for each in lived(FULL, 50) if "point" in each]
    assert all(each["ended"] >= 0 for each in ends)
    assert sum(each["ended"] != 0 for each in ends) > 25
