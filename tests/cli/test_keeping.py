"""`wenhai doctor`, `snapshot` and `export` as real processes."""

import json

import pytest

from store.layout import LibraryLayout


@pytest.fixture
def library(wenhai, tmp_path):
    """Return the folder of a library of two documents."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("raft", "paxos"):
        (docs / f"{name}.md").write_text(f"# {name}\n\nThis page explains how {name} elects.\n")
    run = wenhai("index", str(docs), "--library", str(tmp_path / "lib"))
    assert run.returncode == 0
    return tmp_path / "lib"


def test_a_whole_library_is_said_to_hold_together(wenhai, library):
    run = wenhai("doctor", "-l", str(library))
    assert (run.returncode, run.stdout) == (0, f"{library} holds together\n")


def test_lost_vectors_are_found_mended_and_then_searched(wenhai, library):
    LibraryLayout(library).vectors(1).unlink()
    run = wenhai("doctor", "-l", str(library))
    assert run.returncode == 3
    assert "4 passages without a whole vector: `--repair` embeds these anew" in run.stdout
    assert wenhai("doctor", "--repair", "-l", str(library)).returncode == 0
    found = json.loads(wenhai("search", "paxos", "-l", str(library), "--json").stdout)
    assert found["hits"][0]["title"] == "paxos"


def test_what_cannot_be_mended_says_what_else_helps(wenhai, library):
    LibraryLayout(library).catalogue.write_bytes(b"no database" * 1000)
    run = wenhai("doctor", "--repair", "-l", str(library))
    assert run.returncode == 3
    assert "wenhai snapshot restore" in run.stdout
    assert "Traceback" not in run.stderr


def test_collections_are_looked_after_as_well(wenhai, library, tmp_path):
    (library / "collections").mkdir()
    collection = library / "collections" / "papers"
    wenhai("index", str(tmp_path / "docs"), "-l", str(collection))
    LibraryLayout(collection).manifest.unlink()
    found = json.loads(wenhai("doctor", "-l", str(library), "--json").stdout)
    assert not found["clean"]
    assert found["libraries"][str(library)] == []
    assert [each["code"] for each in found["libraries"][str(collection)]] == ["manifest"]


def test_no_library_is_no_clean_library(wenhai, tmp_path):
    run = wenhai("doctor", "-l", str(tmp_path / "none"))
    assert run.returncode == 1
    assert run.stderr.startswith("error: no library in")


def test_a_snapshot_is_made_checked_and_restored(wenhai, library, tmp_path):
    file, copy = str(tmp_path / "backup.tar"), str(tmp_path / "copy")
    made = json.loads(wenhai("snapshot", "create", file, "-l", str(library), "--json").stdout)
    assert made["counts"] == {"files": 2, "documents": 2, "passages": 4}
    assert wenhai("snapshot", "verify", file).returncode == 0
    assert wenhai("snapshot", "restore", file, "-l", copy).returncode == 0
    asked = [wenhai("search", "raft", "-l", each, "--json").stdout for each in (str(library), copy)]
    assert relevances(asked[0]) == relevances(asked[1]) != []


def relevances(page: str) -> list[tuple[str, float]]:
    return [(hit["id"], hit["relevance"]) for hit in json.loads(page)["hits"]]


def test_nothing_is_written_over_unless_that_is_asked_for(wenhai, library, tmp_path):
    for command, name in (["snapshot", "create"], "a.tar"), (["export"], "a.jsonl"):
        (tmp_path / name).write_text("mine")
        run = wenhai(*command, str(tmp_path / name), "-l", str(library))
        assert run.returncode == 1
        assert "is there already" in run.stderr
        assert (tmp_path / name).read_text() == "mine"
        assert wenhai(*command, str(tmp_path / name), "-l", str(library), "--force").returncode == 0
        assert (tmp_path / name).read_text(errors="replace") != "mine"


def test_a_damaged_snapshot_is_named_in_a_line(wenhai, library, tmp_path):
    file = tmp_path / "backup.tar"
    wenhai("snapshot", "create", str(file), "-l", str(library))
    file.write_bytes(file.read_bytes()[:-5000])
    run = wenhai("snapshot", "restore", str(file), "-l", str(tmp_path / "copy"))
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith(f"error: {file}: ")
    assert not (tmp_path / "copy").exists()


def test_an_export_goes_to_stdout_filtered(wenhai, library):
    run = wenhai("export", "-", "-l", str(library), "--filter", "title = raft")
    (line,) = run.stdout.splitlines()
    assert json.loads(line)["title"] == "raft"
    assert json.loads(line)["snippets"] == ["raft\nThis page explains how raft elects."]


def test_an_export_that_would_not_be_read_back_is_refused(wenhai, library, tmp_path):
    run = wenhai("export", str(tmp_path / "out.json"), "-l", str(library))
    assert run.returncode == 1
    assert "ends in .jsonl" in run.stderr
