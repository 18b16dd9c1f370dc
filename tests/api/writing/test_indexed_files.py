"""Documents that come from indexed files, changed and deleted over HTTP."""

from urllib.parse import quote

import pytest

from indexer.build import LibraryBuilder, NoProgress
from indexer.readers.files import document_id
from store.writer import LibraryWriter


def path_of(document_id: str) -> str:
    return f"/v1/documents/{quote(document_id, safe='')}"


def test_a_document_of_a_file_can_be_corrected(client, documents_of_files):
    path = path_of(documents_of_files["notes.md"])
    client.patch(f"{path}?wait=60s", json={"title": "Tomatoes, corrected", "tags": ["garden"]})
    found = client.get(path).json()
    assert (found["title"], found["document"]["tags"]) == ("Tomatoes, corrected", ["garden"])
    assert found["document"]["path"] == "notes.md"
    assert found["passages"]
    client.patch(f"{path}?wait=60s", json={"title": None})
    assert client.get(path).json()["title"] == "Tomatoes"


def test_a_deleted_document_of_a_file_comes_back_when_the_file_changes(
    client, root, encoder, documents_of_files
):
    path = path_of(documents_of_files["bread.md"])
    file = documents_of_files["folder"] / "bread.md"
    assert client.delete(f"{path}?wait=60s").status_code == 200
    for text, status in ((None, 404), ("# Bread\n\nKnead it twice.", 200)):
        if text:
            file.write_text(text)
        with LibraryWriter(root, encoder.card) as writer:
            LibraryBuilder(writer, encoder, NoProgress()).index([file])
        assert client.get(path).status_code == status


@pytest.fixture(scope="module")
def documents_of_files(root, encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    (folder / "notes.md").write_text("# Tomatoes\n\nWater them every morning.")
    (folder / "bread.md").write_text("# Bread\n\nFeed the sourdough starter.")
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])
    names = {name: document_id(folder / name) for name in ("notes.md", "bread.md")}
    return {**names, "folder": folder}
