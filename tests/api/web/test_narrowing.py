"""Filters in the address of the page: what is chosen, what is offered, and nothing else."""

import re

import httpx
import pytest
from starlette.datastructures import QueryParams

from api.web.narrowing import Narrowing
from search.filtering.grammar import parse

CACHES = "分布式缓存的一致性与淘汰策略"


def narrowing(query: str) -> Narrowing:
    return Narrowing.of(QueryParams(query))


def test_values_are_alternatives_and_fields_go_together() -> None:
    asked = narrowing("language=zh&language=en&page_count_from=10&size_bytes_to=1.5")
    assert asked.filter() == (
        'language IN ["zh", "en"] AND page_count >= 10 AND size_bytes <= 1572864'
    )
    assert asked.filter(without="language") == "page_count >= 10 AND size_bytes <= 1572864"
    assert narrowing("").filter() is None


def test_the_parameters_choose_the_same_again() -> None:
    asked = narrowing("tags=a&tags=b%26&uploaded_at_to=2023-05&sort=page_count:desc")
    assert Narrowing.of(QueryParams(asked.parameters())) == asked


@pytest.mark.parametrize("value", ['"', "\\", '"] OR id EXISTS', "a\nb", "\u202e", "'", "[", '\\"'])
def test_a_value_is_never_more_than_a_value(value: str) -> None:
    asked = Narrowing({"tags": (value,)}, {}, None)
    found = parse(asked.filter() or "")
    assert [word.text for word in found.values] == [value]


@pytest.mark.parametrize(
    "query",
    [
        "page_count_from=ten",
        "price_to=-1",
        "uploaded_at_from=2023-13",
        "sort=id",
        "tags=",
        "size=3",
    ],
)
def test_what_cannot_be_read_is_left_out(query: str) -> None:
    assert narrowing(query) == narrowing("")


def test_filters_are_links_and_forms_without_any_script(client: httpx.Client) -> None:
    html = client.get("/", params={"q": CACHES, "lang": "en"}).text
    form = html[html.index('id="tool-page_count"') :].partition("</form>")[0]
    assert re.search(r'name="page_count_from" value=""\s+placeholder="3"', form)
    narrowed = client.get("/", params={"q": CACHES, "lang": "en", "page_count_from": "10"}).text
    assert "14 documents" in narrowed
    assert '<input type="hidden" name="page_count_from" value="10">' in narrowed
    assert 'placeholder="3"' in narrowed  # what there is without this very filter


def test_results_are_sorted_as_the_address_says(client: httpx.Client) -> None:
    asked = {"q": CACHES, "lang": "en", "sort": "page_count:asc"}
    html = client.get("/", params=asked).text
    assert html.index(">systems<") < html.index("分布式缓存讲义")
    assert re.search(r'aria-current="true">Fewest pages', html)


def test_where_filters_leave_no_answer_that_is_said(client: httpx.Client) -> None:
    asked = {"q": CACHES, "lang": "en", "page_count_from": "5000"}
    html = client.get("/", params=asked).text
    assert "No document that passes your filters answers this question" in html
    assert "Pages ≥ 5000" in html
