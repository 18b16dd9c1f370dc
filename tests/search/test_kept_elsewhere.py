"""A library that was saved and restored, or exported and read back, gives the same answers."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from core.types import Metadata, Page, SourceDocument
from indexer.build import LibraryBuilder, NoProgress
from indexer.export import exported
from indexer.parts import part_of
from search.asking.query import SearchRequest
from search.engine import Engine
from store.catalogue.reading import Catalogue
from store.catalogue.schema import open_readable
from store.layout import LibraryLayout
from store.snapshot.create import create
from store.snapshot.restore import restore
from store.writer import LibraryWriter

QUERIES = Path(__file__).parents[2] / "data" / "judgements" / "queries.jsonl"


class Quiet:
    def start(self, total):
        pass

    def done(self, count):
        pass


def exported_to(root: Path, file: Path) -> Path:
    with closing(open_readable(LibraryLayout(root).catalogue)) as connection:
        lines = [each.text for each in exported(Catalogue(connection, root))]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def indexed(file: Path, root: Path, encoder) -> Path:
    with LibraryWriter(root, encoder.card) as writer:
        report = LibraryBuilder(writer, encoder, NoProgress()).index([file])
    assert report.problems == []
    return root


def answers(root: Path, encoder, mode: str):
    engine = Engine(root, encoder)
    queries = [json.loads(line)["text"] for line in QUERIES.read_text("utf-8").splitlines()]
    pages = [engine.search(SearchRequest(q, mode=mode, semantic_marks=False)) for q in queries[::8]]
    assert len(pages) >= 30
    return [
        (page.total, [(hit.document.id, round(hit.relevance, 6)) for hit in page.hits])
        for page in pages
    ]


@pytest.fixture(scope="module")
def elsewhere(sample_library, encoder, tmp_path_factory):
    """Return the sample library restored from a snapshot, and read back from its export."""
    folder = tmp_path_factory.mktemp("elsewhere")
    create(sample_library, folder / "library.tar", Quiet())
    restore(folder / "library.tar", folder / "restored", Quiet())
    file = exported_to(sample_library, folder / "library.jsonl")
    return folder / "restored", indexed(file, folder / "read-back", encoder)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_the_answers_are_the_same_elsewhere(sample_library, elsewhere, encoder, mode):
    expected = answers(sample_library, encoder, mode)
    for root in elsewhere:
        assert answers(root, encoder, mode) == expected


def test_an_export_of_what_was_read_back_is_the_same_export(sample_library, elsewhere, tmp_path):
    first = exported_to(sample_library, tmp_path / "first.jsonl")
    second = exported_to(elsewhere[1], tmp_path / "second.jsonl")
    assert second.read_text() == first.read_text()


def test_every_fact_comes_along_and_several_files_become_one_line(encoder, tmp_path):
    facts = Metadata(
        "标题 | “title”",
        url="https://example.org/a",
        authors=("A; B", "文"),
        language="zh",
        file_type="pdf",
        page_count=3,
        size_bytes=0,
        price=0.5,
        uploaded_at="2023-05",
        tags=("x",),
        source="site",
        fields={"grade": 2.0, "open": True, "kind": "a\nb", "terms": ("x", "y")},
    )
    first = part_of(SourceDocument("an/id", facts, (Page("第一页。", 1),)))
    second = part_of(SourceDocument("an/id", facts, (Page("第二页。\n再来。", 2), Page("完。"))))
    with LibraryWriter(tmp_path / "one", encoder.card) as writer, writer.turn() as turn:
        for name, part in (("a.txt", first), ("b.txt", second)):
            texts = turn.catalogue.unknown_texts(name, [part])
            vectors = dict(zip(texts, encoder.encode_passages(texts), strict=True))
            turn.add(name, name, [part], vectors)
    file = exported_to(tmp_path / "one", tmp_path / "one.jsonl")
    indexed(file, tmp_path / "two", encoder)
    document = Engine(tmp_path / "two", encoder).view.document("an/id")
    assert document.metadata == facts
    assert exported_to(tmp_path / "two", tmp_path / "two.jsonl").read_text() == file.read_text()
