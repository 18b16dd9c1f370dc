"""A judged set is asked of a library, in this process and over HTTP."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from core.errors import InvalidDataset, InvalidSetting, ServerFailed
from core.types import Metadata, Page, SourceDocument
from evaluation.building import build
from evaluation.copies import Copies
from evaluation.datasets import Collection, JudgedQuery
from evaluation.evaluate import Wanted, evaluate
from evaluation.readers.choice import read_dataset
from evaluation.report import report, summary
from evaluation.server import ServerTarget
from evaluation.targets import Asking, LibraryTarget
from indexer.build import NoProgress
from search.engine import Engine


def nothing():
    """Hear of an answer and show nothing."""


@pytest.fixture
def engine_of(encoder, tmp_path):
    """Return a function that makes a library of documents, and an engine over it."""

    def make(collection):
        build(collection, tmp_path / "library", encoder, NoProgress())
        return Engine(tmp_path / "library", encoder)

    return make


@pytest.fixture
def over_http(server):
    with ServerTarget(server, 4, Copies()) as target:
        yield target


def test_every_question_finds_its_documents_in_both_languages(bilingual_set, target):
    values = report(evaluate(read_dataset(bilingual_set), target, Wanted(), nothing))
    assert (values["queries"], values["documents"], values["mode"]) == (6, 6, "hybrid")
    assert list(values["directions"]) == ["en>en", "en>zh", "en>both", "zh>en", "zh>zh", "zh>both"]
    assert values["directions"]["zh>en"] == {
        "nDCG@10": 1.0,
        "RR@10": 1.0,
        "R@100": 1.0,
        "P@10": pytest.approx(0.1),
        "queries": 3,
    }
    assert values["kinds"]["question"]["queries"] == 6
    assert values["per_query"]["q-zh-tide"]["RR@10"] == 1.0
    assert values["latency_ms"]["n"] == 6
    assert 0 < values["latency_ms"]["p50"] <= values["latency_ms"]["p99"]


def test_a_server_gives_the_same_values_as_the_library(bilingual_set, target, over_http):
    dataset = read_dataset(bilingual_set)
    here = report(evaluate(dataset, target, Wanted(), nothing))
    there = report(evaluate(dataset, over_http, Wanted(), nothing))
    for name in ("metrics", "directions", "kinds", "per_query", "per_query_directions"):
        assert there[name] == here[name]


def test_what_has_no_answer_is_measured_beside_it(bilingual_set, target, over_http):
    strange = [JudgedQuery("s", "flibber quandle noodle", "line 1")]
    for asked in (target, over_http):
        found = evaluate(read_dataset(bilingual_set), asked, Wanted(unanswerable=strange), nothing)
        values = report(found)["unanswerable"]
        assert values["queries"] == 1
        assert values["auc"] == 1.0
        assert 0 < values["cut_off"] < 1
        assert values["refused"] in (0.0, 1.0)


def test_a_summary_has_nothing_of_single_queries(bilingual_set, target):
    wanted = Wanted(unanswerable=[JudgedQuery("s", "noodle", "line 1")])
    values = report(evaluate(read_dataset(bilingual_set), target, wanted, nothing))
    assert "q-zh-tide" in json.dumps(values)
    assert "q-zh-tide" not in json.dumps(summary(values))


def test_judgements_on_documents_that_are_not_there_are_refused(tmp_path, target, over_http):
    (tmp_path / "queries.tsv").write_text("q1\ttides\n")
    (tmp_path / "qrels.trec").write_text("q1 0 en-tide 1\nq1 0 d8 1\nq1 0 d9 0\n")
    for asked in (target, over_http):
        with pytest.raises(InvalidDataset, match=r'qrels.trec: line 2: no document "d8" in'):
            evaluate(read_dataset(tmp_path), asked, Wanted(), nothing)


def test_finding_any_copy_is_finding_the_document(beir, engine_of):
    documents = [
        {"_id": "cn", "title": "", "text": "参数服务器把参数分布在多台机器上"},
        {"_id": "tw", "title": "", "text": "參數服务器把參數分布在多台機器上"},
        {"_id": "sea", "title": "", "text": "月亮的引力让海水涨落"},
    ]
    query = {"_id": "q", "text": "参数服务器"}
    for judged in (["q\tcn\t1"], ["q\ttw\t1"], ["q\ttw\t1", "q\tcn\t1"]):
        dataset = read_dataset(beir(corpus=documents, queries=[query], test=judged))
        found = evaluate(dataset, LibraryTarget(engine_of(dataset.collection)), Wanted(), nothing)
        assert found.overall.means()["nDCG@10"] == 1.0
        assert found.overall.means()["P@10"] == pytest.approx(0.1)
        assert len(found.answers["q"].ids) == 2


def test_a_hit_of_a_server_stands_for_its_copies(beir, engine_of, served):
    text = " ".join(f"The moon pulls the sea of coast number {n} twice a day." for n in range(40))
    documents = [{"_id": name, "title": "", "text": text} for name in ("one", "two")]
    judged = beir(corpus=documents, test=["q1\tone\t1", "q1\ttwo\t2"])
    dataset = read_dataset(judged)
    with (
        served(engine_of(dataset.collection)) as address,
        ServerTarget(address, 2, Copies()) as target,
    ):
        values = report(evaluate(dataset, target, Wanted(), nothing))
    assert values["metrics"]["nDCG@10"] == 1.0
    assert values["metrics"]["P@10"] == pytest.approx(0.1)


def test_judged_pages_are_measured_by_themselves(tmp_path, engine_of):
    texts = ["水稻在春天播种。", "番茄幼苗每天早上浇水。", "月亮的引力让海水一天涨落两次。"]
    pages = tuple(Page(text, number) for number, text in enumerate(texts, 1))
    (tmp_path / "books").write_text("books")
    books = Collection(tmp_path / "books", [SourceDocument("book", Metadata(""), pages)])
    (tmp_path / "queries.tsv").write_text("q1\t番茄怎么浇水\n")
    (tmp_path / "qrels.trec").write_text("q1 0 book#page=2 1\nq1 0 book#page=3 0\n")
    target = LibraryTarget(engine_of(books))
    values = report(evaluate(read_dataset(tmp_path), target, Wanted(), nothing))
    assert values["metrics"]["RR@10"] == 1.0
    assert values["pages"]["nDCG@10"] == 1.0
    assert values["pages"]["queries"] == 1


def test_a_query_that_cannot_be_asked_is_named(bilingual_set, target):
    wanted = Wanted(unanswerable=[JudgedQuery("bad", " ", "file.txt: line 3")])
    with pytest.raises(InvalidDataset, match=r'file.txt: line 3: query "bad": q is empty'):
        evaluate(read_dataset(bilingual_set), target, wanted, nothing)


@pytest.mark.parametrize("url", ["ftp://x", "localhost:8000"])
def test_an_address_has_to_be_one_of_http(url):
    with pytest.raises(InvalidSetting, match="give an address with http:// or https://"):
        ServerTarget(url, 1, Copies())


def test_a_server_that_is_not_there_is_told():
    with (
        ServerTarget("http://127.0.0.1:9", 2, Copies()) as nobody,
        pytest.raises(ServerFailed, match=r"cannot be asked .*: start it with `wenhai serve`"),
    ):
        list(nobody.answers(["tides"], Asking()))


def test_what_a_server_says_is_wrong_is_shown(over_http):
    with pytest.raises(ServerFailed, match=r'answers to "a+" with 422: .*at most 2,?000'):
        list(over_http.answers(["a" * 2001], Asking()))


def test_a_server_of_another_version_is_told():
    class OldAnswers(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"verdict": {}, "hits": [{"id": "d1"}]}')

    with HTTPServer(("127.0.0.1", 0), OldAnswers) as old:
        Thread(target=old.serve_forever).start()
        with ServerTarget(f"http://127.0.0.1:{old.server_port}", 1, Copies()) as target:
            with pytest.raises(ServerFailed, match="an answer of another form: ask a Wenhai"):
                list(target.answers(["tides"], Asking()))
            with pytest.raises(ServerFailed, match="a verdict of another form"):
                target.ask("tides", "hybrid")
        old.shutdown()


def test_another_kind_of_server_is_told(server):
    with (
        ServerTarget(f"{server}/docs", 1, Copies()) as other,
        pytest.raises(ServerFailed, match="with 404"),
    ):
        list(other.answers(["tides"], Asking()))
