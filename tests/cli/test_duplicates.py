"""Copies in the terminal: one hit that names the others, and counts that say so."""

import json

import pytest

TEXT = "参数服务器把模型参数分布在多台机器上，节点宕机后由检查点恢复。"


@pytest.fixture
def library(wenhai, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("a.md", "b.md"):
        (folder / name).write_text(f"# 参数服务器\n\n{TEXT}")
    run = wenhai("index", "docs", "--library", "lib")
    assert "2 documents (1 of them copies of others)" in run.stdout
    return "lib"


def test_a_hit_names_its_copies_and_all_shows_them_apart(wenhai, library):
    folded = wenhai("search", "参数服务器", "--library", library).stdout
    assert folded.startswith("1 document ")
    assert "also here: b.md" in folded
    every = wenhai("search", "参数服务器", "--library", library, "--duplicates", "all").stdout
    assert every.startswith("2 documents")
    assert "also here" not in every


def test_the_status_counts_the_copies(wenhai, library):
    status = json.loads(wenhai("status", "--library", library, "--json").stdout)
    assert (status["documents"], status["copies"]) == (2, 1)


def test_another_word_for_duplicates_is_one_line_that_says_what_to_do(wenhai, library):
    run = wenhai("search", "参数服务器", "--library", library, "--duplicates", "none")
    assert (run.returncode, run.stderr) == (1, 'error: duplicates is "none": take fold or all\n')
