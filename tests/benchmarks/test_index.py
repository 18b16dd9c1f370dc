"""What is indexed and encoded to measure indexing is what it is said to be."""

import json

import pytest

from benchmarks.index import Listening
from benchmarks.poems import write_catalogues
from indexer.readers import read


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package" / "dist" / "quantangshi"
    folder.mkdir(parents=True)
    for name in ("song.0", "tang.1000", "tang.0"):
        poem = {"id": name, "title": "", "author": "太宗皇帝", "paragraphs": ["秦川", "函谷"]}
        (folder / f"poet.{name}.json").write_text(json.dumps([poem] * 700))
    return tmp_path / "package"


def test_poems_become_catalogues_of_a_thousand_in_the_order_of_their_files(package, tmp_path):
    assert write_catalogues(package, tmp_path / "out", 1500) == 1500
    lines = [each.read_text().splitlines() for each in sorted((tmp_path / "out").iterdir())]
    assert [len(each) for each in lines] == [1000, 500]
    assert [json.loads(lines[at][0])["id"] for at in (0, 1)] == ["tang.0", "tang.1000"]
    document = next(read(tmp_path / "out" / "poems-0000.jsonl"))
    assert (document.metadata.title, document.pages[0].text) == ("太宗皇帝", "秦川\n函谷")


def test_batches_of_a_long_run_are_remembered_evenly(encoder):
    listening = Listening(encoder)
    for number in range(90):
        listening.encode_passages([str(number)])
    assert [int(texts[0]) for texts in listening.kept] == list(range(0, 90, 8))
    assert listening.texts == 90
