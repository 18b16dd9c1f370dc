"""What a JSON object says of a document, and what a patch makes of it."""

import json

import pytest

from core.types import SourceDocument
from indexer.readers.fields import WrongValueError
from indexer.tasks.incoming import changed_part, entered_id, merge_patch, parsed, stated_part
from store.catalogue.parts import Part
from store.catalogue.reading import StatedPart


def stored(part: Part) -> StatedPart:
    """Return the part as the catalogue gives it back."""
    facts = {**part.document.metadata.to_dict(), "language": part.language}
    return StatedPart(part.digest, json.loads(json.dumps(facts)), part.passages)


@pytest.fixture
def owls() -> Part:
    record = {
        "title": "Owls",
        "text": "Owls hunt at night.",
        "price": 3,
        "fields": {"a": 1, "b": 2},
    }
    return stated_part(record, "owls")


@pytest.mark.parametrize(  # the examples of RFC 7396
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches(target, patch, result):
    assert merge_patch(target, patch) == result


def test_a_patch_of_facts_leaves_the_passages(owls):
    patched = changed_part(
        {"price": None, "fields": {"b": None}}, "owls", stored(owls), needs_title=True
    )
    assert patched.passages == owls.passages
    assert patched.document.metadata.price is None
    assert patched.document.metadata.fields == {"a": 1}
    back = changed_part({"price": 3, "fields": {"b": 2}}, "owls", stored(patched), needs_title=True)
    assert (back.digest, patched.digest == owls.digest) == (owls.digest, False)


def test_what_is_free_stays_free():
    free = stated_part({"title": "Owls", "price": 0, "size_bytes": 0}, "owls")
    patched = changed_part({"tags": ["a"]}, "owls", stored(free), needs_title=True)
    assert (patched.document.metadata.price, patched.document.metadata.size_bytes) == (0, 0)


def test_a_new_title_is_the_only_new_passage(owls):
    patched = changed_part({"title": "Night birds"}, "owls", stored(owls), needs_title=True)
    assert [each.text for each in patched.passages] == ["Night birds", "Owls hunt at night."]
    assert patched.passages[1] == owls.passages[1]


def test_another_language_is_that_of_the_passages_too(owls):
    patched = changed_part({"language": "nl"}, "owls", stored(owls), needs_title=True)
    assert {each.language for each in patched.passages} == {"nl"}
    found = changed_part({"language": None}, "owls", stored(patched), needs_title=True)
    assert found.language == "en"


def test_new_text_replaces_all_of_the_text(owls):
    patched = changed_part(
        {"snippets": ["猫头鹰在夜里捕猎。"]}, "owls", stored(owls), needs_title=True
    )
    assert [each.text for each in patched.passages] == ["Owls", "猫头鹰在夜里捕猎。"]
    assert patched.language == "zh"
    empty = changed_part({"text": None}, "owls", stored(owls), needs_title=True)
    assert [each.kind for each in empty.passages] == ["title"]


def test_facts_for_a_document_of_a_file_need_no_title():
    part = changed_part({"tags": ["a"]}, "file-1", None, needs_title=False)
    assert part.document == SourceDocument("file-1", part.document.metadata)
    assert (part.document.metadata.title, part.language, list(part.passages)) == ("", None, [])


def test_the_same_record_gets_the_same_id_whatever_its_order():
    first, second = {"title": "a", "text": "b"}, {"text": "b", "title": "a"}
    assert entered_id(first) == entered_id(second) != entered_id({"title": "a"})
    assert entered_id({"id": 7, "title": "a"}) == "7"
    assert [entered_id(each) for each in ({"id": True}, {"id": []}, 5, None)] == [None] * 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON at column 1"),
        ("{'a': 1}", "not JSON at column 2"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": Infinity}', "Infinity is no number in JSON"),
    ],
)
def test_what_is_not_json_says_where(text, reason):
    with pytest.raises(WrongValueError, match=reason):
        parsed(text)


def test_a_number_of_a_million_digits_is_only_large():
    assert parsed("1" * 1_000_000) == float("inf")
