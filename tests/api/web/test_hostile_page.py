"""A document that means harm is only text on the pages, with scripts on."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

HARM = (
    '<img src=x onerror="stolen = 1"><script>stolen = 2</script>'
    '\u202eylgu\u202c" onclick="stolen = 3'
)
LONG = "Owls hunt at night. " * 250
LISTED = [
    {
        "id": "../x?a=b#c",
        "title": f"Tomatoes {HARM}",
        "snippets": [f"Tomatoes like warmth {HARM}."],
    },
    {"id": "long", "title": LONG, "snippets": [LONG]},
    {"id": "tags", "title": "Frost", "tags": [HARM], "source": HARM, "snippets": ["Frost bites."]},
]


@pytest.fixture(scope="module")
def hostile(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory, serve) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    lines = "\n".join(json.dumps(each) for each in LISTED)
    (folder / "list.jsonl").write_text(lines, encoding="utf-8")
    with LibraryWriter(folder / "library", encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder / "list.jsonl"])
    with serve(create_app(Engine(folder / "library", encoder))) as address:
        yield address


@pytest.fixture
def page(browser: Browser, hostile: str) -> Iterator[Page]:
    page = browser.new_page(base_url=hostile, locale="en-US")
    page.set_default_timeout(5000)
    page.goto("/")
    yield page
    assert page.evaluate("typeof stolen") == "undefined"
    page.close()


def box(page: Page):
    return page.locator(".ask input[type=search]")


def test_a_title_full_of_markup_is_shown_as_it_is_written(page: Page) -> None:
    box(page).fill("tomatoes like warmth")
    title = page.locator(".hits h2").first
    expect(title).to_contain_text("<img src=x onerror=")
    assert "\u202e" not in page.locator("main").inner_text()
    assert page.locator("main img, main script").count() == 0
    title.locator("a").click()
    expect(page.locator("h1")).to_contain_text("<script>stolen = 2</script>")


def test_a_suggestion_full_of_markup_is_text_as_well(page: Page) -> None:
    box(page).press_sequentially("tomat", delay=5)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Tomatoes")
    assert page.locator("#suggestions img, #suggestions script").count() == 0
    option.click()
    expect(page.locator(".hits h2").first).to_contain_text("Tomatoes <img")


def test_a_title_without_end_does_not_fill_the_page(page: Page) -> None:
    box(page).fill("owls hunting at night")
    title = page.locator(".hits h2").first
    expect(title).to_contain_text("Owls hunt")
    assert len(title.inner_text()) < 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_tag_full_of_markup_can_be_filtered_by(page: Page) -> None:
    page.goto("/?q=frost bites&tags=" + HARM.replace("=", "%3D").replace("&", "%26"))
    expect(page.locator(".chips li").first).to_contain_text("<img src=x")
    expect(page.locator(".hits h2").first).to_have_text("Frost")
