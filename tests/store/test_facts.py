"""The columns of facts say of each document what its metadata say, also after many commits."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.derived.facts import Facts
from store.view import LibraryView
from text.folding import fold

FIELDS = st.one_of(
    st.sampled_from(["red", "Red", "ＢＬＵＥ", "2023-05"]),
    st.booleans(),
    st.integers(-3, 3),
    st.lists(st.sampled_from(["a", "A", "b"]), max_size=3),
)
METADATA = st.fixed_dictionaries(
    {"title": st.sampled_from(["參數", "参数", "Title"])},
    optional={
        "language": st.sampled_from(["zh", "en"]),
        "tags": st.lists(st.sampled_from(["x", "Y", "y"]), min_size=1, max_size=3),
        "page_count": st.integers(1, 5),
        "fields": st.dictionaries(st.sampled_from(["color", "size"]), FIELDS),
    },
)
Documents = dict[int, dict[str, Any]]
DOCUMENTS = st.dictionaries(st.integers(1, 9), METADATA)


def records(documents: Documents) -> list[tuple[int, str, str]]:
    return [(key, f"id-{key}", json.dumps(each)) for key, each in sorted(documents.items())]


def as_written(value: object) -> set[object]:
    if isinstance(value, list):
        return {fold(each).text for each in value}
    if isinstance(value, bool):
        return {str(value).lower()}
    return {fold(value).text if isinstance(value, str) else value}


def plain(documents: Documents) -> dict[int, dict[str, set[object]]]:
    """Return every value of every field of every document, texts folded."""
    found = {}
    for key, each in documents.items():
        known = {**each, **each.get("fields", {}), "id": f"id-{key}"}
        known.pop("fields", None)
        found[key] = {name: values for name, v in known.items() if (values := as_written(v))}
    return found


def told(facts: Facts) -> dict[int, dict[str, set[object]]]:
    """Return the same of the columns."""
    found: dict[int, dict[str, set[object]]] = {key: {} for key in facts.keys.tolist()}
    for name, column in facts.numbers.items():
        for row in np.flatnonzero(~np.isnan(column)):
            found[int(facts.keys[row])].setdefault(name, set()).add(column[row])
    for name, texts in facts.texts.items():
        assert (np.diff(texts.rows) >= 0).all()
        folded = list(texts.codes_of)
        for row, code in zip(texts.rows, texts.codes, strict=True):
            found[int(facts.keys[row])].setdefault(name, set()).add(folded[code])
    return found


@given(DOCUMENTS, st.lists(st.tuples(DOCUMENTS, st.sets(st.integers(1, 12))), max_size=3))
def test_facts_are_those_of_the_documents_after_every_commit(documents, commits):
    facts = Facts.of(records(documents))
    assert told(facts) == plain(documents)
    for changed, removed in commits:
        facts = facts.next(records(changed), removed)
        documents = {k: v for k, v in documents.items() if k not in removed} | changed
        assert told(facts) == plain(documents)
        assert facts.names() == {name for each in told(facts).values() for name in each}


def test_what_is_told_before_a_commit_stays_told():
    facts = Facts.of(records({1: {"title": "A"}, 2: {"title": "B"}}))
    before = told(facts)
    facts.next(records({2: {"title": "C"}, 3: {"title": "D"}}), [1])
    assert told(facts) == before


def test_a_view_brings_the_facts_of_the_one_before_up_to_date(library):
    library.add("a.md", library.part("one", "text"), library.part("two", "text"))
    first = library.view()
    assert first.facts.texts["title"].spellings == ("one", "two")
    library.add("b.md", library.part("three", "text"))
    with library.writer() as writer, writer.turn() as turn:
        turn.changes.remove_file(turn.catalogue.files()["a.md"])
    second = LibraryView(library.root, first)
    assert told(second.facts) == told(library.view().facts)
    assert [each["id"] for each in told(second.facts).values()] == [{"three"}]
    assert second.facts is second.facts
    assert len(first.facts.keys) == 2


def test_the_first_spelling_stands_for_those_that_fold_alike():
    facts = Facts.of(records({1: {"title": "參數"}, 2: {"title": "参数"}}))
    assert facts.texts["title"].spellings == ("參數",)
    assert facts.texts["title"].codes.tolist() == [0, 0]


def test_ids_that_differ_in_case_are_two():
    facts = Facts.of([(1, "a", '{"title": "t"}'), (2, "A", '{"title": "t"}')])
    assert facts.texts["id"].codes.tolist() == [0, 1]


def test_texts_that_no_document_has_any_more_are_forgotten_in_time():
    facts = Facts.of(records({1: {"title": "first"}}))
    for number in range(2000):
        facts = facts.next(records({1: {"title": f"title {number}"}}), [])
    assert len(facts.texts["title"].spellings) < 1100
    assert told(facts)[1]["title"] == {"title 1999"}


@pytest.mark.parametrize("keys", [[], [1, 2], [7, 1, 2, 9]])
def test_rows_are_found_by_key(keys):
    facts = Facts.of(records({1: {"title": "A"}, 7: {"title": "B"}}))
    rows = {1: 0, 7: 1}
    assert facts.rows(np.array(keys, np.int64)).tolist() == [rows.get(key, -1) for key in keys]


def test_no_documents_have_no_facts():
    facts = Facts.of([])
    assert (len(facts.keys), facts.names()) == (0, set())
    assert told(facts.next(records({3: {"title": "A"}}), [1])) == plain({3: {"title": "A"}})
