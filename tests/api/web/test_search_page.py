"""The search page as a browser with scripts shows it: results come while somebody types."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

BREAD = "feed the sourdough starter"
TOMATOES = "water the tomato seedlings"
CACHES = "分布式缓存的一致性与淘汰策略"
RESULTS = re.compile(r"/\?q=")


@pytest.fixture(scope="module")
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server, locale="en-US")
    context.set_default_timeout(5000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.goto("/")
    yield page
    page.close()


def box(page: Page):
    return page.locator(".ask input[type=search]")


def first_title(page: Page):
    return page.locator(".hits h2").first


def test_results_come_while_one_types_and_the_address_names_them(page: Page) -> None:
    box(page).press_sequentially(BREAD, delay=5)
    expect(first_title(page)).to_have_text("Sourdough bread")
    expect(page).to_have_url(re.compile("q=feed"))
    expect(page).to_have_title(re.compile(BREAD))
    expect(box(page)).to_be_focused()
    assert "1 document" in page.locator("#news").inner_text()


def test_back_leads_through_the_questions_and_forward_again(page: Page) -> None:
    box(page).fill(BREAD)
    box(page).press("Enter")
    expect(first_title(page)).to_have_text("Sourdough bread")
    box(page).fill(CACHES)
    box(page).press("Enter")
    expect(first_title(page)).to_contain_text("分布式缓存")
    page.go_back()
    expect(first_title(page)).to_have_text("Sourdough bread")
    expect(box(page)).to_have_value(BREAD)
    page.go_back()
    expect(page.locator("h1.tagline")).to_be_visible()
    page.go_forward()
    expect(first_title(page)).to_have_text("Sourdough bread")


def test_nothing_is_asked_while_pinyin_is_composed(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: "?q=" in request.url and asked.append(request.url))
    box(page).focus()
    keyboard = page.context.new_cdp_session(page)
    for letters in ("fen", "fenbu", "fen bu shi"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)},
        )
        page.wait_for_timeout(150)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "分布式缓存"})
    expect(first_title(page)).to_contain_text("分布式缓存")
    assert any("q=%E5%88%86" in each for each in asked)


def test_an_older_answer_never_replaces_a_newer_one(page: Page) -> None:
    def slowly(route: Route) -> None:
        if "tomato" in route.request.url:
            time.sleep(0.6)
        route.continue_()

    page.route(RESULTS, slowly)
    box(page).fill(TOMATOES)
    page.wait_for_timeout(200)
    box(page).fill(BREAD)
    expect(first_title(page)).to_have_text("Sourdough bread")
    page.wait_for_timeout(900)
    expect(first_title(page)).to_have_text("Sourdough bread")
    expect(page).to_have_url(re.compile("sourdough"))


def test_the_keys_lead_from_the_box_to_a_document(page: Page) -> None:
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type(CACHES)
    page.keyboard.press("Enter")
    expect(first_title(page)).to_contain_text("分布式缓存")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hits h2 a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(box(page)).not_to_be_focused()


def test_a_suggestion_is_chosen_with_the_arrows(page: Page) -> None:
    box(page).press_sequentially("sourd", delay=5)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(options.locator("b").first).to_have_text(re.compile("sourd", re.IGNORECASE))
    box(page).press("ArrowDown")
    chosen = options.first.inner_text()
    expect(box(page)).to_have_value(chosen)
    expect(box(page)).to_have_attribute("aria-activedescendant", "suggestion-0")
    box(page).press("Escape")
    expect(box(page)).to_have_value("sourd")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_a_question_that_stops_another_does_not_take_the_page_before_from_the_history(
    page: Page,
) -> None:
    page.goto(f"/?q={BREAD}")
    with page.expect_request(RESULTS):
        page.route(RESULTS, lambda _: None)  # never answered
        box(page).fill(CACHES[:2])
    page.unroute(RESULTS)
    box(page).fill(CACHES)
    box(page).press("Enter")
    expect(first_title(page)).to_contain_text("分布式缓存")
    page.go_back()
    expect(first_title(page)).to_have_text("Sourdough bread")


def test_filters_are_chips_in_the_address_and_go_again(page: Page) -> None:
    page.goto(f"/?q={CACHES}")
    all_of_them = page.locator(".summary").inner_text().split(" ·")[0]
    page.locator("#tool-page_count summary").click()
    page.locator("#page_count-from").fill("10")
    page.locator("#page_count-from").press("Enter")
    expect(page.locator(".chips li").first).to_contain_text("Pages ≥ 10")
    expect(page).to_have_url(re.compile("page_count_from=10"))
    expect(page.locator(".summary")).to_contain_text("14 documents")
    page.locator(".chips a").first.click()
    expect(page.locator(".summary")).to_contain_text(all_of_them)
    expect(page.locator(".chips")).to_have_count(0)


def test_a_server_that_is_away_is_told_and_tried_again(page: Page) -> None:
    page.goto(f"/?q={CACHES}")
    page.route(RESULTS, lambda route: route.abort())
    box(page).fill(BREAD)
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(first_title(page)).to_contain_text("分布式缓存")
    page.unroute(RESULTS)
    page.get_by_role("button", name="Try again").click()
    expect(first_title(page)).to_have_text("Sourdough bread")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_page_that_was_offline_goes_on_by_itself(page: Page) -> None:
    page.context.set_offline(True)
    box(page).fill(BREAD)
    expect(page.get_by_role("alert")).to_contain_text("offline")
    page.context.set_offline(False)
    expect(first_title(page)).to_have_text("Sourdough bread")


def test_a_question_that_cannot_be_asked_is_said_in_place(page: Page) -> None:
    box(page).fill("-phone")
    expect(page.locator("main [role=alert]")).to_contain_text("add a word")
    box(page).fill(BREAD)
    expect(first_title(page)).to_have_text("Sourdough bread")


def test_turning_pages_starts_at_the_top(page: Page) -> None:
    page.goto(f"/?q={CACHES}")
    page.locator(".turner").scroll_into_view_if_needed()
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".turner [aria-current]")).to_have_text("2")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page.locator(".turner [aria-current]")).to_have_text("1")
    assert page.evaluate("scrollY") > 0


def test_everything_comes_from_here_and_breaks_no_rule(page: Page, server: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/?q=consistent hashing moves few keys")
    box(page).fill(BREAD)
    expect(first_title(page)).to_have_text("Sourdough bread")
    page.wait_for_load_state("networkidle")
    assert said == []
    assert all(each.startswith(server) for each in asked)


def test_results_push_nothing_around_when_they_come(page: Page) -> None:
    page.evaluate(
        """() => { window.moved = 0; new PerformanceObserver(list => {
            for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
        }).observe({type: "layout-shift", buffered: true}) }"""
    )
    for text in (BREAD, "分布式缓存", "consistent hashing", "xyzzy"):
        box(page).fill("")
        box(page).press_sequentially(text, delay=5)
        page.wait_for_timeout(700)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("moved") <= 0.02
