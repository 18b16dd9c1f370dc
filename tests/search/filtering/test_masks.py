"""A filter keeps the documents that it describes: every form of it, on every kind of field."""

import json
import re
from pathlib import Path

import pytest

from core.errors import InvalidFilter
from search.filtering.masks import passing
from store.derived.facts import Facts

DOCUMENTS = [
    {
        "title": "參數服務器",
        "language": "zh",
        "page_count": 10,
        "tags": ["AI", "systems"],
        "uploaded_at": "2023",
        "fields": {"color": "Red", "seen": "2023-05-17T10:00", "score": 3, "free": True},
    },
    {
        "title": 'Bloom filters: a "survey"',
        "language": "en",
        "page_count": 20,
        "price": 0,
        "uploaded_at": "2023-05",
        "size_bytes": 10_000_000,
        "authors": ["Ada", "Bob"],
        "fields": {"color": ["red", "blue"], "seen": "soon", "score": "3", "free": False},
    },
    {"title": "or", "uploaded_at": "2024-01-01", "fields": {"score": 2.5}},
]
FACTS = Facts.of((key, f"id/{key}", json.dumps(each)) for key, each in enumerate(DOCUMENTS, 1))


def kept(text: str) -> list[int]:
    return passing(text, FACTS).tolist()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("language = zh", [1]),
        ("language = ZH or language = ｅｎ", [1, 2]),
        ("language != zh", [2, 3]),
        ("NOT (language = zh OR page_count > 10)", [3]),
        ("title = 参数服务器", [1]),
        (r'title = "bloom filters: a \"survey\""', [2]),
        (r"title = 'Bloom filters: a \"survey\"'", [2]),
        ('title = "or"', [3]),
        ("tags = ai", [1]),
        ("tags != ai", [2, 3]),
        ("authors IN [bob, eve]", [2]),
        ("authors NOT IN [bob, eve]", [1, 3]),
        ("authors IN []", []),
        ("authors NOT EXISTS", [1, 3]),
        ("authors exists", [2]),
        ("id = id/2", None),
        ("id = 'id/2'", [2]),
        ("id = 'ID/2'", []),
        ('"language" = "zh"', [1]),
        ("language=zh\n  AND\tpage_count>=10", [1]),
    ],
)
def test_texts_are_compared_folded_and_lists_by_any_element(text, keys):
    if keys is None:
        with pytest.raises(InvalidFilter, match='column 8: "/" can only stand inside a quoted'):
            kept(text)
    else:
        assert kept(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("page_count = 10", [1]),
        ("page_count > 10", [2]),
        ("page_count >= 1e1", [1, 2]),
        ("page_count < 20.0", [1]),
        ("NOT page_count <= 10", [2, 3]),
        ("page_count 10 TO 19", [1]),
        ("page_count = １０", [1]),
        ('page_count = "10"', [1]),
        ("price > -0.5", [2]),
        ("size_bytes = 10MB", [2]),
        ("size_bytes < 10MB", []),
        ("size_bytes 9999kB TO 0.01gb", [2]),
        ("size_bytes = 0.0100000001GB", []),
    ],
)
def test_numbers_are_compared_with_numbers_and_sizes_with_units(text, keys):
    assert kept(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("uploaded_at = 2023", [1, 2]),
        ("uploaded_at = 2023-01", [1]),
        ("uploaded_at > 2023", [3]),
        ("uploaded_at >= 2023", [1, 2, 3]),
        ("uploaded_at <= 2023-05", [1, 2]),
        ("uploaded_at < 2023-05", [1]),
        ("uploaded_at 2023-02 TO 2024", [2, 3]),
        ("uploaded_at IN [2022, 2024]", [3]),
        ("uploaded_at != 2023", [3]),
    ],
)
def test_a_date_counts_from_its_start_and_a_literal_stands_for_its_whole_period(text, keys):
    assert kept(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("color = RED", [1, 2]),
        ("color = blue", [2]),
        ("seen = 2023", [1]),
        ("seen > 2023-05-16", [1]),
        ("seen = soon", [2]),
        ("score = 3", [1, 2]),
        ("score >= 2.5", [1, 3]),
        ("score 2 TO 3", [1, 3]),
        ("free = true", [1]),
        ("free = false OR free NOT EXISTS", [2, 3]),
    ],
)
def test_a_word_is_compared_with_what_a_field_of_the_users_own_holds(text, keys):
    assert kept(text) == keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'column 1: expected a field, NOT or "\\(", found the end'),
        ("page_count", "column 11: expected =, !=, .* found the end"),
        ("page_count >", "column 13: expected a value, found the end"),
        ("language == zh", "column 11: expected a value, found ="),
        ("language = and", 'column 12: expected a value, found and; as a value, write "and"'),
        ("language = zh en", "column 15: expected AND, OR or the end, found en"),
        ("(language = zh", 'column 15: expected AND, OR or "\\)", found the end'),
        ("language = zh)", "column 14: expected AND, OR or the end, found \\)"),
        ("language IN zh", "column 13: expected a list such as"),
        ("language IN [zh en]", 'column 17: expected "," or "]", found en'),
        ("page_count 10 20", "column 15: expected TO and the end of the range"),
        ("language NOT zh", "column 14: expected IN or EXISTS, found zh"),
        ("page_count ＞ 3", "column 12: ＞ is a wide character here: write >"),
        ("title = C++", 'column 10: "\\+" can only stand inside a quoted text'),
        ('title = "abc', 'column 9: the quotation mark " that opens here is never closed'),
        ("page_cont > 3", 'column 1: unknown field "page_cont": did you mean "page_count"?'),
        ("language = zh AND colour = red", 'column 19: .* did you mean "color"?'),
        (f"{'x' * 99} = 1", f'column 1: unknown field "{"x" * 40}…": known are'),
        ("x = 1", "column 1: unknown field .*: known are .*page_count"),
        ('page_count > "many"', 'column 14: page_count is a number: "many" is none'),
        ("page_count > 10MB", 'column 14: page_count is a number: "10MB" is none'),
        ("size_bytes > big", "column 14: size_bytes is a number of bytes, such as"),
        ("uploaded_at = 0000", "column 15: .* there is no year 0"),
        ("uploaded_at = 2023-13", "column 15: .* there is no month 13"),
        ("uploaded_at = 2023-02-29", "column 15: .* there is no day 29 in 2023-02"),
        ("uploaded_at = 2023-5", "column 15: .* a date is written 2023, 2023-05"),
        ("title > a", "column 1: title is a text"),
        ("color > blue", 'column 9: "blue" is no number and no date'),
        ("page_count 20 TO 10", "column 12: .* write 10 TO 20"),
        ("seen 2023-05-01 TO 5", "column 20: a range goes from number to number"),
    ],
)
def test_an_error_names_the_column_and_what_is_expected_there(text, message):
    with pytest.raises(InvalidFilter, match=f"^filter, {message}"):
        kept(text)


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"page_count = {number}" for number in range(4500)),
        " AND ".join(["language != en"] * 5000),
        f"page_count IN [{', '.join(map(str, range(10_000)))}]",
        "NOT " * 20_001 + "language != zh",
        "(" * 100 + "language = zh" + ")" * 100,
        "NOT (score = 3 AND NOT (page_count > 3 AND free = true OR " * 50 + "id = a" + "))" * 50,
    ],
)
def test_long_and_deep_filters_are_answered(text):
    assert 1 in kept(text)


def test_what_the_documentation_shows_can_be_asked():
    shown = (Path(__file__).parents[3] / "docs" / "filters.md").read_text(encoding="utf-8")
    table = shown.split("| written |")[1].split("\n\n")[0]
    examples = re.findall(r"`([a-z_]{2,} [^`]+)`", table)
    assert len(examples) == 7
    for text in [shown.split("```")[1].strip(), *examples]:
        kept(text)


def test_what_is_too_long_or_too_deep_is_refused_with_the_limit():
    with pytest.raises(InvalidFilter, match="filter has 130,013 characters, at most 100,000"):
        kept("language = zh" + " OR language = zh".ljust(26) * 5000)
    with pytest.raises(InvalidFilter, match=r"column 101: more than 100 \( are open"):
        kept("(" * 40_000)
