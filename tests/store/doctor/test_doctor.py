"""The doctor finds every drift, and mends what follows from what is whole."""

import json
import os
import sqlite3
import time
from contextlib import closing

import numpy as np
import pytest

from core.errors import LibraryDamaged, LibraryNotFound, ModelMismatch
from store.doctor.examine import examine
from store.doctor.repair import repair
from store.layout import LibraryLayout

AXES = np.eye(4, dtype=np.float32)


class Embedder:
    """Gives every text the same axis, and remembers which texts came."""

    def __init__(self):
        self.texts = []

    def __call__(self, card):
        assert card.name == "test-model"
        return self.embed

    def embed(self, texts):
        self.texts += texts
        return np.stack([AXES[2]] * len(texts))


@pytest.fixture
def embedder():
    return Embedder()


@pytest.fixture
def filled(library):
    """Return a library of two documents, the vectors of the first on axis 0, of the other on 1."""
    library.add("a.md", library.part("raft", "leader election", "log replication"), axis=0)
    library.add("b.md", library.part("paxos", "a quorum of acceptors"), axis=1)
    return library


def ignore(_):
    pass


def codes(library):
    return [each.code for each in examine(library.root) if each.drift]


def mended(library, embedder):
    repair(library.root, embedder, ignore)
    return codes(library)


def execute(library, *statements):
    with closing(sqlite3.connect(LibraryLayout(library.root).catalogue)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_whole_library_is_clean(filled):
    assert examine(filled.root) == []


def test_an_empty_library_is_clean(library):
    with library.writer():
        pass
    assert examine(library.root) == []


def test_no_library_is_said_to_be_none(tmp_path):
    with pytest.raises(LibraryNotFound):
        examine(tmp_path)


def test_only_the_passage_whose_vector_is_damaged_is_embedded_anew(filled, embedder):
    path = LibraryLayout(filled.root).vectors(1)
    raw = bytearray(path.read_bytes())
    raw[2 * 8] ^= 1
    path.write_bytes(raw)
    assert codes(filled) == ["vectors"]
    assert mended(filled, embedder) == []
    assert embedder.texts == ["log replication"]
    assert vectors_of(filled) == [0, 0, 2, 1, 1]


def test_missing_vectors_are_all_embedded_anew(filled, embedder):
    LibraryLayout(filled.root).vectors(1).unlink()
    assert codes(filled) == ["vectors"]
    assert mended(filled, embedder) == []
    assert len(embedder.texts) == 5


@pytest.mark.parametrize("size", [0, 8, 12, 39])
def test_of_a_file_cut_short_what_is_left_is_kept(filled, embedder, size):
    os.truncate(LibraryLayout(filled.root).vectors(1), size)
    assert codes(filled) == ["vectors"]
    assert mended(filled, embedder) == []
    assert len(embedder.texts) == 5 - size // 8


def test_rows_behind_those_that_count_are_cut_off(filled, embedder):
    with LibraryLayout(filled.root).vectors(1).open("ab") as stream:
        stream.write(b"half")
    assert codes(filled) == ["vector_tail"]
    assert mended(filled, embedder) == []
    assert embedder.texts == []


def test_a_view_that_is_open_notices_new_vectors(filled, embedder):
    view = filled.view()
    LibraryLayout(filled.root).vectors(1).unlink()
    mended(filled, embedder)
    assert not view.is_current()
    assert len(filled.view().table.keys) == 5


def test_another_models_vectors_are_not_mixed_in(filled):
    LibraryLayout(filled.root).vectors(1).unlink()

    def refuse(card):
        raise ModelMismatch(card.name)

    with pytest.raises(ModelMismatch):
        repair(filled.root, refuse, ignore)
    assert codes(filled) == ["vectors"]


def vectors_of(library):
    view = library.view()
    return view.vectors.vectors(np.arange(len(view.table.keys))).argmax(axis=1).tolist()


def test_a_manifest_that_is_missing_is_written_anew(filled, embedder):
    LibraryLayout(filled.root).manifest.unlink()
    assert codes(filled) == ["manifest"]
    assert mended(filled, embedder) == []
    assert filled.view().is_current()


@pytest.mark.parametrize("change", [{"terms_version": 0}, {"format_version": 1}, {"x": None}])
def test_a_manifest_of_another_version_is_written_anew(filled, embedder, change):
    manifest = LibraryLayout(filled.root).manifest
    values = {**json.loads(manifest.read_text()), **change}
    manifest.write_text(json.dumps(values)[: None if "x" not in change else 10])
    assert codes(filled) == ["manifest"]
    assert mended(filled, embedder) == []


def test_damaged_terms_are_cut_anew(filled, embedder):
    file = next(LibraryLayout(filled.root).terms.rglob("*.term"))
    raw = bytearray(file.read_bytes())
    raw[5] ^= 1
    file.write_bytes(raw)
    assert codes(filled) == ["terms"]
    assert mended(filled, embedder) == []
    assert filled.view().is_current()


@pytest.mark.parametrize("name", ["*.idx", "meta.json"])
def test_terms_that_miss_a_file_are_cut_anew(filled, embedder, name):
    next(LibraryLayout(filled.root).terms.rglob(name)).unlink()
    assert codes(filled) == ["terms"]
    assert mended(filled, embedder) == []


def test_a_lost_catalogue_cannot_be_mended(filled, embedder):
    LibraryLayout(filled.root).catalogue.unlink()
    (found,) = examine(filled.root)
    assert not found.mendable
    assert "restore a snapshot" in found.remedy
    with pytest.raises(LibraryDamaged, match="restore a snapshot"):
        repair(filled.root, embedder, ignore)


def test_a_text_that_was_altered_is_named_and_read_anew_by_the_next_run(filled, embedder):
    execute(filled, "UPDATE passages SET text = 'leader ejection' WHERE text LIKE 'leader%'")
    (found,) = (each for each in examine(filled.root) if each.code == "parts")
    assert "raft in a.md" in found.what
    assert mended(filled, embedder) == ["parts"]
    filled.add("a.md", filled.part("raft", "leader election", "log replication"))
    assert codes(filled) == []


ROWS = {
    "UPDATE documents SET title = 'other' WHERE id = 'raft'": "documents",
    "UPDATE documents SET metadata = 'no json' WHERE id = 'raft'": "documents",
    "UPDATE passages SET document = 2 WHERE document = 1": "passages_of_others",
    "UPDATE passages SET section = 7 WHERE key = 1": "sections",
    "UPDATE passages SET sequence = 99 WHERE key = 3": "passage_commits",
    "UPDATE documents SET sequence = 99": "document_commits",
    "INSERT INTO removed VALUES (1, 0, 1)": "removed_notes",
    "INSERT INTO bands VALUES (5, 77)": "copies",
    "INSERT INTO documents VALUES (9, 'x', 'x', 'en', '{}', 1)": "documents_without_parts",
    "INSERT INTO sketches VALUES (9, 1, NULL, 9)": "copies_of_nothing",
    "DELETE FROM parts WHERE key = 1": "passages_of_nothing",
    "DELETE FROM documents WHERE key = 1": "parts_of_nothing",
    "DELETE FROM files WHERE key = 1": "parts_of_nothing",
    "UPDATE passages SET vector_row = 90 WHERE key = 1": "vectors",
    "UPDATE passages SET vector_crc = 90 WHERE key = 1": "vectors",
    "UPDATE state SET vector_rows = 4": "vectors",
    "UPDATE state SET vector_rows = 6": "vector_file",
    "UPDATE state SET sequence = 3": "terms",
    "UPDATE state SET sequence = 1": "lost_commits",
}


@pytest.mark.parametrize("statement", ROWS)
def test_rows_that_contradict_others_are_found_and_mended(filled, embedder, statement):
    execute(filled, statement)
    assert ROWS[statement] in codes(filled)
    assert mended(filled, embedder) == []
    assert filled.view().is_current()


def test_orphans_are_deleted_and_what_is_not_ours_is_left_alone(filled, embedder):
    root = filled.root
    for name in ("vectors-7.f16", "vectors-7.keys", "calibration.new", "mine.txt"):
        (root / name).write_bytes(b"x")
    (root / "terms.new").mkdir()
    (root / "uploads" / "ab12").mkdir(parents=True)
    (root / "uploads" / "ab12" / "a.pdf").write_bytes(b"x")
    an_hour_ago = time.time() - 4000
    for path in (root / "calibration.new", root / "uploads" / "ab12"):
        os.utime(path, (an_hour_ago, an_hour_ago))
    assert codes(filled) == ["leftovers"]
    assert mended(filled, embedder) == []
    assert (root / "mine.txt").exists()
    assert [*root.glob("*7*"), *root.glob("*.new")] == []
    assert [each.code for each in examine(root)] == ["foreign"]


def test_an_upload_of_this_moment_is_no_orphan(filled):
    (filled.root / "uploads" / "ab12").mkdir(parents=True)
    assert codes(filled) == []


def test_an_upload_that_a_task_waits_for_is_no_orphan(filled):
    folder = filled.root / "uploads" / "ab12"
    folder.mkdir(parents=True)
    (folder / "a.pdf").write_bytes(b"x")
    os.utime(folder, (0, 0))
    execute(
        filled,
        "INSERT INTO tasks (key, id, kind, status, created_at)"
        " VALUES (1, 'x', 'upload', 'queued', 0)",
        "INSERT INTO task_items (task, place, action, payload, status)"
        " VALUES (1, 0, 'upload', 'uploads/ab12/a.pdf', 'waiting')",
    )
    assert codes(filled) == []


def test_an_uploaded_file_that_is_lost_is_named(filled):
    filled.add("uploads/ab12/a.pdf", filled.part("uploaded", "a page"))
    (found,) = examine(filled.root)
    assert (found.code, found.mendable) == ("lost_uploads", False)
    assert "uploads/ab12/a.pdf" in found.what


def test_a_half_written_generation_is_cut_and_can_go_on(filled, embedder):
    execute(
        filled,
        "INSERT INTO generations (number, model, created_at)"
        " SELECT 2, replace(model, 'test-model', 'other'), created_at FROM generations",
    )
    layout = LibraryLayout(filled.root)
    layout.vectors(2).write_bytes(bytes(3 * 8 + 5))
    layout.vector_keys(2).write_bytes(np.array([1, 2], "<i8").tobytes() + b"abc")
    assert codes(filled) == ["half_generation"]
    assert mended(filled, embedder) == []
    assert (layout.vectors(2).stat().st_size, layout.vector_keys(2).stat().st_size) == (16, 16)
