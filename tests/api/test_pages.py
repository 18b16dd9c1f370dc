"""The pages as a browser shows them, with scripts turned off."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from search.answer import SearchPage, Total, Verdict
from search.engine import Engine

QUESTION = "分布式缓存的一致性与淘汰策略"


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def test_a_search_from_the_start_page_shows_marked_hits(page: Page) -> None:
    page.goto("/")
    assert page.get_by_text("馆藏 19 份文档").is_visible()
    page.get_by_role("searchbox").fill(QUESTION)
    page.get_by_role("button", name="搜索").click()
    expect(page).to_have_title(re.compile(QUESTION))  # it waits: the click does not, for the page
    assert "q=" in page.url
    assert page.locator("mark").first.is_visible()
    assert page.get_by_text("5 积分").first.is_visible()
    assert page.get_by_role("search").get_by_role("searchbox").input_value() == QUESTION


def test_the_second_page_goes_on_where_the_first_ended(page: Page) -> None:
    page.goto(f"/?q={QUESTION}")
    first = page.locator("h2 a").all_inner_texts()
    page.get_by_role("link", name="下一页").click()
    second = page.locator("h2 a").all_inner_texts()
    assert len(first) == 10
    assert second
    assert set(first).isdisjoint(second)
    assert page.locator("nav [aria-current=page]").inner_text() == "2"


def test_a_hit_of_a_pdf_leads_to_its_page_and_into_the_file(page: Page, pdf_id: str) -> None:
    page.goto("/?q=consistent hashing moves few keys when a server joins the ring")
    hit = page.locator(".hits li").first
    marked = re.compile(rf"/documents/{pdf_id}\?at=2&passage=\d+&q=consistent\+hashing")
    for link in (hit.locator("h2 a"), hit.get_by_role("link", name="第 2 页")):
        assert marked.match(link.get_attribute("href") or "")
    original = hit.get_by_role("link", name="原文")
    assert original.get_attribute("href") == f"/v1/documents/{pdf_id}/file#page=2"
    picture = hit.locator("img").get_attribute("src")
    assert picture == f"/v1/documents/{pdf_id}/pages/2.png?width=160"


def test_a_sentence_marked_for_its_meaning_looks_otherwise_and_is_explained(page: Page) -> None:
    page.goto("/?q=番茄幼苗怎么浇水&lang=en")
    assert page.get_by_text("the sentence nearest in meaning").is_visible()
    assert "Water the tomato" in page.locator(".hits mark.semantic").first.inner_text()
    page.goto("/?q=分布式缓存")
    assert page.locator(".legend, mark.semantic").count() == 0


def test_markup_in_documents_is_only_text(page: Page) -> None:
    page.goto("/?q=water the tomato seedlings every morning")
    assert "<script>" in page.locator("h2").first.inner_text()
    assert page.locator("main script, main h2 b, main .snippet b").count() == 0


def test_the_interface_speaks_english_when_asked_to(page: Page) -> None:
    page.goto(f"/?q={QUESTION}")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_title("May 2024").first.is_visible()
    page.get_by_role("button", name="Search").click()
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_question_that_is_too_long_is_a_page_with_a_message(client: httpx.Client) -> None:
    response = client.get("/", params={"q": "x" * 2001})
    assert response.status_code == 422
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "q has 2,001 characters" in response.text


@pytest.mark.parametrize(
    "query", ["?utm=1&q=cache&q=b", "?q=cache&page=x", "?q=cache%FF", "?page=9e9"]
)
def test_odd_addresses_are_tolerated(client: httpx.Client, query: str) -> None:
    assert client.get(f"/{query}").status_code == 200


def test_a_page_past_the_end_leads_back(client: httpx.Client) -> None:
    response = client.get("/", params={"q": QUESTION, "page": 999, "lang": "en"})
    assert response.status_code == 200
    assert "Back to page 1" in response.text


def answering(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, changed: Callable[[SearchPage], SearchPage]
) -> str:
    search = engine.search
    monkeypatch.setattr(engine, "search", lambda asked: changed(search(asked)))
    response = TestClient(create_app(engine)).get("/", params={"q": QUESTION})
    assert response.status_code == 200
    return response.text


def test_without_an_answer_the_nearest_are_shown_as_such(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(page: SearchPage) -> SearchPage:
        verdict = Verdict("none", 0.1, 0.2, 0.5, "shipped")
        return replace(page, verdict=verdict, hits=(), nearest=page.hits[:3], total=Total(0))

    html = answering(engine, monkeypatch, nothing)
    assert "这里没有回答这个问题的文档" in html
    assert "最接近的" in html
    assert html.count("<article>") == 3
    assert "共 0 条" not in html


def test_a_count_that_is_only_a_lower_bound_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(page: SearchPage) -> SearchPage:
        return replace(
            page, total=Total(500, "gte"), verdict=Verdict("weak", 0.6, 0.2, 0.5, "shipped")
        )

    html = answering(engine, monkeypatch, more)
    assert "至少 500 条" in html
    assert "把握不大" in html


def test_the_page_of_a_document_shows_its_text_by_page(page: Page, pdf_id: str) -> None:
    page.goto(f"/documents/{pdf_id}")
    assert page.get_by_role("heading", name="第 2 页").is_visible()
    assert page.get_by_text("Consistent hashing moves few keys").is_visible()
    assert page.get_by_role("link", name="打开原文").get_attribute("href").endswith("/file")
    assert page.locator("aside li").count() > 0


def test_an_unknown_document_is_a_page_that_says_so(client: httpx.Client) -> None:
    response = client.get("/documents/nope", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "There is no such document" in response.text


@pytest.mark.parametrize("path", ["/", f"/?q={QUESTION}", "/?q=tomato", "/docs"])
def test_nothing_sticks_out_on_a_phone(browser: Browser, server: str, path: str) -> None:
    context = browser.new_context(base_url=server, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(browser: Browser, server: str, scheme: str) -> None:
    context = browser.new_context(base_url=server, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"/?q={QUESTION}")
    paper = luminance(page, "html", "backgroundColor")
    for selector in (".snippet", ".facts", ".summary", "h2 a"):
        assert contrast(luminance(page, selector, "color"), paper) >= 4.5, selector
    mark = luminance(page, "mark", "backgroundColor")
    assert contrast(luminance(page, "mark", "color"), mark) >= 4.5
    label = luminance(page, ".page", "backgroundColor")
    assert contrast(luminance(page, ".page", "color"), label) >= 4.5
    page.goto("/?q=番茄幼苗怎么浇水")
    assert contrast(luminance(page, "mark.semantic", "color"), paper) >= 4.5
    assert contrast(luminance(page, "mark.semantic", "textDecorationColor"), paper) >= 3
    assert (paper < 0.05) == (scheme == "dark")
    context.close()


def luminance(page: Page, selector: str, name: str) -> float:
    color = page.locator(selector).first.evaluate(f"each => getComputedStyle(each).{name}")
    parts = [int(each) / 255 for each in re.findall(r"\d+", color)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
