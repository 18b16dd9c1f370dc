"""A library without a document answers all the same."""

import pytest

from search.asking.query import SearchRequest
from search.engine import Engine
from store.writer import LibraryWriter


@pytest.fixture
def empty_library(tmp_path, encoder):
    root = tmp_path / "library"
    with LibraryWriter(root, encoder.card):
        pass
    return root


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_an_empty_library_answers_that_nothing_is_here(empty_library, encoder, mode):
    page = Engine(empty_library, encoder).search(SearchRequest("参数服务器", mode=mode))
    assert (page.verdict.answer, page.total.value, page.nearest) == ("none", 0, ())
    assert page.total.relation == "eq"
