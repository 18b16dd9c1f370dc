import pytest

from core.errors import InvalidDataset, InvalidSetting
from evaluation.readers.choice import read_dataset

DOCUMENT = {"_id": "d1", "title": "", "text": "the moon pulls the sea"}
QUERY = {"_id": "q1", "text": "why are there tides"}


def test_a_set_is_read_with_its_languages_and_kinds(beir):
    documents = [
        {"_id": "d1", "title": "Tides", "text": "the moon", "language": "en"},
        {"_id": "d2", "title": "", "text": "月亮", "metadata": {"language": "zh-TW"}},
    ]
    queries = [{**QUERY, "language": "zh_Hans", "kind": "question"}]
    found = read_dataset(beir(corpus=documents, queries=queries))
    assert found.queries["q1"].language == "zh"
    assert found.queries["q1"].kind == "question"
    assert [each.metadata.language for each in found.collection.documents] == ["en", "zh-TW"]
    assert found.collection.documents[0].metadata.title == "Tides"


@pytest.mark.parametrize("first", ["query-id\tcorpus-id\tscore", "q1\td2\t0"])
def test_judgements_may_have_a_heading_or_none(beir, first):
    documents = [DOCUMENT, {**DOCUMENT, "_id": "d2"}]
    found = read_dataset(beir(corpus=documents, test=[first, "q1\td1\t2"]))
    assert found.judgements[-1].grade == 2
    assert len(found.judgements) == (1 if "score" in first else 2)


@pytest.mark.parametrize("line", ["q1\td1\t2.0", "q1\td1\t2\t\t", "q1\td1\t2. "])
def test_whole_grades_may_be_written_with_a_point_and_tabs_may_follow(beir, line):
    assert [each.grade for each in read_dataset(beir(test=[line])).judgements] == [2]


def test_queries_that_nothing_answers_are_left_out(beir):
    queries = [QUERY, {"_id": "q2", "text": "x"}, {"_id": "q3", "text": "y"}]
    found = read_dataset(beir(queries=queries, test=["q1\td1\t1", "q3\td1\t0"]))
    assert list(found.queries) == ["q1"]


def test_the_split_is_test_or_the_one_that_is_named(beir):
    folder = beir(test=["q1\td1\t1"], train=["q1\td1\t3"])
    assert read_dataset(folder).judgements[0].grade == 1
    assert read_dataset(folder, "train").judgements[0].grade == 3
    with pytest.raises(InvalidDataset, match='no split "dev": take one of test, train'):
        read_dataset(folder, "dev")


def test_almost_all_in_one_language_are_all_in_it(beir):
    documents = [{"_id": str(n), "title": "", "text": f"第 {n} 篇文章"} for n in range(40)]
    documents.append({"_id": "d1", "title": "", "text": "E = mc²"})
    found = read_dataset(beir(corpus=documents))
    assert {each.metadata.language for each in found.collection.documents} == {"zh"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"corpus": [DOCUMENT] * 6 + ['{"_id": "d7", "text": "a"']}, "corpus.jsonl: line 2: doc"),
        ({"corpus": [DOCUMENT, "[1]"]}, "line 2: no JSON object"),
        ({"corpus": ['{"_id": "d1\t"}']}, "broken JSON, invalid control character at character 12"),
        ({"corpus": [{"_id": "d1"}]}, 'corpus.jsonl: line 1: "text" is missing'),
        ({"corpus": [{"text": "a"}]}, 'line 1: "_id" is missing'),
        ({"corpus": [{**DOCUMENT, "title": 7}]}, 'line 1: "title" is 7: give a text in quotes'),
        ({"corpus": [DOCUMENT, DOCUMENT]}, 'line 2: document "d1" is there twice, first in line 1'),
        ({"corpus": ["", " "]}, "corpus.jsonl: empty"),
        ({"queries": [QUERY, QUERY]}, 'queries.jsonl: line 2: query "q1" is there twice'),
        ({"queries": [{"_id": "q1", "text": " "}]}, 'line 1: "text" is missing'),
        ({"queries": [{"_id": "q1", "text": "\ufeff"}]}, 'query "q1" says nothing'),
        ({"queries": [{"_id": "q1", "text": "a" * 2001}]}, "2,001 characters, at most 2,000"),
        ({"queries": [{"_id": "\ud800", "text": "a"}]}, "holds half a character"),
        ({"test": ["q1\td1"]}, "test.tsv: line 1: 2 fields"),
        ({"test": ["q1\td1\t1", "q1\td1\thigh"]}, 'line 2: grade "high" is no whole number'),
        ({"test": ["q1\td1\t1.5"]}, 'line 1: grade "1.5" is no whole number'),
        ({"test": ["q1\td1\t1", "q9\td1\t1"]}, 'test.tsv: line 2: no query "q9"'),
        ({"test": ["q1\td8\t1", "q1\td9\t1"]}, 'line 1: no document "d8".*nor what 1 more'),
        ({"test": ["q1\td1\t1", "q1\td1\t2"]}, "line 2: document .* but 1 in .*line 1"),
        ({"test": ["q1\td1\t0"]}, "no judgement says that a document answers"),
    ],
)
def test_a_defect_is_named_with_file_and_line(beir, files, message):
    with pytest.raises(InvalidDataset, match=message):
        read_dataset(beir(**files))


def test_broken_json_on_line_7_of_10000_is_found(beir):
    lines = [{"_id": f"d{n}", "title": "", "text": "a"} for n in range(10_000)]
    lines[6] = '{"_id": "d6", "text": "a}'
    with pytest.raises(InvalidDataset, match=r"corpus.jsonl: line 7: broken JSON, unterminated"):
        read_dataset(beir(corpus=lines))


def test_what_is_not_utf8_is_found(beir):
    folder = beir()
    (folder / "queries.jsonl").write_bytes('{"_id": "q1", "text": "潮汐"}'.encode("gb18030"))
    with pytest.raises(InvalidDataset, match=r"queries.jsonl: line 1: not UTF-8 at byte 24"):
        read_dataset(folder)


def test_what_is_no_judged_set_is_refused(tmp_path):
    with pytest.raises(InvalidDataset, match="is no judged set: give a folder with"):
        read_dataset(tmp_path)
    with pytest.raises(InvalidDataset, match="no such file or folder"):
        read_dataset(tmp_path / "nowhere")
    with pytest.raises(InvalidSetting, match="is no BEIR folder"):
        read_dataset(tmp_path, "test")
