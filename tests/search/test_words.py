"""Coverage: how much of a query do passages hold?"""

from pathlib import Path

import numpy as np
import pytest

from search.words import Coverage
from store.view import LibraryView
from text.terms import query_terms

MANY = 1000


@pytest.fixture(scope="module")
def view(sample_library: Path) -> LibraryView:
    return LibraryView(sample_library)


def test_the_best_passage_covers_most_and_others_less(view: LibraryView):
    coverage = Coverage.of(view.terms.passages, query_terms("参数服务器"), MANY)
    shares = coverage.shares(coverage.best_first)
    assert 0.4 < shares[0] <= 1
    assert (np.diff(shares) <= 0).all()


def test_passages_without_any_of_the_words_are_not_covered(view: LibraryView):
    coverage = Coverage.of(view.terms.passages, query_terms("quorum"), MANY)
    others = np.setdiff1d(view.table.keys, coverage.best_first)
    assert len(others) > 100
    assert not coverage.shares(others).any()


def test_a_query_without_words_covers_nothing(view: LibraryView):
    assert not Coverage.of(view.terms.passages, [], MANY).shares(view.table.keys).any()


def test_what_is_beyond_the_best_is_asked_for_by_number(view: LibraryView):
    terms = query_terms("怎么 训练 数据")
    whole = Coverage.of(view.terms.passages, terms, MANY).shares(view.table.keys)
    few = Coverage.of(view.terms.passages, terms, 3).shares(view.table.keys)
    assert few == pytest.approx(whole)
    assert (whole > 0).sum() > 3


def test_what_is_beyond_the_best_need_not_be_looked_up(view: LibraryView):
    coverage = Coverage.of(view.terms.passages, query_terms("怎么 训练 数据"), 3)
    guessed = coverage.shares(view.table.keys, exactly=False)
    assert np.sort(guessed)[-3:] == pytest.approx(np.sort(coverage.shares(coverage.best_first)))
    assert np.sort(guessed)[:-3] == pytest.approx(np.sort(guessed)[-3] / 2)


def test_a_section_holds_what_its_passages_hold_apart(view: LibraryView):
    terms = query_terms("parameter server")
    passages = Coverage.of(view.terms.passages, terms, MANY).shares(view.table.keys)
    sections = Coverage.of(view.terms.sections, terms, MANY).shares(view.table.sections)
    assert (sections[passages > 0] > 0).all()


@pytest.mark.parametrize(
    ("q", "least", "most"),
    [("参数服务器", 0, 0), ("parameter server", 0, 0), ("GPU", 0, 0), ("GPU 集群的调度", 0.1, 0.9)],
)
def test_names_in_a_chinese_question_are_shared_with_other_languages(engine, q, least, most):
    assert least <= engine.rank(q).question.shared <= most
