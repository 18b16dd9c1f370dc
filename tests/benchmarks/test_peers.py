from ir_measures import nDCG

from benchmarks.peers.rows import DEPTH, Rows, read_queries, read_rows, write_run
from benchmarks.peers_sets import CUTS, JudgedSet, write_rows
from benchmarks.peers_table import Column, table
from core.types import Metadata, Page, SourceDocument
from evaluation.datasets import Collection, Dataset, JudgedQuery
from evaluation.metrics import Measured
from evaluation.readers.runs import read_run

MEASURE = nDCG @ 10
COLUMN = Column("d2l", MEASURE, "zh>en")


def reached(*values):
    per_query = {f"q{at}": {str(MEASURE): value} for at, value in enumerate(values)}
    return {COLUMN: Measured((MEASURE,), per_query)}


def test_the_best_row_speaks_for_its_document():
    rows = Rows(["a", "a", "b"], ["zh", "zh", "zh"], ["一", "二", "三"])
    assert list(rows.best_documents([1, 2, 0])) == ["a", "b"]


def test_a_language_that_fills_the_first_places_leaves_room_for_the_other():
    chinese = [f"zh{number}" for number in range(DEPTH + 1)]
    rows = Rows([*chinese, "en"], [*["zh"] * len(chinese), "en"], [""] * (len(chinese) + 1))
    found = list(rows.best_documents(range(len(rows.texts))))
    assert found == [*chinese[:DEPTH], "en"]


def test_a_peer_gets_every_text_and_its_run_is_read_as_it_was_written(tmp_path):
    document = SourceDocument("d", Metadata("潮汐"), (Page("月亮的引力。"), Page("每天两次。")))
    queries = {"q": JudgedQuery("q", "潮汐", "here")}
    judged = JudgedSet("s", Dataset("s", queries, (), ()), Collection(tmp_path, [document]))
    for cut in CUTS:
        write_rows(tmp_path, judged, cut)
        rows = read_rows(tmp_path)
        assert set(rows.documents) == {"d"}
        assert "".join(rows.texts).replace("\n", "") == "潮汐月亮的引力。每天两次。"
    assert read_queries(tmp_path) == {"q": "潮汐"}
    write_run(tmp_path / "peer.run", [("q", ["d", "c"])])
    assert read_run(tmp_path / "peer.run") == {"q": ["d", "c"]}


def test_the_table_says_where_a_peer_is_better():
    rows = {"peer": reached(*[1.0] * 20), "ours": reached(*[0.5] * 20)}
    assert "BEHIND -0.500 |" in table(rows, "ours")
    assert "| **1.000** |" in table(rows, "ours")


def test_the_table_says_how_likely_a_lead_is_chance():
    rows = {"peer": reached(0.5, 0.5), "ours": reached(0.6, 0.5)}
    assert "+0.050, p 1.00" in table(rows, "ours")
