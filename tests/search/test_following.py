"""An engine that is open follows what another process commits."""

import time

import pytest

from indexer.build import LibraryBuilder, NoProgress
from search.asking.query import SearchRequest
from search.engine import Engine
from store.writer import LibraryWriter


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def index(root, folder, encoder):
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])


def titles(engine):
    page = engine.search(SearchRequest("parameter server", min_relevance=0))
    return {hit.document.metadata.title for hit in page.hits}


def test_a_document_is_found_within_a_second_of_its_commit(tmp_path, folder, encoder):
    (folder / "a.md").write_text("# One\n\nA parameter server keeps parameters.")
    index(tmp_path / "library", folder, encoder)
    engine = Engine(tmp_path / "library", encoder)
    assert titles(engine) == {"One"}
    (folder / "b.md").write_text("# Two\n\nAnother parameter server.")
    index(tmp_path / "library", folder, encoder)
    time.sleep(0.6)
    assert titles(engine) == {"One", "Two"}
