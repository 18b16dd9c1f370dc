"""Disks that refuse: a full one and a read-only one, real ones in memory."""

import json
import os
import subprocess

import pytest

SENTENCE = "A parameter server keeps the parameters of a model on several machines. "


def mount(folder, options):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False)
    if done.returncode:
        pytest.skip("a file system cannot be mounted here")


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=2m")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "small.md").write_text(f"# Small\n\n{SENTENCE}")
    return folder


def test_a_full_disk_is_named_and_the_library_stays_whole(wenhai, docs, small_disk):
    library = ["--library", str(small_disk / "lib")]
    assert wenhai("index", str(docs), *library).returncode == 0
    (small_disk / "ballast").write_bytes(b"x" * free_bytes(small_disk))
    (docs / "large.md").write_text("# Large\n\n" + SENTENCE * 300)
    run = wenhai("index", str(docs), *library)
    assert run.returncode == 1
    assert "the disk is full: free some space" in run.stderr
    assert "Traceback" not in run.stderr
    (small_disk / "ballast").unlink()
    assert wenhai("index", str(docs), *library).returncode == 0
    assert json.loads(wenhai("status", *library, "--json").stdout)["documents"] == 2


def test_a_library_on_a_read_only_disk_can_be_searched_not_written(wenhai, docs, small_disk):
    library = ["--library", str(small_disk / "lib")]
    wenhai("index", str(docs), *library)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    found = json.loads(wenhai("search", "parameter server", *library, "--json").stdout)
    assert found["hits"][0]["title"] == "Small"
    run = wenhai("index", str(docs), *library)
    assert run.returncode == 1
    assert "read-only" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_calibration_on_a_read_only_disk_cannot_be_dropped(wenhai, docs, small_disk):
    library = ["--library", str(small_disk / "lib")]
    wenhai("index", str(docs), *library)
    (small_disk / "lib" / "calibration.json").write_text("{}")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    run = wenhai("calibrate", "--reset", *library)
    assert run.returncode == 1
    assert run.stderr.startswith("error: cannot use ")
    assert "the disk is read-only" in run.stderr


def test_a_library_on_a_read_only_disk_can_be_looked_after_and_saved(
    wenhai, docs, small_disk, tmp_path
):
    library = ["--library", str(small_disk / "lib")]
    wenhai("index", str(docs), *library)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert wenhai("doctor", *library).returncode == 0
    assert wenhai("snapshot", "create", str(tmp_path / "lib.tar"), *library).returncode == 0
    assert wenhai("snapshot", "verify", str(tmp_path / "lib.tar")).returncode == 0
    run = wenhai("snapshot", "create", str(small_disk / "lib.tar"), *library)
    assert run.returncode == 1
    assert "the disk is read-only" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("command", [["snapshot", "create", "lib.tar"], ["export", "lib.jsonl"]])
def test_what_does_not_fit_on_the_disk_is_not_there(wenhai, docs, small_disk, tmp_path, command):
    library = ["--library", str(tmp_path / "lib")]
    (docs / "large.md").write_text("# Large\n\n" + SENTENCE * 300)
    wenhai("index", str(docs), *library)
    (small_disk / "ballast").write_bytes(b"x" * (free_bytes(small_disk) - 2**13))
    run = wenhai(*command[:-1], str(small_disk / command[-1]), *library)
    assert run.returncode == 1
    assert "the disk is full: free some space" in run.stderr
    assert "Traceback" not in run.stderr
    assert [each.name for each in small_disk.iterdir()] == ["ballast"]


def free_bytes(folder):
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
