"""Facets count documents by value, and say what they leave out."""

import json

import numpy as np
import pytest

from core.errors import InvalidQuery
from search.selection.facets import Facet, FacetValue, count_facets
from store.derived.facts import Facts

DOCUMENTS = [
    {"title": "A", "language": "zh", "tags": ["AI", "ai", "GPU"], "page_count": 10},
    {"title": "B", "language": "en", "tags": ["gpu"], "page_count": 2, "fields": {"kind": 2.5}},
    {"title": "C", "language": "ZH", "fields": {"kind": "slides"}},
    {"title": "D", "fields": {"kind": True}},
]
FACTS = Facts.of((key, str(key), json.dumps(each)) for key, each in enumerate(DOCUMENTS, 1))


def facet(field: str, *keys: int, facts: Facts = FACTS) -> Facet:
    return count_facets(facts, np.array(keys or facts.keys), [field])[field]


def counts(found: Facet) -> list[tuple[object, int]]:
    return [(each.value, each.count) for each in found.values]


def test_texts_that_fold_alike_are_one_value_in_its_first_spelling():
    found = facet("language")
    assert (counts(found), found.other, found.missing) == ([("zh", 2), ("en", 1)], 0, 1)
    assert (found.least, found.most) == (None, None)


def test_a_document_counts_once_for_each_of_its_values():
    found = facet("tags")
    assert (counts(found), found.missing) == ([("GPU", 2), ("AI", 1)], 2)


def test_numbers_have_their_range_and_whole_ones_no_point():
    found = facet("page_count", 1, 2)
    assert counts(found) == [(2, 1), (10, 1)]
    assert (found.least, found.most) == (2, 10)


def test_a_field_of_the_users_own_may_hold_anything():
    assert counts(facet("kind")) == [(2.5, 1), ("slides", 1), ("true", 1)]


def test_only_the_documents_asked_about_are_counted():
    assert counts(facet("language", 3)) == [("zh", 1)]
    gone = facet("language", 3, 99)
    assert (counts(gone), gone.missing) == ([("zh", 1)], 1)


def test_a_field_that_no_document_has_is_missing_everywhere():
    assert facet("price") == Facet((), 0, 4)
    assert facet("price", facts=Facts.of([])) == Facet((), 0, 0)


def test_the_hundred_commonest_values_are_named_and_the_others_counted():
    documents = [{"title": f"title {number % 150}"} for number in range(225)]
    facts = Facts.of((key, str(key), json.dumps(each)) for key, each in enumerate(documents))
    found = facet("title", facts=facts)
    assert len(found.values) == 100
    assert found.values[0] == FacetValue("title 0", 2)
    assert sum(each.count for each in found.values) + found.other == 225


def test_an_unknown_field_is_refused():
    with pytest.raises(InvalidQuery, match='unknown field "kinds": did you mean "kind"'):
        facet("kinds")
