"""What a library says when it cannot serve: the evidence and the remedy."""

import json
import shutil
from dataclasses import replace

import pytest

from core.errors import LibraryDamaged, LibraryNotFound, ModelMismatch, StorageFailed
from store.failures import storage_errors
from store.layout import FORMAT_VERSION, LibraryLayout
from store.writer import LibraryWriter
from text.terms import query_terms


def test_a_folder_without_library_says_how_to_make_one(library):
    with pytest.raises(LibraryNotFound, match="wenhai index PATH --library"):
        library.view()


def test_another_model_is_refused_with_both_names(library):
    library.add("a.md", library.part("raft", "text"))
    other = replace(library.card, name="bge-m3", dimension=1024)
    with pytest.raises(ModelMismatch, match=r"test-model.*4 dimensions.*bge-m3.*1024"):
        LibraryWriter(library.root, other).__enter__()


def test_a_damaged_manifest_is_named(library):
    library.add("a.md", library.part("raft", "text"))
    LibraryLayout(library.root).manifest.write_text('{"model": {')
    with pytest.raises(LibraryDamaged, match=r"manifest\.json cannot be read"):
        library.view()


@pytest.mark.parametrize("content", ["[]", "null", '{"model": {"name": "x"}}', "\x00\x01"])
def test_a_manifest_of_another_shape_is_damaged(library, content):
    library.add("a.md", library.part("raft", "text"))
    LibraryLayout(library.root).manifest.write_text(content)
    with pytest.raises(LibraryDamaged, match="doctor --repair"):
        library.view()


def test_a_library_of_a_future_format_says_so(library):
    library.add("a.md", library.part("raft", "text"))
    manifest = LibraryLayout(library.root).manifest
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format_version": 99}))
    with pytest.raises(LibraryDamaged, match=f"format 99, this Wenhai reads {FORMAT_VERSION}"):
        library.view()


def test_a_catalogue_of_garbage_is_damaged(library):
    library.add("a.md", library.part("raft", "text"))
    LibraryLayout(library.root).catalogue.write_bytes(b"not a database" * 1000)
    with pytest.raises(LibraryDamaged, match="index the documents again"):
        library.view()


def test_missing_vectors_are_named(library):
    library.add("a.md", library.part("raft", "text"))
    LibraryLayout(library.root).vectors(1).unlink()
    with pytest.raises(LibraryDamaged, match=r"vectors-1\.f16"):
        library.view()


def test_damaged_terms_are_named_and_the_next_writer_builds_them_anew(library):
    library.add("a.md", library.part("raft", "leader election"))
    next(LibraryLayout(library.root).terms.rglob("meta.json")).write_text("{")
    with pytest.raises(LibraryDamaged, match="it builds them anew"):
        library.view()
    with library.writer():
        pass
    assert len(library.view().terms.passages.best(query_terms("leader"), 5)[0]) == 1


def test_terms_of_another_version_are_cut_anew_by_the_next_writer(library):
    library.add("a.md", library.part("raft", "leader election"))
    manifest = LibraryLayout(library.root).manifest
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "terms_version": 0}))
    with pytest.raises(LibraryDamaged, match="cut by another Wenhai"):
        library.view()
    with library.writer():
        pass
    assert len(library.view().terms.passages.best(query_terms("leader"), 5)[0]) == 1


def test_a_full_disk_is_told_from_a_damaged_one(tmp_path):
    with pytest.raises(StorageFailed, match="free some space"), storage_errors(tmp_path):
        raise OSError(28, "No space left on device")


def test_a_lost_catalogue_is_not_written_over(library):
    library.add("a.md", library.part("raft", "text"))
    LibraryLayout(library.root).catalogue.unlink()
    with pytest.raises(LibraryDamaged, match="missing or empty: restore it from a snapshot"):
        library.writer().__enter__()
    assert LibraryLayout(library.root).vectors(1).stat().st_size > 0


def test_a_folder_with_other_files_is_no_place_for_a_library(library):
    library.root.mkdir()
    (library.root / "mine.txt").write_text("my own")
    with pytest.raises(LibraryNotFound, match="holds other files and no library"):
        library.writer().__enter__()


@pytest.mark.parametrize("place", ["file", "file/below", "x" * 300])
def test_a_place_where_no_library_can_be_is_named(library, tmp_path, place):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="name another folder with --library"):
        LibraryWriter(tmp_path / place, library.card).__enter__()


def test_vectors_that_are_none_are_damage(library):
    library.add("a.md", library.part("raft", "text"))
    vectors = LibraryLayout(library.root).vectors(1)
    vectors.write_bytes(b"\xff" * vectors.stat().st_size)
    with pytest.raises(LibraryDamaged, match="what no vectors are"):
        library.view()


def test_terms_that_miss_a_file_are_built_anew_by_the_next_writer(library):
    library.add("a.md", library.part("raft", "leader election"))
    next(LibraryLayout(library.root).terms.rglob("*.idx")).unlink()
    with library.writer():
        pass
    assert len(library.view().terms.passages.best(query_terms("leader"), 5)[0]) == 1


def test_a_view_notices_that_its_library_was_made_anew(library):
    library.add("a.md", library.part("raft", "text"))
    view = library.view()
    shutil.rmtree(library.root)
    library.add("a.md", library.part("raft", "text"))
    assert not view.is_current()
