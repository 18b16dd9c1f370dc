"""`wenhai evaluate` as a user meets it: real processes, exit codes, files."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

MATTERS = {
    "tide": ("月亮的引力让海水涨落，这就是潮汐。", "潮汐是怎么来的"),
    "tomato": ("番茄幼苗每天早上浇水。", "番茄怎么浇水"),
    "server": ("参数服务器把参数分布在多台机器上。", "参数服务器"),
}


@pytest.fixture
def judged(tmp_path):
    """Return a BEIR folder of three Chinese documents, each asked for once."""
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    lines = {"corpus.jsonl": [], "queries.jsonl": [], "qrels/test.tsv": []}
    for name, (text, question) in MATTERS.items():
        lines["corpus.jsonl"].append(json.dumps({"_id": name, "title": "", "text": text}))
        lines["queries.jsonl"].append(json.dumps({"_id": f"q-{name}", "text": question}))
        lines["qrels/test.tsv"].append(f"q-{name}\t{name}\t1")
    for file, content in lines.items():
        (folder / file).write_text("\n".join(content), encoding="utf-8")
    return folder


def test_one_command_measures_a_set_and_leaves_nothing_behind(wenhai, judged, tmp_path):
    run = wenhai("evaluate", str(judged), "--json", TMPDIR=str(tmp_path))
    values = json.loads(run.stdout)
    assert (run.returncode, run.stdout.count("\n")) == (0, 1)
    assert (values["dataset"], values["queries"], values["documents"]) == ("set", 3, 3)
    assert values["directions"]["zh>zh"]["RR@10"] == values["metrics"]["RR@10"] == 1.0
    assert list(tmp_path.glob("wenhai-evaluate-*")) == []


def test_people_see_tables(wenhai, judged, tmp_path):
    (tmp_path / "strange.txt").write_text("noodle flibber\n\nquandle\n")
    run = wenhai("evaluate", str(judged), "--unanswerable", "strange.txt", "--metric", "AP")
    lines = [line.split() for line in run.stdout.splitlines()]
    assert ["nDCG@10", "RR@10", "R@100", "P@10", "AP", "queries"] in lines
    assert ["zh→zh", "1.0000", "1.0000", "1.0000", "0.1000", "1.0000", "3"] in lines
    assert lines[0] == "set, hybrid: 3 queries over 3 documents".split()
    assert "2/2" not in run.stdout
    assert "5/5 questions" in run.stderr


def test_a_library_is_kept_and_compared_with_an_earlier_run(wenhai, judged, tmp_path):
    options = [str(judged), "--library", "lib"]
    wenhai("evaluate", *options, "--mode", "keyword", "--run", "words.run", "--json")
    run = wenhai(
        "evaluate", *options, "--html", "p.html", "--json", "--compare", "words.run", "words.run"
    )
    assert "passages/s" not in run.stderr
    first, second = json.loads(run.stdout)["comparisons"]
    assert (first["run"], second["run"]) == ("words", "words.run")
    assert first["metrics"]["RR@10"]["ours"] == 1.0
    assert set(first["per_query"]) == {"q-tide", "q-tomato", "q-server"}
    assert "Beside words" in (tmp_path / "p.html").read_text(encoding="utf-8")


def test_the_gate_lets_through_what_is_as_good_and_names_what_is_not(wenhai, judged, tmp_path):
    options = ["evaluate", str(judged), "--library", "lib"]
    (tmp_path / "good.json").write_text(wenhai(*options, "--json", "--summary").stdout)
    passed = wenhai(*options, "--gate", "good.json")
    assert passed.returncode == 0
    assert "all 8 values of the baseline hold" in passed.stderr
    baseline = json.loads((tmp_path / "good.json").read_text())
    baseline["directions"]["zh>zh"]["P@10"] = 0.5
    (tmp_path / "better.json").write_text(json.dumps(baseline))
    failed = wenhai(*options, "--gate", "better.json")
    assert failed.returncode == 1
    assert "undercut: P@10 zh>zh: was 0.5000, is 0.1000, noise 0.0020" in failed.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--metric", "NDGC"], '--metric "NDGC" is none that ir-measures can take'),
        (["--mode", "magic"], '--mode is "magic": take one of hybrid, semantic, keyword'),
        (["--html", "nowhere/p.html"], "--html is nowhere/p.html: name a file in a folder"),
        (["--gate", "nowhere.json"], "nowhere.json: cannot be read: No such file"),
        (["--compare", "nowhere.run"], "nowhere.run: cannot be read"),
        (["--unanswerable", "nowhere.txt"], "nowhere.txt: cannot be read"),
        (["words.run"], "words.run: one DATASET at a time, runs go after --compare"),
        (["--split", "dev"], 'no split "dev": take one of test'),
        (["--server", "http://127.0.0.1:9"], "http://127.0.0.1:9 cannot be asked"),
        (["--server", "http://a", "--library", "lib"], "--library and --server are both given"),
        (["--server", "http://a", "--concurrency", "0"], "--concurrency is 0: take 1 or more"),
        (
            ["--server", "http://a", "--metric", "R@1000"],
            "looks at 1,000 documents, a server",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line_before_anything_is_built(wenhai, judged, options, message):
    run = wenhai("evaluate", str(judged), *options)
    assert run.returncode == 1
    assert message in run.stderr
    assert "passages/s" not in run.stderr


def test_judgements_without_documents_need_somebody_to_ask(wenhai, tmp_path):
    (tmp_path / "queries.tsv").write_text("q1\ttides\n")
    (tmp_path / "qrels.trec").write_text("q1 0 d1 1\n")
    run = wenhai("evaluate", ".", WENHAI_LIBRARY=str(tmp_path / "none"))
    assert run.returncode == 1
    assert "name the library that it judges with --library, or a server" in run.stderr


def test_ctrl_c_ends_it_with_a_line(judged, model_cache, tmp_path):
    texts = (f'{{"_id": "d{n}", "text": "第 {n} 篇：海水涨落与潮汐。"}}' for n in range(3000))
    with (judged / "corpus.jsonl").open("a", encoding="utf-8") as corpus:
        corpus.write("\n" + "\n".join(texts))
    running = subprocess.Popen(
        [sys.executable, "-m", "cli", "evaluate", str(judged)],
        env={**os.environ, "WENHAI_CACHE": str(model_cache), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(tmp_path.glob("wenhai-evaluate-*/catalogue*")) and running.poll() is None:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=60)
    assert (running.returncode, stdout) == (130, "")
    assert stderr.splitlines()[-1] == "stopped: nothing was measured"
    assert list(tmp_path.glob("wenhai-evaluate-*")) == []


@pytest.fixture
def library(wenhai, judged):
    """Return where the documents of the judged set are kept."""
    wenhai("evaluate", str(judged), "--library", "lib")
    return "lib"


def test_recommendations_are_measured_by_judged_neighbours(wenhai, library, tmp_path):
    (tmp_path / "pairs.trec").write_text("tide 0 tomato 1\nserver 0 tide 0\nserver 0 tomato 2\n")
    asked = ["evaluate", "pairs.trec", "--neighbours", "--library", library]
    values = json.loads(wenhai(*asked, "--metric", "AP", "--json", "--summary").stdout)
    assert (values["dataset"], values["mode"], values["queries"]) == ("pairs", "neighbours", 2)
    assert values["lists"]["coverage"] == 1.0
    assert 0 < values["metrics"]["AP"] <= 1
    assert "per_query" not in values
    (tmp_path / "before.json").write_text(wenhai(*asked, "--json").stdout)
    held = wenhai(*asked, "--gate", "before.json")
    assert (held.returncode, "values of the baseline hold" in held.stderr) == (0, True)
    assert held.stdout.startswith("pairs: 2 seeds over 3 documents")
    assert "coverage" in held.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--mode", "keyword"], "--mode does not go with --neighbours"),
        (["--run", "a.run"], "--run does not go with --neighbours"),
        (["--library", "lib", "--server", "http://127.0.0.1:1"], "take one of them"),
        (["--server", "http://127.0.0.1:1"], "cannot be asked"),
        (["--library", "nowhere"], "nowhere"),
    ],
)
def test_what_does_not_go_with_neighbours_is_refused(wenhai, tmp_path, options, told):
    (tmp_path / "pairs.trec").write_text("tide 0 tomato 1\n")
    run = wenhai("evaluate", "pairs.trec", "--neighbours", *options)
    assert run.returncode == 1
    assert told in run.stderr
