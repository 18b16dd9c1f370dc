"""`wenhai calibrate` as a user meets it, on the sample corpus and its judgements."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
JUDGEMENTS = DATA / "judgements"
STRANGE = "how do I change the oil of a lawn mower"


@pytest.fixture
def some_judgements(tmp_path):
    """Return the judgements of sixty queries, and a file of fifty that nothing answers."""
    lines = (JUDGEMENTS / "qrels.trec").read_text().splitlines()
    chosen = sorted({line.split()[0] for line in lines})[:60]
    folder = tmp_path / "judged"
    folder.mkdir()
    kept = [line for line in lines if line.split()[0] in chosen]
    (folder / "qrels.trec").write_text("\n".join(kept))
    queries = (JUDGEMENTS / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [line for line in queries if json.loads(line)["_id"] in chosen]
    (folder / "queries.jsonl").write_text("\n".join(kept), encoding="utf-8")
    strange = (JUDGEMENTS / "unanswerable.txt").read_text(encoding="utf-8").splitlines()[::6]
    (tmp_path / "strange.txt").write_text("\n".join(strange), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory, model_cache):
    """Return a library of the sample's catalogue, which each test copies."""
    root = tmp_path_factory.mktemp("sample") / "kept"
    catalogue = str(DATA / "corpus" / "catalogue.jsonl")
    command = [sys.executable, "-m", "cli", "index", catalogue, "--library", str(root)]
    environment = {**os.environ, "WENHAI_CACHE": str(model_cache)}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return root


@pytest.fixture
def kept(library, tmp_path):
    """Put the library where `--library kept` looks for it."""
    shutil.copytree(library, tmp_path / "kept")


def calibration_of(wenhai) -> str:
    run = wenhai("search", STRANGE, "--library", "kept", "--json")
    return json.loads(run.stdout)["verdict"]["calibration"]


@pytest.mark.usefixtures("kept")
def test_a_fitted_calibration_counts_until_it_is_reset(wenhai, some_judgements):
    assert calibration_of(wenhai) == "shipped"
    fitted = ["calibrate", str(some_judgements), "--unanswerable", "strange.txt"]
    run = wenhai(*fitted, "--library", "kept", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert found["calibration"]["fitted_on"]["answerable"] == 60
    assert found["after"]["refused"] > 0.3
    assert calibration_of(wenhai) == "fitted"
    wenhai("calibrate", "--reset", "--library", "kept")
    assert calibration_of(wenhai) == "shipped"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a DATASET to fit to, or --reset"),
        (["JUDGED"], "has 0 unanswerable queries: to fit a calibration takes 50"),
        (["missing"], "no such file or folder: missing"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_what_cannot_be_fitted_is_said(wenhai, some_judgements, arguments, message):
    named = [str(some_judgements) if each == "JUDGED" else each for each in arguments]
    run = wenhai("calibrate", *named, "--library", "kept")
    assert run.returncode == 1
    assert message in run.stderr


@pytest.mark.usefixtures("kept")
def test_a_query_cannot_be_both(wenhai, some_judgements, tmp_path):
    lines = (some_judgements / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    both = [json.loads(line)["text"] for line in lines]
    (tmp_path / "both.txt").write_text("\n".join(both), encoding="utf-8")
    command = ["calibrate", str(some_judgements), "--library", "kept", "--unanswerable"]
    assert "both.txt: line 1: 60 of the unanswerable" in wenhai(*command, "both.txt").stderr
    assert "is the judged set: name" in wenhai(*command, str(some_judgements)).stderr


def test_a_calibration_that_makes_no_sense_is_named(wenhai, tmp_path):
    (tmp_path / "note.md").write_text("tea")
    wenhai("index", "note.md", "--library", "kept")
    (tmp_path / "kept" / "calibration.json").write_text('{"weights": {"hybrid": [1]}}')
    run = wenhai("search", "tea", "--library", "kept")
    assert run.returncode == 1
    assert "calibration.json cannot be read as a calibration" in run.stderr
