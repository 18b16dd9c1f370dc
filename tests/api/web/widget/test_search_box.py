"""<wenhai-search> on a page of another site: typing, composing, keys, and slow servers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

Answer = Callable[..., None]
Make = Callable[..., dict[str, Any]]

BOX = "<wenhai-search></wenhai-search>"
PAUSE = 250


@pytest.fixture
def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="问一个问题，或写几个词")


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Return what the page has asked so far."""
    found: list[str] = []

    def note(request: Any) -> None:
        if "/v1/search?" in request.url:
            found.append(httpx.URL(request.url).params["q"])

    page.on("request", note)
    return found


@pytest.fixture
def answering(page: Page, answer: Answer, document: Make) -> Iterator[dict[str, float]]:
    """Let each question be answered by two documents called like it; return delays to be set."""
    delays: dict[str, float] = {}

    def search(route: Route) -> None:
        q = httpx.URL(route.request.url).params["q"]
        marks = [{"range": [2, 4], "kind": "keyword"}]
        snippet = {"text": "😀 词语 <b>别的</b>", "highlights": marks}
        hits = [document(f"{q} {n}", snippet=snippet, passages=[]) for n in (1, 2)]
        answer(route, {"hits": hits, "total": {"value": 9, "relation": "eq"}}, delays.get(q, 0))

    page.route("**/v1/search?*", search)
    yield delays
    page.unroute_all(behavior="ignoreErrors")


def test_results_of_the_server_come_while_somebody_types(
    page: Page, site: Any, box: Locator
) -> None:
    page.goto(site.shows(BOX))
    box.fill("consistent hashing when a server joins")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Consistent hashing moves few keys")
    expect(first.locator("mark").first).to_be_visible()
    assert "/documents/" in (first.get_attribute("href") or "")
    expect(page.get_by_role("status")).to_contain_text("份文档")
    assert page.evaluate("shift") < 0.02


@pytest.mark.usefixtures("answering")
def test_nothing_is_asked_while_an_ime_composes(
    page: Page, site: Any, box: Locator, asked: list[str]
) -> None:
    page.goto(site.shows(BOX))
    box.focus()
    ime = page.context.new_cdp_session(page)
    for text in ("c", "can", "canshu"):
        ime.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
        page.wait_for_timeout(PAUSE)
    page.keyboard.press("Enter")
    assert asked == []
    ime.send("Input.insertText", {"text": "参数"})
    expect(page.get_by_role("option")).to_have_count(2)
    assert asked == ["参数"]


@pytest.mark.usefixtures("answering")
def test_keys_typed_in_a_row_lead_to_one_question(
    page: Page, site: Any, box: Locator, asked: list[str]
) -> None:
    page.goto(site.shows(BOX))
    box.focus()
    box.evaluate(
        "each => { for (const letter of 'cache') { each.value += letter;"
        " each.dispatchEvent(new InputEvent('input')); } }"
    )
    expect(page.get_by_role("option")).to_have_count(2)
    assert asked == ["cache"]


def test_an_older_answer_never_replaces_a_newer_one(
    page: Page, site: Any, box: Locator, answering: dict[str, float]
) -> None:
    answering["slow"] = 0.8
    page.goto(site.shows(BOX))
    box.fill("slow")
    page.wait_for_timeout(PAUSE)
    box.fill("fast")
    expect(page.get_by_role("option").first).to_contain_text("fast 1")
    page.wait_for_timeout(900)
    expect(page.get_by_role("option").first).to_contain_text("fast 1")


@pytest.mark.usefixtures("answering")
def test_arrows_enter_and_escape(page: Page, site: Any, box: Locator) -> None:
    page.goto(site.shows('<wenhai-search link="#{id}" results="#all-{q}"></wenhai-search>'))
    box.fill("a b")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowUp")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#a%20b%201$"))
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    assert (box.get_attribute("aria-expanded"), box.input_value()) == ("false", "a b")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="查看全部结果")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#all-a%20b$"))


@pytest.mark.usefixtures("answering")
def test_marks_stand_where_the_server_says_and_markup_is_text(
    page: Page, site: Any, box: Locator
) -> None:
    page.goto(site.shows(BOX))
    box.fill("x")
    option = page.get_by_role("option").first
    assert option.locator("mark").inner_text() == "词语"
    expect(option).to_contain_text("<b>别的</b>")
    assert option.locator("b").count() == 0


@pytest.mark.usefixtures("answering")
def test_the_list_closes_when_the_focus_goes_and_comes_back_with_it(
    page: Page, site: Any, box: Locator
) -> None:
    page.goto(site.shows(BOX))
    box.fill("x")
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_text("below").click()
    expect(page.get_by_role("option")).to_have_count(0)
    box.focus()
    expect(page.get_by_role("option")).to_have_count(2)
    box.fill("")
    expect(page.get_by_role("option")).to_have_count(0)


@pytest.mark.usefixtures("answering")
def test_results_may_stand_in_the_page_itself(page: Page, site: Any, box: Locator) -> None:
    page.goto(site.shows("<wenhai-search inline></wenhai-search>"))
    before = page.get_by_text("below").bounding_box()
    box.fill("x")
    expect(page.get_by_role("option")).to_have_count(2)
    assert page.get_by_text("below").bounding_box()["y"] > before["y"] + 50
    page.get_by_text("below").click()
    expect(page.get_by_role("option")).to_have_count(2)


def test_without_an_answer_the_nearest_are_shown_as_such(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    nothing = {"hits": [], "nearest": [document("远")], "total": {"value": 0, "relation": "eq"}}
    page.route("**/v1/search?*", lambda route: answer(route, nothing))
    page.goto(site.shows(BOX, lang="en"))
    page.get_by_role("combobox").fill("x")
    expect(page.get_by_text("No document answers this question; the nearest:").last).to_be_visible()
    expect(page.get_by_role("option", name="远")).to_be_visible()
    assert page.get_by_role("link", name="See all results").count() == 0


@pytest.mark.usefixtures("answering")
def test_a_server_that_is_away_is_said_in_a_line_and_asked_again_later(
    page: Page, site: Any, box: Locator
) -> None:
    page.route("**/v1/search?*", lambda route: route.abort(), times=1)
    page.goto(site.shows(BOX))
    box.fill("x")
    expect(page.get_by_text("暂时不能搜索").last).to_be_visible()
    assert page.evaluate("told")[0][0] == "wenhai-error"
    page.keyboard.press("Enter")
    expect(page.get_by_role("option")).to_have_count(2)


def test_with_a_key_the_question_goes_to_one_address(
    page: Page, site: Any, box: Locator, answer: Answer
) -> None:
    sent: list[Any] = []

    def search(route: Route) -> None:
        sent.append((route.request.headers.get("x-api-key"), route.request.post_data_json))
        answer(route, {"hits": []})

    page.route("**/v1/collections/papers/search", search)
    attributes = 'key="wk_x" collection="papers" filter="price = 0" limit="3"'
    page.goto(site.shows(f"<wenhai-search {attributes}></wenhai-search>"))
    box.fill("缓存")
    expect(page.get_by_text("没有文档回答这个问题").last).to_be_visible()
    asked = {"q": "缓存", "limit": 3, "passages": 1, "snippet_columns": 160, "filter": "price = 0"}
    assert sent == [("wk_x", asked)]
