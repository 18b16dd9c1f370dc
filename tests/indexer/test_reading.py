"""Files are read ahead in a process apart: in their order, whatever becomes of that process."""

import json
import time
from functools import partial
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.reading.ahead import ReadingAhead
from indexer.reading.pieces import Failed, Problem, Said, version_of
from indexer.reading.process import ReaderProcess
from indexer.scan import FoundFile


def pdf(path: Path, text: str) -> Path:
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, text)
    canvas.save()
    return path


def endless(path: Path) -> Path:
    """Write what takes a reader seconds, in one document."""
    path.write_text("把参数分布在多台机器上。" * 2_000_000, encoding="utf-8")
    return path


@pytest.fixture
def readers(workers_of):
    return partial(workers_of, "indexer.reading.worker")


def asked(process: ReaderProcess, path: Path) -> list:
    return list(process.ask(path, version_of(path)))


@pytest.fixture
def process():
    process = ReaderProcess()
    yield process
    process.close()


def test_a_process_gives_the_passages_of_a_file_without_its_pages(process, tmp_path):
    (said,) = asked(process, pdf(tmp_path / "a.pdf", "Consistent hashing moves few keys."))
    assert said.part.passages[-1].text == "Consistent hashing moves few keys."
    assert (said.part.document.pages, said.text_bytes) == ((), 34)


def test_a_broken_file_is_named_as_if_it_were_read_here(process, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"<html>no PDF</html>")
    assert asked(process, path) == [Failed("not a pdf: begins with '<html>no PDF</ht'")]


def test_a_file_that_kills_the_process_takes_no_other_with_it(process, readers, tmp_path):
    answers = process.ask(path := endless(tmp_path / "a.txt"), version_of(path))
    behind = process.ask(path := pdf(tmp_path / "b.pdf", "Whole."), version_of(path))
    time.sleep(0.3)
    readers()[0].send_signal(11)
    assert "crashes its reader (signal 11)" in next(answers).reason
    assert [type(each) for each in [*answers, *behind]] == [Said]


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    process = ReaderProcess(seconds=0.5)
    (failed,) = asked(process, endless(tmp_path / "a.txt"))
    assert "cannot be read within 0.5 s" in failed.reason
    assert [type(each) for each in asked(process, pdf(tmp_path / "b.pdf", "Whole."))] == [Said]
    process.close()


def test_files_come_in_their_order_wherever_they_are_read(tmp_path):
    paths = [pdf(tmp_path / f"{n}.pdf", f"Text {n}.") for n in range(40)]
    paths[3].with_suffix(".txt").write_text("Short text.")
    paths[5].write_bytes(b"")
    files = [FoundFile(each, each.name) for each in sorted(tmp_path.iterdir())]
    with ReadingAhead(lambda _: None, None) as ahead:
        found = [(each.found, *map(type, each.pieces)) for each in ahead.read(files)]
    kinds = [Failed if each.path == paths[5] else Said for each in files]
    assert found == list(zip(files, kinds, strict=True))


def test_a_large_catalogue_is_read_apart_line_by_line(tmp_path):
    lines = [json.dumps({"title": f"{n}", "text": "文海" * 500}) for n in range(1000)]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines, "broken"]))
    with ReadingAhead(lambda _: None, None) as ahead:
        (opened,) = ahead.read([FoundFile(tmp_path / "a.jsonl", "a.jsonl")])
        kinds = [type(each) for each in opened.pieces]
    assert kinds == [Said] * 1000 + [Problem]


def test_small_texts_and_what_is_unchanged_start_no_process(readers, tmp_path):
    (tmp_path / "a.md").write_text("# One\n\nText.")
    old = pdf(tmp_path / "b.pdf", "Old.")
    known = {"b.pdf": version_of(old).digest}
    files = [FoundFile(each, each.name) for each in (tmp_path / "a.md", old, tmp_path / "gone.pdf")]
    with ReadingAhead(lambda found: known.get(found.name.split("/")[-1]), None) as ahead:
        a, b, gone = ahead.read(files)
        assert [type(each) for each in a.pieces] == [Said]
        assert b.pieces is None
        assert list(gone.pieces) == [Failed("cannot be read: No such file or directory")]
        assert readers() == []
