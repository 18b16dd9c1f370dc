import shutil

import pytest

from core.errors import InvalidSetting
from evaluation.building import build
from evaluation.readers.choice import read_dataset
from indexer.build import LibraryBuilder, NoProgress
from store.view import LibraryView
from store.writer import LibraryWriter

DOCUMENT = {"_id": "d1", "title": "", "text": "the moon pulls the sea"}


class Counting(NoProgress):
    """Counts the passages that were embedded."""

    passages = 0

    def done(self, size_bytes, passages):  # noqa: ARG002
        self.passages += passages


@pytest.fixture
def embedded(encoder, tmp_path):
    """Return a function that builds a library of a set, and counts the passages it embedded."""

    def run(folder):
        progress = Counting()
        build(read_dataset(folder).collection, tmp_path / "library", encoder, progress)
        return progress.passages

    return run


def test_a_library_of_the_same_documents_is_used_again(beir, embedded):
    assert embedded(beir()) == 1
    assert embedded(beir()) == 0


def test_changed_documents_are_indexed_anew(beir, embedded, tmp_path):
    embedded(beir(corpus=[DOCUMENT, {**DOCUMENT, "_id": "d2", "text": "the sun"}]))
    assert embedded(beir(corpus=[{**DOCUMENT, "text": "the moon and the sea"}])) == 1
    assert LibraryView(tmp_path / "library").catalogue.counts()["documents"] == 1


def test_a_set_that_was_moved_is_known_again_and_another_replaces_it(beir, embedded, tmp_path):
    embedded(beir())
    shutil.copytree(tmp_path / "qrels", tmp_path / "moved" / "qrels")
    for name in ("corpus.jsonl", "queries.jsonl"):
        shutil.copy(tmp_path / name, tmp_path / "moved" / name)
    assert embedded(tmp_path / "moved") == 0
    (tmp_path / "moved" / "corpus.jsonl").write_text('{"_id": "d1", "text": "the sun"}')
    assert embedded(tmp_path / "moved") == 1
    assert LibraryView(tmp_path / "library").catalogue.counts()["documents"] == 1


def test_a_library_of_ones_own_documents_is_left_alone(beir, embedded, encoder, tmp_path):
    (tmp_path / "own.md").write_text("# My own\n\nThese are my own words.")
    with LibraryWriter(tmp_path / "library", encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([tmp_path / "own.md"])
    with pytest.raises(InvalidSetting, match=r"other documents, .*own.md among them: name another"):
        embedded(beir())
