import json

import pytest

from core.errors import InvalidDataset
from evaluation.readers.choice import read_dataset


@pytest.fixture
def squad(tmp_path):
    """Return a function that writes paragraphs, each a text with its questions."""

    def write(*paragraphs, indent=None):
        file = tmp_path / "dev.json"
        told = [{"context": text, "qas": questions} for text, questions in paragraphs]
        content = {"data": [{"title": "Sea", "paragraphs": told}]}
        file.write_text(json.dumps(content, indent=indent))
        return file

    return write


def asked(number, **more):
    return {"id": f"q{number}", "question": f"Question {number}?", "answers": [], **more}


def test_each_question_is_answered_by_its_own_paragraph(squad):
    found = read_dataset(squad(("The moon.", [asked(1), asked(2)]), ("The sun.", [asked(3)])))
    pairs = [(each.query, each.document, each.grade) for each in found.judgements]
    assert pairs == [("q1", "p0", 1), ("q2", "p0", 1), ("q3", "p1", 1)]
    assert [each.pages[0].text for each in found.collection.documents] == ["The moon.", "The sun."]
    assert found.collection.documents[0].metadata.title == ""


def test_identical_paragraphs_are_one_document(squad):
    found = read_dataset(squad(("The moon.", [asked(1)]), ("The moon.", [asked(2)])))
    assert len(found.collection.documents) == 1
    assert {each.document for each in found.judgements} == {"p0"}


def test_impossible_questions_are_the_unanswerable_ones(squad):
    found = read_dataset(squad(("The moon.", [asked(1), asked(2, is_impossible=True)])))
    assert list(found.queries) == ["q1"]
    assert [each.id for each in found.unanswerable] == ["q2"]


@pytest.mark.parametrize(
    ("paragraph", "message"),
    [
        (("", [asked(1)]), 'paragraphs.1.: "context" is missing'),
        (("The sun.", [{"id": "q1"}]), 'line 19: data.0..paragraphs.1..qas.0.: "question" is'),
        (("The sun.", [{"question": "Why?"}]), 'qas.0.: "id" is missing'),
        (("The sun.", [asked(9)]), 'question "q9" is there twice'),
        (("The sun.", None), '"qas" is no list of objects'),
        (("The sun.", ["Why?"]), '"qas" is no list of objects'),
    ],
)
def test_a_defect_is_named_with_its_place(squad, paragraph, message):
    with pytest.raises(InvalidDataset, match=message):
        read_dataset(squad(("The moon.", [asked(9)]), paragraph, indent=0))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"data": [\n{"title": }]}', "line 2: broken JSON, expecting value at character 11"),
        (b"\n\n\xff", "line 3: not UTF-8"),
        (b"[]", "no JSON object"),
        (b"{}", 'line 1: "data" is no list'),
        (b'{"data": []}', "no judgement says"),
    ],
)
def test_what_is_no_squad_is_refused(tmp_path, content, message):
    (tmp_path / "dev.json").write_bytes(content)
    with pytest.raises(InvalidDataset, match=message):
        read_dataset(tmp_path / "dev.json")
