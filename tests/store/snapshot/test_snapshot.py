"""A snapshot is the library of one commit in a file, whole or named as damaged."""

import io
import os
import shutil
import tarfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import LibraryDamaged, LibraryNotFound, SnapshotDamaged, StorageFailed
from store.calibration import StoredCalibration, write_calibration
from store.doctor.examine import examine
from store.layout import LibraryLayout
from store.snapshot.create import create
from store.snapshot.restore import restore, verify
from store.view import LibraryView
from text.terms import query_terms


class Quiet:
    def start(self, total):
        self.total, self.count = total, 0

    def done(self, count):
        self.count += count


@pytest.fixture
def filled(library):
    library.add("a.md", library.part("raft", "leader election", "log replication"), axis=0)
    library.add("b.md", library.part("paxos", "a quorum of acceptors"), axis=1)
    return library


@pytest.fixture
def snapshot(filled, tmp_path):
    target = tmp_path / "backup.tar"
    create(filled.root, target, Quiet())
    return target


def held(root):
    view = LibraryView(root)
    passages = view.passages_at(range(len(view.table.keys)))
    vectors = view.vectors.vectors(np.arange(len(view.table.keys)))
    found = view.terms.passages.best(query_terms("leader"), 5)
    return passages, vectors.tolist(), [each.tolist() for each in found]


def test_a_restored_library_is_the_one_that_was_saved(filled, snapshot, tmp_path):
    write_calibration(
        LibraryLayout(filled.root).calibration,
        StoredCalibration({"hybrid": [1.0] * 7}, {"queries": 3}, "1"),
    )
    create(filled.root, snapshot, Quiet())
    before = held(filled.root)
    shutil.rmtree(filled.root)
    restore(snapshot, tmp_path / "elsewhere" / "library", Quiet())
    assert held(tmp_path / "elsewhere" / "library") == before
    assert LibraryView(tmp_path / "elsewhere" / "library").calibration is not None
    assert examine(tmp_path / "elsewhere" / "library") == []


def test_an_empty_library_can_be_saved_and_restored(library, tmp_path):
    with library.writer():
        pass
    create(library.root, tmp_path / "empty.tar", Quiet())
    facts = restore(tmp_path / "empty.tar", tmp_path / "new", Quiet())
    assert facts.counts["documents"] == 0
    assert examine(tmp_path / "new") == []


def test_any_tar_program_can_open_a_snapshot(snapshot):
    with tarfile.open(snapshot) as archive:
        names = archive.getnames()
        assert names[:2] == ["snapshot.json", "vectors.f16"]
        assert names[-2:] == ["catalogue.sqlite", "checksums.json"]
        archive.extractall(snapshot.with_name("out"), filter="data")


def test_uploaded_files_come_along(filled, tmp_path):
    name = "uploads/ab12/" + "文海 使用手册" * 5 + ".md"
    (filled.root / "uploads" / "ab12").mkdir(parents=True)
    (filled.root / name).write_text("# Raft")
    filled.add(name, filled.part("uploaded", "a page"))
    create(filled.root, tmp_path / "backup.tar", Quiet())
    restore(tmp_path / "backup.tar", tmp_path / "new", Quiet())
    assert (tmp_path / "new" / name).read_text() == "# Raft"


def test_only_the_rows_that_count_are_saved(filled, tmp_path):
    with LibraryLayout(filled.root).vectors(1).open("ab") as stream:
        stream.write(b"half a row")
    progress = Quiet()
    create(filled.root, tmp_path / "backup.tar", progress)
    verify(tmp_path / "backup.tar", Quiet())
    assert progress.count >= progress.total > 0


def test_a_snapshot_takes_the_place_of_an_older_one_only_when_it_is_whole(filled, snapshot):
    before = snapshot.read_bytes()
    os.truncate(LibraryLayout(filled.root).vectors(1), 3)
    with pytest.raises(LibraryDamaged, match="doctor --repair"):
        create(filled.root, snapshot, Quiet())
    assert snapshot.read_bytes() == before
    assert not snapshot.with_name("backup.tar.new").exists()


def test_a_library_with_damaged_vectors_gives_no_snapshot(filled, tmp_path):
    path = LibraryLayout(filled.root).vectors(1)
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(LibraryDamaged, match="passages have no whole vector"):
        create(filled.root, tmp_path / "backup.tar", Quiet())


def test_no_library_gives_no_snapshot(tmp_path):
    with pytest.raises(LibraryNotFound):
        create(tmp_path / "none", tmp_path / "backup.tar", Quiet())


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_flips_anywhere_is_noticed(snapshot, place, bit):
    raw = bytearray(snapshot.read_bytes())
    raw[int(place * len(raw))] ^= 1 << bit
    broken = snapshot.with_name("flipped.tar")
    broken.write_bytes(raw)
    with pytest.raises(SnapshotDamaged, match=r"flipped\.tar: "):
        verify(broken, Quiet())


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 1, exclude_max=True))
def test_a_snapshot_that_ends_early_is_refused(snapshot, place):
    raw = snapshot.read_bytes()
    broken = snapshot.with_name("cut.tar")
    broken.write_bytes(raw[: int(place * len(raw))])
    with pytest.raises(SnapshotDamaged):
        restore(broken, snapshot.with_name("new"), Quiet())
    assert not snapshot.with_name("new").exists()
    assert not snapshot.with_name("new.restoring").exists()


def test_bytes_behind_a_snapshot_are_noticed(snapshot):
    with snapshot.open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(SnapshotDamaged):
        verify(snapshot, Quiet())


def test_the_member_that_changed_is_named(snapshot):
    raw = snapshot.read_bytes()
    at = raw.index(b"leader election")
    snapshot.write_bytes(raw[:at] + b"L" + raw[at + 1 :])
    with pytest.raises(SnapshotDamaged, match=r"catalogue\.sqlite is not as it was written"):
        verify(snapshot, Quiet())


HOSTILE = {
    "../evil": tarfile.REGTYPE,
    "/etc/evil": tarfile.REGTYPE,
    "uploads/../evil": tarfile.REGTYPE,
    "uploads/a/../../evil": tarfile.REGTYPE,
    "uploads/a": tarfile.DIRTYPE,
    "uploads/a/b": tarfile.SYMTYPE,
    "vectors.f16": tarfile.LNKTYPE,
    "manifest.json": tarfile.REGTYPE,
    "catalogue.sqlite": tarfile.CHRTYPE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_writes_nothing_outside(tmp_path, name):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = HOSTILE[name], "/etc/passwd"
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.addfile(info, io.BytesIO())
    with pytest.raises(SnapshotDamaged):
        restore(tmp_path / "evil.tar", tmp_path / "place" / "new", Quiet())
    assert list((tmp_path / "place").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"text", b"x" * 20_000, bytes(10_240)])
def test_what_is_no_snapshot_is_said_to_be_none(tmp_path, content):
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(SnapshotDamaged, match="take another snapshot"):
        verify(tmp_path / "other", Quiet())


def test_nothing_is_restored_over_what_is_there(snapshot, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file.txt").write_text("mine")
    with pytest.raises(StorageFailed, match="is not empty"):
        restore(snapshot, tmp_path / "mine", Quiet())
    assert (tmp_path / "mine" / "file.txt").read_text() == "mine"


def test_an_empty_folder_takes_a_restored_library(snapshot, tmp_path):
    (tmp_path / "empty").mkdir()
    restore(snapshot, tmp_path / "empty", Quiet())
    assert len(LibraryView(tmp_path / "empty").table.keys) == 5


def test_a_snapshot_of_another_format_says_so(snapshot, monkeypatch):
    monkeypatch.setattr("store.snapshot.facts.FORMAT_VERSION", 99)
    with pytest.raises(SnapshotDamaged, match="this Wenhai reads 1 and 99"):
        verify(snapshot, Quiet())
