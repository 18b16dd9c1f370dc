"""A folder becomes a library: new files in, unchanged ones skipped, broken ones reported."""

import os
from pathlib import Path

import pytest

from core.errors import UnreadableFile
from core.types import Problem
from indexer.build import LibraryBuilder, NoProgress, Report
from indexer.readers import markdown
from store.view import LibraryView
from store.writer import LibraryWriter


class Folder:
    """A folder of documents beside a library."""

    def __init__(self, root, encoder):
        self.docs, self.library, self._encoder = root / "docs", root / "library", encoder
        self.docs.mkdir()

    def write(self, name: str, text: str) -> Path:
        (self.docs / name).write_text(text, encoding="utf-8")
        return self.docs / name

    def index(self, *, prune: bool = False) -> Report:
        with LibraryWriter(self.library, self._encoder.card) as writer:
            return LibraryBuilder(writer, self._encoder, NoProgress()).index(
                [self.docs], prune=prune
            )

    def documents(self) -> dict[str, str]:
        catalogue = LibraryView(self.library).catalogue
        keys = set(LibraryView(self.library).table.documents.tolist())
        found = catalogue.documents(keys).values()
        return {each.label: each.metadata.title for each in found}


@pytest.fixture
def folder(tmp_path, encoder):
    return Folder(tmp_path, encoder)


def test_files_become_documents_with_their_titles(folder):
    folder.write("a.md", "# 参数服务器\n\n把参数分布在多台机器上。")
    folder.write("b.txt", "Consistent hashing\n\nKeys move only to neighbours.")
    report = folder.index()
    assert (report.indexed, report.documents, report.problems) == (2, 2, [])
    assert folder.documents() == {"a.md": "参数服务器", "b.txt": "Consistent hashing"}


def test_unchanged_files_are_skipped_and_changed_ones_replaced(folder):
    folder.write("a.md", "# One\n\nFirst text.")
    folder.write("b.md", "# Two\n\nSecond text.")
    folder.index()
    folder.write("b.md", "# Three\n\nThird text.")
    report = folder.index()
    assert (report.unchanged, report.indexed, report.passages) == (1, 1, 2)
    assert folder.documents() == {"a.md": "One", "b.md": "Three"}


def test_a_broken_file_is_a_line_in_the_report_and_the_rest_goes_on(folder):
    folder.write("a.md", "# Whole\n\nText.")
    folder.write("b.pdf", "<html>no PDF at all</html>")
    folder.write("c.txt", "")
    report = folder.index()
    assert folder.documents() == {"a.md": "Whole"}
    assert [(each.where, each.reason.split(":")[0]) for each in report.problems] == [
        ("b.pdf", report.problems[0].reason.split(":")[0]),
        ("c.txt", "empty"),
    ]


def test_a_file_that_breaks_later_keeps_what_it_said(folder):
    path = folder.write("a.md", "# Whole\n\nText.")
    folder.index()
    path.write_bytes(b"")
    assert [each.reason for each in folder.index().problems] == ["empty"]
    assert folder.documents() == {"a.md": "Whole"}


def test_files_that_are_gone_stay_until_they_are_pruned(folder):
    folder.write("a.md", "# One\n\nText.")
    folder.write("b.md", "# Two\n\nText.").unlink()
    gone = folder.write("c.md", "# Three\n\nText.")
    folder.index()
    gone.unlink()
    assert folder.index().removed == 0
    assert folder.index(prune=True).removed == 1
    assert folder.documents() == {"a.md": "One"}


def test_a_path_that_does_not_exist_prunes_nothing(folder):
    folder.write("a.md", "# One\n\nText.")
    folder.index()
    folder.docs.rename(folder.docs.with_name("moved"))
    with pytest.raises(UnreadableFile, match="no such file or folder"):
        folder.index(prune=True)
    assert folder.documents() == {"a.md": "One"}


def test_only_changed_lines_of_a_catalogue_are_embedded_again(folder):
    line = '{"id": "%s", "title": "%s", "snippets": ["text of %s"]}\n'
    folder.write("c.jsonl", line % ("a", "A", "a") + line % ("b", "B", "b"))
    folder.index()
    folder.write("c.jsonl", line % ("a", "A", "a") + line % ("c", "C", "c"))
    report = folder.index()
    assert (report.documents, report.passages) == (1, 2)
    catalogue = LibraryView(folder.library).catalogue
    assert [catalogue.document(each) is not None for each in "abc"] == [True, False, True]


def test_a_broken_line_keeps_its_old_document_and_is_reported_each_time(folder):
    good = '{"id": "a", "title": "A", "snippets": ["text"]}\n'
    folder.write("c.jsonl", good + '{"id": "b", "title": "B", "snippets": ["more"]}\n')
    folder.index()
    folder.write("c.jsonl", good + '{"id": "b", "title"\n')
    reports = [folder.index(), folder.index()]
    assert [each.problems[0].where for each in reports] == ["c.jsonl: line 2"] * 2
    assert LibraryView(folder.library).catalogue.document("b") is not None


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(folder, monkeypatch):
    path = folder.write("a.md", "# Old\n\nText.")

    def read_while_written(file):
        yield from markdown.read(file)
        path.write_text("# New\n\nLonger text.")

    with monkeypatch.context() as patched:
        patched.setitem(__import__("indexer.readers").readers.READERS, ".md", read_while_written)
        assert "changed while it was read" in folder.index().problems[0].reason
    folder.index()
    assert folder.documents() == {"a.md": "New"}


def test_a_reader_that_fails_unexpectedly_stops_nothing(folder, monkeypatch):
    folder.write("a.md", "# One\n\nText.")
    folder.write("b.txt", "Two\n\nText.")

    def failing(_file):
        raise RuntimeError("a bug")
        yield

    monkeypatch.setitem(__import__("indexer.readers").readers.READERS, ".txt", failing)
    report = folder.index()
    assert report.problems[0].reason == "unexpected RuntimeError: a bug"
    assert folder.documents() == {"a.md": "One"}


def test_two_catalogues_with_one_id_for_two_documents_are_told_apart(folder):
    folder.write("a.csv", "id,title,snippets\n1,Zebras,why zebras have stripes\n")
    folder.write("b.csv", "id,title,snippets\n1,Tunnels,how quanta tunnel\n")
    report = folder.index()
    assert [each.reason for each in report.problems] == [
        "its id is that of 'Zebras' in a.csv: give each its own"
    ]
    catalogue = LibraryView(folder.library).catalogue
    assert catalogue.document("1").metadata.title == "Zebras"


def test_files_of_other_types_are_counted_and_libraries_passed_over(folder):
    folder.library = folder.docs / "library"
    for name in ("a.md", "b.docx", "c.PPTX", "d.pptx", ".hidden.docx"):
        folder.write(name, "# Raft\n\nA log.")
    assert folder.index().other_types == {".docx": 1, ".pptx": 2}
    assert folder.index().other_types == {".docx": 1, ".pptx": 2}


def test_a_pipe_among_the_files_is_passed_over(folder):
    folder.write("a.md", "# One\n\nText.")
    os.mkfifo(folder.docs / "pipe.txt")
    assert folder.index().problems == []
    assert folder.documents() == {"a.md": "One"}


def test_nothing_is_pruned_below_a_folder_that_cannot_be_listed(folder, monkeypatch):
    (folder.docs / "sub").mkdir()
    folder.write("sub/a.md", "# One\n\nText.")
    folder.index()
    unlisted = Problem(str(folder.docs / "sub"), "cannot be listed: permission denied")
    monkeypatch.setattr("indexer.build.scan", lambda _roots: [unlisted])
    assert folder.index(prune=True).removed == 0


def test_pruning_understands_every_spelling_of_a_path(folder):
    folder.write("a.md", "# One\n\nText.")
    folder.index()
    (folder.docs / "a.md").unlink()
    folder.docs = folder.docs / ".." / "docs"
    assert folder.index(prune=True).removed == 1
