"""Both widgets together: the page in docs/, accessibility in light and dark, languages, phones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from search.engine import Engine
from store.events.events import EventStore
from store.keys import Key, KeyStore
from store.layout import LibraryLayout

DOCS = Path(__file__).parents[4] / "docs"
QUESTION = "分布式缓存的一致性与淘汰策略"


@pytest.fixture(params=["light", "dark"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        color_scheme=request.param, viewport={"width": 320, "height": 640}, locale="en-US"
    )
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def test_the_page_in_the_documentation_works_as_it_says(
    page: Page, site: Any, markdown_id: str
) -> None:
    html = (DOCS / "embed.html").read_text(encoding="utf-8")
    site.shows("")
    site.style = (DOCS / "embed.css").read_text()
    site.policy = site.policy.replace(
        "; form-action", "; style-src 'self'; img-src data:; form-action"
    )
    site.html = html.replace("http://127.0.0.1:8000", site.server)
    site.html = site.html.replace("weibo-online-learning", markdown_id)
    page.goto(f"{site.origin}/embed.html")
    related = page.locator("wenhai-related")
    related.last.scroll_into_view_if_needed()
    expect(related.first.get_by_role("link").first).to_be_visible()
    expect(related.last.get_by_role("heading", name="按一句话推荐")).to_be_visible()
    page.locator("wenhai-search").get_by_role("combobox").fill(QUESTION)
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('pre')).overflowX") == "auto"
    assert page.evaluate("shift") < 0.02


def test_everybody_can_use_them_in_light_and_dark_on_a_phone(
    phone: Page, site: Any, pdf_id: str
) -> None:
    phone.goto(
        site.shows(
            f'<wenhai-search></wenhai-search><wenhai-related document="{pdf_id}"></wenhai-related>',
            lang="en",
        )
    )
    expect(phone.get_by_role("listitem").first).to_be_visible()
    assert broken_rules(phone) == []
    phone.get_by_role("combobox").fill(QUESTION)
    phone.get_by_role("option").first.wait_for()
    phone.keyboard.press("ArrowDown")
    assert broken_rules(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 320


def broken_rules(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


def test_they_speak_the_language_of_what_they_stand_in(page: Page, site: Any) -> None:
    box = "<wenhai-search></wenhai-search>"
    page.goto(
        site.shows(f'{box}<div lang="en">{box}</div><div lang="fr">{box}</div>', lang="zh-TW")
    )
    names = [each.get_attribute("placeholder") for each in page.get_by_role("combobox").all()]
    assert names == [
        "问一个问题，或写几个词",
        "Ask a question, or type a few words",
        "Ask a question, or type a few words",
    ]


def test_a_site_gives_them_its_own_look(page: Page, site: Any) -> None:
    address = site.shows("<wenhai-search></wenhai-search>")
    site.style = "wenhai-search { --wenhai-radius: 0; } wenhai-search::part(input) { color: red; }"
    site.policy = site.policy.replace("; form-action", "; style-src 'self'; form-action")
    site.html = site.html.replace("<main>", '<link rel="stylesheet" href="own.css"><main>')
    page.goto(address)
    box = page.get_by_role("combobox")
    look = box.evaluate("e => [getComputedStyle(e).borderRadius, getComputedStyle(e).color]")
    assert look == ["0px", "rgb(255, 0, 0)"]


def test_a_key_for_pages_shows_what_it_is_for(
    page: Page, kept_site: Any, engine: Engine, pdf_id: str
) -> None:
    keys = KeyStore(LibraryLayout(engine.root))
    only = Key("page", ("search",), filter="price = 5", origins=(kept_site.origin,))
    token = keys.create(only)
    page.goto(
        kept_site.shows(
            f'<wenhai-search key="{token}"></wenhai-search>'
            f'<wenhai-related document="listed/1" key="{token}" limit="3"></wenhai-related>'
            f'<wenhai-related id="hidden" document="{pdf_id}" key="{token}"></wenhai-related>'
            '<wenhai-related id="keyless" document="listed/1"></wenhai-related>'
        )
    )
    page.get_by_role("combobox").fill("consistent hashing 分布式缓存")
    expect(page.get_by_role("option").first).to_contain_text("分布式缓存讲义")
    expect(page.get_by_role("option").filter(has_text="Consistent")).to_have_count(0)
    expect(page.get_by_role("listitem").first).to_contain_text("分布式缓存讲义")
    for name in ("#hidden", "#keyless"):
        expect(page.locator(name)).to_be_hidden()
    keys.revoke("page")


def test_a_click_reaches_the_library(page: Page, site: Any, engine: Engine, pdf_id: str) -> None:
    events = EventStore(LibraryLayout(engine.root))
    related = f'<wenhai-related document="{pdf_id}" link="#{{id}}" events></wenhai-related>'
    page.goto(site.shows(related))
    with page.expect_response("**/v1/events") as reported:
        page.locator("wenhai-related").get_by_role("link").first.click()
    assert reported.value.ok
    assert events.remove(None) == 1
