"""`--collection`: libraries beside the library, from the command line."""

import json


def test_a_collection_is_indexed_and_searched_alone(wenhai, tmp_path):
    (tmp_path / "owls.md").write_text("# Owls\n\nOwls hunt at night and hear a mouse.")
    place = ("--library", "library", "--collection", "birds")
    assert wenhai("index", "owls.md", *place).returncode == 0
    found = json.loads(wenhai("search", "owls hunting", "--json", *place).stdout)
    assert [hit["title"] for hit in found["hits"]] == ["Owls"]
    (document,) = [hit["id"] for hit in found["hits"]]
    assert wenhai("similar", document, *place).returncode == 0
    assert json.loads(wenhai("status", "--json", *place).stdout)["documents"] == 1
    assert wenhai("tasks", *place).stdout == "no tasks\n"
    assert wenhai("status", "--library", "library").returncode == 1


def test_the_library_can_be_made_after_its_collection(wenhai, tmp_path):
    (tmp_path / "mice.md").write_text("# Mice\n\nMice sleep in the day.")
    for more in (("--collection", "mice"), ()):
        assert wenhai("index", "mice.md", "--library", "library", *more).returncode == 0


def test_a_name_that_none_can_have_is_refused(wenhai):
    result = wenhai("status", "--library", "library", "--collection", "../x")
    assert result.returncode == 1
    assert result.stderr.startswith('error: "../x" is no name of a collection: take')
