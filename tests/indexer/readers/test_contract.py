"""What every reader promises, whatever the file holds."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UnreadableFile
from core.types import Problem, SourceDocument
from indexer.readers import READERS, SUPPORTED, read

SAMPLES = {
    ".md": "# 标题\n\n正文 text\n",
    ".txt": "标题\n正文 text\n",
    ".html": "<title>标题</title><p>正文 text",
    ".jsonl": '{"title": "标题", "snippets": ["正文 text"]}\n',
    ".csv": "title,snippets\n标题,正文 text\n",
    ".tsv": "title\tsnippets\n标题\t正文 text\n",
}
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
quick = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
suffixes = pytest.mark.parametrize("suffix", sorted(SUPPORTED))
MARKS = st.sampled_from(
    [
        *'{}[]"<>|`$*_#~:;,\n\t -=',
        "$$",
        "```",
        "<!--",
        "](",
        "title",
        ",",
        "\x00",
        "0 码力 | 3 页 |",
    ]
)


def check(path: Path) -> None:
    try:
        found = list(read(path))
    except UnreadableFile as error:
        found = [Problem(path.name, str(error))]
    assert found
    for each in found:
        if isinstance(each, Problem):
            assert each.where
            assert each.reason[0].islower()
            continue
        assert each.metadata.title
        texts = [each.id, each.metadata.title, *(page.text for page in each.pages)]
        assert not any(map(UNSAFE.search, texts))


@pytest.mark.parametrize("suffix", sorted(SAMPLES))
def test_the_same_file_gives_the_same_document(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"样本{suffix}"
    path.write_text(SAMPLES[suffix], encoding="utf-8")
    (first,), (again,) = list(read(path)), list(read(tmp_path / ".." / tmp_path.name / path.name))
    assert isinstance(first, SourceDocument)
    assert first == again
    assert first.metadata.title == "标题"
    assert "正文 text" in first.pages[-1].text


def test_two_paths_give_two_ids(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("同样的内容", encoding="utf-8")
    ids = {next(read(tmp_path / name)).id for name in ("a.txt", "b.txt")}  # type: ignore[union-attr]
    assert len(ids) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)


@suffixes
@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf"])
def test_a_file_without_text_is_empty(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"empty{suffix}"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"empty|not a pdf"):
        list(read(path))


@suffixes
def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        list(read(tmp_path / f"gone{suffix}"))


@pytest.mark.parametrize("suffix", sorted(SUPPORTED - {".pdf"}))
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(99), b"PK\x03\x04rest", bytes(500)])
def test_a_binary_file_is_not_text(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="not text"):
        list(read(path))


@suffixes
@quick
@given(data=st.binary(max_size=300))
def test_random_bytes_never_raise_a_foreign_error(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"random{suffix}"
    path.write_bytes(data)
    check(path)


@suffixes
@quick
@given(text=st.lists(MARKS | st.text(max_size=5), max_size=60).map("".join))
def test_any_heap_of_marks_is_survived(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"marks{suffix}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    check(path)


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"unknown file type '\.exe'.*\.pdf"):
        read(tmp_path / "setup.exe")


def test_suffixes_are_read_whatever_their_case(tmp_path: Path) -> None:
    path = tmp_path / "README.MARKDOWN"
    path.write_text("# 说明\n\n内容", encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    assert found.metadata.file_type == "md"
    assert set(READERS) == SUPPORTED


def test_a_text_above_the_limit_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(250 * 1024**2)
    with pytest.raises(UnreadableFile, match="too large: 250 MB, at most 200 MB"):
        list(read(path))
