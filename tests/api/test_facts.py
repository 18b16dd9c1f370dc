"""The line of facts, in both languages and at the precision that is known."""

import datetime
import re

import pytest

from api.web.facts import facts
from api.web.wording import Language, Wording, wording
from core.types import Metadata

KNOWN = Metadata("t", price=0, page_count=36, size_bytes=17500733, uploaded_at="2024-05")
TODAY = datetime.date(2026, 11, 22)


def line(metadata: Metadata, language: Language) -> str:
    return re.sub("<.*?>", "", " | ".join(facts(metadata, Wording(language), TODAY)))


def test_the_line_as_chinese_readers_know_it() -> None:
    assert line(KNOWN, "zh") == "免费 | 36 页 | 16.69 MB | 2 年前"


def test_the_line_in_english() -> None:
    assert line(KNOWN, "en") == "free | 36 pages | 16.7 MB | 2 years ago"


def test_one_of_a_thing_is_singular_and_what_is_not_known_is_left_out() -> None:
    known = Metadata("t", price=1, page_count=1)
    assert facts(known, Wording("en")) == ["1 point", "1 page"]
    assert facts(Metadata("t", price=5), Wording("zh")) == ["5 积分"]


@pytest.mark.parametrize(
    ("date", "age"),
    [
        ("2026", "this year"),
        ("2025", "1 year ago"),
        ("2026-11", "this month"),
        ("2026-10", "1 month ago"),
        ("2025-12", "11 months ago"),
        ("2024-12", "1 year ago"),
        ("2026-11-22", "today"),
        ("2026-11-21", "1 day ago"),
        ("2026-10-25", "1 month ago"),
        ("2025-11-23", "11 months ago"),
        ("2025-11-22", "1 year ago"),
        ("2027-01", "2027-01"),
    ],
)
def test_an_age_is_as_exact_as_the_date_is_known(date: str, age: str) -> None:
    assert line(Metadata("t", uploaded_at=date), "en") == age


@pytest.mark.parametrize(
    ("date", "shown"), [("2024", "2024"), ("2024-05", "May 2024"), ("2024-05-07", "7 May 2024")]
)
def test_the_date_is_there_for_who_asks(date: str, shown: str) -> None:
    (age,) = facts(Metadata("t", uploaded_at=date), Wording("en"), TODAY)
    assert f'datetime="{date}" title="{shown}"' in age


@pytest.mark.parametrize(
    ("size", "shown"), [(1, "1 KB"), (320_000, "312 KB"), (3 * 1024**3, "3.0 GB")]
)
def test_sizes_come_in_the_unit_that_fits(size: int, shown: str) -> None:
    assert facts(Metadata("t", size_bytes=size), Wording("en")) == [shown]


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-US,en;q=0.9", "en"),
        (None, "fr, en;q=0.3, zh;q=0.7", "zh"),
        (None, "fr", "en"),
        (None, "", "zh"),
        ("en", "zh-CN", "en"),
        ("xx", "zh-CN", "zh"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_best_accepted(
    chosen: str | None, accepted: str, language: str
) -> None:
    assert wording(chosen, accepted).language == language
