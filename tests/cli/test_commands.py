"""The command line as a user meets it: real processes, exit codes, JSON."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import LibraryNotFound
from store.view import LibraryView

TEXT = "# {0}\n\nThis page explains {0}. Nothing else on this page matters for {0}.\n"


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "overfitting.md").write_text(TEXT.format("overfitting"))
    (folder / "参数服务器.md").write_text("# 参数服务器\n\n参数服务器把模型参数分布在多台机器上。")
    return folder


def test_index_search_and_status_work_together(wenhai, docs):
    indexed = wenhai("index", str(docs), "--library", "lib")
    assert (indexed.returncode, indexed.stdout[:15]) == (0, "2 files indexed")
    found = wenhai("search", "参数服务器", "--library", "lib")
    assert "参数服务器.md" in found.stdout
    status = json.loads(wenhai("status", "--library", "lib", "--json").stdout)
    assert (status["documents"], status["languages"]) == (2, {"en": 1, "zh": 1})


def test_search_prints_the_answer_of_the_api_as_json(wenhai, docs):
    wenhai("index", str(docs), "--library", "lib")
    run = wenhai("search", "overfitting", "--library", "lib", "--limit", "1", "--json")
    answer = json.loads(run.stdout)
    assert answer["hits"][0]["title"] == "overfitting"
    assert answer["hits"][0]["document"]["path"] == "overfitting.md"
    assert answer["total"]["value"] >= 1
    assert answer["mode"] == "hybrid"


def test_search_and_similar_take_filters_and_search_counts_and_sorts(wenhai, docs):
    wenhai("index", str(docs), "--library", "lib")
    asked = ["search", "page", "--library", "lib", "--min-relevance", "0"]
    shown = wenhai(*asked, "--facet", "language", "--facet", "tags", "--sort", "title:desc").stdout
    assert "language: en 1, zh 1\ntags: unknown 2\n" in shown
    assert shown.index("参数服务器.md") < shown.index("overfitting.md")
    answer = json.loads(wenhai(*asked, "--filter", "language = zh", "--json").stdout)
    assert [hit["title"] for hit in answer["hits"]] == ["参数服务器"]
    similar = ["similar", answer["hits"][0]["id"], "--library", "lib", "--json", "--filter"]
    assert json.loads(wenhai(*similar, "language = zh").stdout)["similar"] == []
    refused = wenhai(*asked, "--filter", "langauge = zh")
    assert (refused.returncode, refused.stderr) == (
        1,
        'error: filter, column 1: unknown field "langauge": did you mean "language"?\n',
    )


def test_search_prints_marks_as_html_when_asked_to(wenhai, docs):
    wenhai("index", str(docs), "--library", "lib")
    options = ["--library", "lib", "--json", "--highlight", "html", "--snippet-columns", "40"]
    hit = json.loads(wenhai("search", "overfitting", *options).stdout)["hits"][0]
    assert hit["snippet"]["html"].count("<mark>overfitting</mark>") >= 1
    assert len(hit["snippet"]["text"]) <= 40


def test_a_terminal_shows_both_kinds_of_marks(wenhai, docs):
    wenhai("index", str(docs), "--library", "lib")
    asked = ["search", "参数服务器 overfitting", "--library", "lib", "--min-relevance", "0"]
    shown = wenhai(*asked, FORCE_COLOR="1", TERM="xterm").stdout
    assert "\x1b[1;33moverfitting\x1b[0m" in shown
    meant = wenhai(*asked, "--mode", "semantic", FORCE_COLOR="1", TERM="xterm").stdout
    assert "\x1b[4m" in meant
    assert "\x1b[1;33m" not in wenhai(*asked, "--highlight", "none", FORCE_COLOR="1").stdout


def test_similar_finds_the_other_document(wenhai, docs):
    wenhai("index", str(docs), "--library", "lib")
    run = wenhai("search", "overfitting", "--library", "lib", "--limit", "1", "--json")
    document = json.loads(run.stdout)["hits"][0]["id"]
    found = json.loads(wenhai("similar", document, "--library", "lib", "--json").stdout)
    assert [each["title"] for each in found["similar"]] == ["参数服务器"]


def test_a_file_that_cannot_be_read_shows_in_the_report_and_the_exit_code(wenhai, docs):
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    run = wenhai("index", str(docs), "--library", "lib")
    assert run.returncode == 3
    assert run.stderr.count("left out: broken.pdf: damaged") == 1
    assert "2 files indexed" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "", "--library", "lib"], "q is empty"),
        (["search", "字" * 10_000, "--library", "lib"], "q has 10,000 characters, at most 2,000"),
        (["search", "a", "--limit", "-1"], "limit is -1: take a number from 1 to 100"),
        (["search", "a", "--mode", "magic"], 'mode "magic" is unknown'),
        (["search", "a", "--highlight", "red"], 'highlight is "red": take offsets, html or none'),
        (
            ["search", "a", "--snippet-columns", "9"],
            "snippet_columns is 9: take a number from 40 to",
        ),
        (["search", "a", "--library", "nowhere"], "no library in nowhere: make one with"),
        (["index", "nowhere", "--library", "lib"], "no such file or folder: nowhere"),
        (["similar", "no-such-id", "--library", "lib"], 'no document "no-such-id"'),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(wenhai, docs, arguments, message):
    wenhai("index", str(docs), "--library", "lib")
    run = wenhai(*arguments)
    assert run.returncode == 1
    assert message in run.stderr
    assert run.stderr.count("\n") == 1


def test_a_path_that_is_not_there_leaves_no_library_behind(wenhai, tmp_path):
    assert wenhai("index", "nowhere", "--library", "new").returncode == 1
    assert not (tmp_path / "new").exists()


def test_a_port_that_is_taken_is_refused_with_a_remedy(wenhai, docs):
    wenhai("index", str(docs), "--library", "lib")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = wenhai("serve", "--library", "lib", "--port", port)
    assert run.returncode == 1
    assert "choose another --port" in run.stderr


def test_an_unknown_setting_in_the_environment_is_refused(wenhai):
    run = wenhai("status", WENHAI_LIBRAY="lib")
    assert "WENHAI_LIBRAY is no setting: did you mean library?" in run.stderr


def test_a_killed_run_loses_only_what_was_not_committed(tmp_path, docs, model_cache, wenhai):
    for number in range(700):
        (docs / f"{number:03}.md").write_text(TEXT.format(f"topic {number}"))
    library = tmp_path / "lib"
    killed = subprocess.Popen(
        [sys.executable, "-m", "cli", "index", str(docs), "--library", str(library)],
        env={**os.environ, "WENHAI_CACHE": str(model_cache)},
        stderr=subprocess.DEVNULL,
    )
    _wait_for_a_commit(library, killed)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = json.loads(wenhai("status", "--library", "lib", "--json").stdout)
    again = json.loads(wenhai("index", str(docs), "--library", "lib", "--json").stdout)
    after = json.loads(wenhai("status", "--library", "lib", "--json").stdout)
    assert 0 < before["documents"] < 702
    assert again["documents"] == 702 - before["documents"]
    assert after["documents"] == 702


def _wait_for_a_commit(library: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None
        # until its first commit it may not even be a library
        with suppress(LibraryNotFound):
            if LibraryView(library).state.sequence:
                return
        time.sleep(0.05)
    pytest.fail("no commit within a minute")
