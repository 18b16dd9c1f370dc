import pytest

from core.errors import InvalidDataset
from evaluation.readers.choice import read_dataset
from evaluation.readers.runs import read_run, write_run


@pytest.fixture
def judged(tmp_path):
    """Return a function that writes judgements beside two queries."""

    def write(*lines, name="qrels.trec"):
        (tmp_path / "queries.tsv").write_text("q1\twhy tides\nq2\t潮汐\n", encoding="utf-8")
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
        return tmp_path

    return write


@pytest.mark.parametrize("name", ["qrels.trec", "qrels.txt", "mine.qrels"])
def test_queries_and_judgements_are_read_without_documents(judged, name):
    found = read_dataset(judged("q1 0 d1 1", "q2 0 d2 -2.0", "q2 0 d3 3 ", name=name))
    assert found.collection is None
    assert [each.language for each in found.queries.values()] == ["en", "zh"]
    assert [each.grade for each in found.judgements] == [1, -2, 3]


def test_a_judgement_may_name_a_page(judged):
    found = read_dataset(judged("q1 0 book.pdf#page=12 2", "q1 0 other 1"))
    assert [(each.document, each.page) for each in found.judgements] == [
        ("book.pdf", 12),
        ("other", None),
    ]


def test_queries_of_the_kind_unanswerable_are_to_be_refused(tmp_path):
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "tides"}\n'
        '{"_id": "q2", "text": "taxes", "kind": "unanswerable"}\n'
        '{"_id": "q3", "text": "nobody judged it"}\n'
    )
    (tmp_path / "qrels.trec").write_text("q1 0 d1 1\n")
    found = read_dataset(tmp_path)
    assert list(found.queries) == ["q1"]
    assert [each.id for each in found.unanswerable] == ["q2"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 d1 1", "qrels.trec: line 2: 3 fields: give query, 0, document, grade"),
        ("q1 0 d1 yes", 'line 2: grade "yes" is no whole number'),
        ("q7 0 d1 1", 'line 2: no query "q7" in the queries'),
    ],
)
def test_a_defect_is_named_with_its_line(judged, line, message):
    with pytest.raises(InvalidDataset, match=message):
        read_dataset(judged("q1 0 d1 1", line))


def test_two_files_of_judgements_are_one_too_many(judged):
    judged("q1 0 d1 1", name="mine.qrels")
    with pytest.raises(InvalidDataset, match=r"holds mine.qrels and qrels.trec: leave one"):
        read_dataset(judged("q1 0 d1 1"))


def test_a_run_that_was_written_reads_as_it_was(tmp_path):
    ranked = {"q1": ["d3", "d1", "d2"], "q2": ["d1"]}
    write_run(tmp_path / "a.run", ranked)
    assert read_run(tmp_path / "a.run") == ranked
    assert (tmp_path / "a.run").read_text().splitlines()[0] == "q1 Q0 d3 1 100 wenhai"


def test_a_run_is_ordered_by_score_and_ties_as_trec_eval_has_them(tmp_path):
    (tmp_path / "a.run").write_text("q Q0 a 1 0.5 x\nq Q0 b 2 0.5 x\nq Q0 c 3 9e1 x\n")
    assert read_run(tmp_path / "a.run") == {"q": ["c", "b", "a"]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q Q0 a 1 0.5", "line 1: 5 fields"),
        ("q Q0 a 1 high x", 'line 1: score "high" is no number'),
        ("q Q0 a 1 1 x\nq Q0 a 2 0 x", 'line 2: document "a" is there twice for query "q"'),
        ("", "empty"),
    ],
)
def test_a_broken_run_is_named_with_its_line(tmp_path, line, message):
    (tmp_path / "a.run").write_text(line)
    with pytest.raises(InvalidDataset, match=message):
        read_run(tmp_path / "a.run")


def test_an_id_with_a_space_cannot_be_written_to_a_run(tmp_path):
    with pytest.raises(InvalidDataset, match='id "a b" holds a space'):
        write_run(tmp_path / "a.run", {"q": ["a b"]})
