"""The line of facts, in both languages and at the precision that is known."""

import pytest

from api.web.facts import facts
from api.web.wording import Wording, wording
from core.types import Metadata

KNOWN = Metadata("t", price=0, page_count=36, size_bytes=17500733, uploaded_at="2024-05")


def test_the_line_as_chinese_readers_know_it() -> None:
    assert " | ".join(facts(KNOWN, Wording("zh"))) == "免费 | 36 页 | 16.69 MB | 2024-05"


def test_the_line_in_english() -> None:
    assert " | ".join(facts(KNOWN, Wording("en"))) == "free | 36 pages | 16.7 MB | May 2024"


def test_one_of_a_thing_is_singular_and_what_is_not_known_is_left_out() -> None:
    known = Metadata("t", price=1, page_count=1)
    assert facts(known, Wording("en")) == ["1 point", "1 page"]
    assert facts(Metadata("t", price=5), Wording("zh")) == ["5 积分"]


@pytest.mark.parametrize(
    ("date", "shown"), [("2024", "2024"), ("2024-05", "May 2024"), ("2024-05-07", "7 May 2024")]
)
def test_a_date_is_as_precise_as_it_is_known(date: str, shown: str) -> None:
    assert facts(Metadata("t", uploaded_at=date), Wording("en")) == [shown]


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
