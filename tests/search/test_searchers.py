"""Processes that search for a server answer as it would, as long as there are any."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.errors import InvalidQuery
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.asking.query import SearchRequest
from search.engine import Engine
from search.searchers.pool import Asked, Searchers, searching_elsewhere
from store.writer import LibraryWriter

ASKED = SearchRequest("参数服务器", facets=("language",))


@pytest.fixture(scope="module")
def root(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searchers") / "library"
    shutil.copytree(sample_library, folder)
    return folder


@pytest.fixture(scope="module")
def searchers(root: Path, encoder: Encoder, model_cache: Path) -> Iterator[Searchers]:
    with searching_elsewhere(2, root, encoder.card.name, model_cache) as started:
        assert started is not None
        yield started


@pytest.fixture
def processes(workers_of):
    return partial(workers_of, "search.searchers.worker")


def test_with_one_process_the_server_searches_itself(processes, root, encoder, model_cache):
    before = processes()
    with searching_elsewhere(1, root, encoder.card.name, model_cache) as started:
        assert started is None
        assert processes() == before


def test_the_answer_is_the_one_that_the_server_would_give(searchers, processes, root, engine):
    assert len(processes()) == 2
    page = searchers.page(Asked(root, 0, ASKED))
    assert page.hits
    paths = [hit.document.label for hit in page.hits]
    expected = engine.search(ASKED)
    assert paths == [hit.document.label for hit in expected.hits]
    assert replace(page, hits=(), took_ms=0) == replace(expected, hits=(), took_ms=0)


def test_what_was_just_committed_is_found(searchers, root, encoder, tmp_path):
    asked = SearchRequest("snow leopards of the Altai")
    engine = Engine(root, encoder, searchers=searchers)
    assert engine.search(asked).verdict.answer == "none"
    (tmp_path / "snow.md").write_text("# Snow leopards\n\nSnow leopards of the Altai are shy.")
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([tmp_path])
    engine.follow()
    assert engine.search(asked).hits[0].document.metadata.title == "Snow leopards"


def test_a_process_that_was_killed_is_replaced(searchers, processes, root):
    killed = processes()
    for each in killed:
        each.kill()
    assert searchers.page(Asked(root, 0, ASKED)).hits
    assert not {each.pid for each in killed} & {each.pid for each in processes()}
    assert processes()


def test_what_is_wrong_with_a_question_is_told_as_ever(searchers, root, encoder):
    engine = Engine(root, encoder, searchers=searchers)
    with pytest.raises(InvalidQuery, match="q is empty"):
        engine.search(SearchRequest(" "))
    assert engine.search(ASKED).hits


def test_they_end_with_the_server(processes, root, encoder, model_cache):
    before = set(processes())
    with searching_elsewhere(2, root, encoder.card.name, model_cache):
        own = set(processes()) - before
        assert len(own) == 2
    assert not any(each.is_running() for each in own)
