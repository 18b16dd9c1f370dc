"""No rule of axe-core is broken on any page, in light and in dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PATHS = (
    "/",
    "/?q=分布式缓存的一致性与淘汰策略",
    "/?q=consistent hashing moves few keys&lang=en&file_type=pdf",
    "/?q=番茄幼苗怎么浇水",
    "/?q=qwxz vfpk",
    "/?q=-phone",
    "/docs",
)


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(base_url=server, locale="zh-CN", color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_every_page_can_be_used_by_everybody(page: Page) -> None:
    for path in PATHS:
        page.goto(path)
        assert broken_rules(page) == [], path


def test_open_filters_and_suggestions_can_as_well(page: Page) -> None:
    page.goto("/?q=分布式缓存的一致性与淘汰策略&price_to=9&page_count_from=2")
    page.locator("#tool-page_count summary").click()
    assert broken_rules(page) == []
    page.locator(".ask input[type=search]").fill("sourd")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert broken_rules(page) == []


def broken_rules(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
