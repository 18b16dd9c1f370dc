import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import UnreadableFile
from core.types import Metadata, Page, Problem, SourceDocument
from indexer.readers import catalogue, read


def of(tmp_path: Path, text: str, name: str = "目录.jsonl") -> list[SourceDocument | Problem]:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return list(read(path))


def one(tmp_path: Path, **fields: Any) -> SourceDocument | Problem:
    (found,) = of(tmp_path, json.dumps({"title": "题目", **fields}) + "\n")
    return found


def test_a_full_line_becomes_a_document(tmp_path: Path) -> None:
    found = one(
        tmp_path, id=7, url="https://a.b/c", authors="甲、乙; 丙", language="zh-CN",
        file_type=".PDF", page_count="1,036", size_bytes="2048", price="12.5",
        uploaded_at="2024/03/18", tags=["数据"], source="站点",
        snippets=["第一段", {"text": "第二段", "page": 3}], unheard_of=1,
    )  # fmt: skip
    assert found == SourceDocument(
        "7",
        Metadata(
            "题目", "https://a.b/c", ("甲", "乙", "丙"), "zh", "pdf", 1036, 2048, 12.5,
            "2024-03-18", ("数据",), "站点",
        ),
        (Page("第一段"), Page("第二段", 3)),
    )  # fmt: skip


@pytest.mark.parametrize("fields", [{"text": "正文"}, {"content": "正文"}, {"snippets": "正文"}])
def test_one_text_is_one_snippet(tmp_path: Path, fields: dict[str, str]) -> None:
    found = one(tmp_path, **fields)
    assert isinstance(found, SourceDocument)
    assert found.pages == (Page("正文"),)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2023", "2023"), ("2023-5", "2023-05"), ("2024年3月1日", "2024-03-01"), (2022, "2022"),
     ("2024-03-18T10:00:00Z", "2024-03-18")],
)  # fmt: skip
def test_a_date_keeps_its_precision(tmp_path: Path, given: object, kept: str) -> None:
    found = one(tmp_path, uploaded_at=given)
    assert isinstance(found, SourceDocument)
    assert found.metadata.uploaded_at == kept


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("page_count", "many", "a whole number from 1"),
        ("page_count", 0, "a whole number from 1"),
        ("size_bytes", 1.5, "a whole number from 0"),
        ("price", -1, "a number from 0"),
        ("price", True, "a number from 0"),
        ("uploaded_at", "2024-02-31", "a date that exists"),
        ("uploaded_at", "yesterday", "a date: 2024"),
        ("language", "中文", "a language code"),
        ("url", "javascript:alert(1)", "http://"),
        ("authors", 5, "a list of texts"),
        ("snippets", [5], "texts, or objects"),
        ("snippets", {"text": "a", "page": 0}, "a page that is a whole number"),
        ("title", 5, "a text"),
        ("title", "", "every document needs one"),
    ],
)
def test_a_wrong_value_names_line_field_value_and_what_is_allowed(
    tmp_path: Path, field: str, value: object, allowed: str
) -> None:
    bad, good = json.dumps({"title": "甲", field: value}), json.dumps({"title": "乙"})
    problem, document = of(tmp_path, f"{bad}\n{good}\n")
    assert isinstance(problem, Problem)
    assert problem.where == "line 1"
    assert f"field '{field}'" in problem.reason
    assert allowed in problem.reason
    assert isinstance(document, SourceDocument)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": "a",}', "not JSON at column 15"),
        ("[1, 2]", "not an object but list"),
        ("[" * 100_000, "nested too deeply"),
        ('{"title": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_a_broken_line_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, line: str, reason: str
) -> None:
    problem, document = of(tmp_path, f'\ufeff{line}\r\n\r\n{{"title": "好"}}\r\n')
    assert isinstance(problem, Problem)
    assert reason in problem.reason
    assert isinstance(document, SourceDocument)


def test_a_line_that_is_too_long_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "MAX_LINE", 1024)
    long = json.dumps({"title": "a", "text": "b" * 5000})
    problem, document = of(tmp_path, f'{long}\n{{"title": "好"}}')
    assert isinstance(problem, Problem)
    assert problem.where.endswith("line 1")
    assert isinstance(document, SourceDocument)


def test_the_first_of_two_equal_ids_is_kept(tmp_path: Path) -> None:
    first, problem = of(tmp_path, '{"id": "x", "title": "甲"}\n{"id": "x", "title": "乙"}\n')
    assert isinstance(first, SourceDocument)
    assert first.metadata.title == "甲"
    assert problem == Problem("line 2", "id 'x' is already in line 1: give each its own")


def test_lines_without_id_get_one_of_their_own(tmp_path: Path) -> None:
    lines = '{"title": "甲", "text": "一"}\n{"title": "甲", "text": "二"}\n'
    first, second = of(tmp_path, lines)
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert len(first.id) == 16
    assert first.id != second.id


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t"), ("b.csv", ";")])
def test_a_table_row_is_a_document(tmp_path: Path, name: str, separator: str) -> None:
    rows = ["Title*pages*snippets*authors", '甲**一 | 二*"李;王"', "", '"乙"**"三\n四"*']
    found = of(tmp_path, "\ufeff" + "\r\n".join(rows).replace("*", separator), name)
    assert [each.pages for each in found if isinstance(each, SourceDocument)] == [
        (Page("一"), Page("二")),
        (Page("三"), Page("四")),
    ]
    assert found[0].metadata.authors == ("李", "王")  # type: ignore[union-attr]


def test_a_row_with_too_many_cells_is_a_problem(tmp_path: Path) -> None:
    problem, document = of(tmp_path, "title,price\n甲,1,2\n乙,3\n", "a.csv")
    assert problem == Problem(
        "line 2", "3 cells, at most 2: quote a cell that has the separator in it"
    )
    assert isinstance(document, SourceDocument)


def test_a_table_without_title_names_its_columns(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'title': the first row has name, price"):
        of(tmp_path, "name,price\na,1\n", "a.csv")


def test_a_chinese_table_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("title,text\n机器学习,这是我们的教材\n".encode("gb18030"))
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    assert found.pages == (Page("这是我们的教材"),)


def test_fields_of_the_users_own_are_kept(tmp_path: Path) -> None:
    own = {"rating": 4.5, "course": " 机器学习 ", "open": True, "rooms": ["A", "B", "A"]}
    found = one(tmp_path, fields={**own, "gone": "", "none": None})
    assert isinstance(found, SourceDocument)
    kept = {"rating": 4.5, "course": "机器学习", "open": True, "rooms": ("A", "B")}
    assert found.metadata.fields == kept


@pytest.mark.parametrize(
    ("own", "allowed"),
    [
        ({"a b": 1}, "letters, digits and _"),
        ({"price": 1}, "another name for 'price'"),
        ({"a": {"b": 1}}, "true, false or a list of such texts in 'a'"),
        ({"a": 1e300}, "a number up to 2^53"),
        ({f"a{number}": 1 for number in range(101)}, "at most 100 fields"),
        ([1], "an object"),
    ],
)
def test_other_fields_are_refused(tmp_path: Path, own: object, allowed: str) -> None:
    found = one(tmp_path, fields=own)
    assert isinstance(found, Problem)
    assert "field 'fields' is" in found.reason
    assert allowed in found.reason


def test_columns_of_a_table_give_fields_too(tmp_path: Path) -> None:
    text = "title,fields.rating,fields.room,fields.open\n甲,4.5,007,true\n乙,,A 1,\n"
    first, second = of(tmp_path, text, "目录.csv")
    assert isinstance(first, SourceDocument)
    assert first.metadata.fields == {"rating": 4.5, "room": "007", "open": True}
    assert isinstance(second, SourceDocument)
    assert second.metadata.fields == {"room": "A 1"}
