"""The page of a document, as a browser shows it: pages as pictures, marks, search within it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from reportlab.pdfgen.canvas import Canvas

from api.app import create_app
from api.pictures.pictures import Pictures
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

MATTERS = ("bloom filters", "hash rings", "checkpoints", "raft elections", "merkle trees")
SENTENCE = "This page explains {} to people who build distributed systems in their daily work."
HARM = 'Owls </title><img src=x onerror="stolen = 1">\u202egpj'
LISTED = [
    {
        "id": "harm",
        "title": HARM,
        "tags": [HARM],
        "fields": {"shelf": HARM},
        "snippets": [{"text": f"Owls hunt at night {HARM}.", "page": 3}],
    },
    {"id": "long", "title": "Owls hunt at night. " * 250, "snippets": ["Owls sleep by day."]},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    for name, size in (
        ("slides.pdf", (400, 225)),
        ("copy.pdf", (400, 225)),
        ("gone.pdf", (225, 400)),
    ):
        canvas = Canvas(str(folder / name), pagesize=size)
        canvas.setFontSize(8)
        for number in range(30):
            matter = MATTERS[number % 5] if name != "gone.pdf" else "tomatoes"
            canvas.drawString(20, 200, SENTENCE.format(f"{matter} {number + 1}")[:60])
            canvas.drawString(20, 185, SENTENCE.format(f"{matter} {number + 1}")[60:])
            canvas.showPage()
        canvas.save()
    (folder / "notes.md").write_text(
        "# Notes\n\nMerkle trees find what differs.\n\nOwls hunt at night."
    )
    (folder / "list.jsonl").write_text("\n".join(map(json.dumps, LISTED)))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path, encoder: Encoder, serve) -> Iterator[str]:
    with LibraryWriter(folder / "library", encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])
    (folder / "gone.pdf").unlink()
    engine = Engine(folder / "library", encoder)
    with serve(create_app(engine, pictures=Pictures(folder / "cache"))) as address:
        yield address


@pytest.fixture(scope="module")
def ids(server: str) -> dict[str, str]:
    listed = httpx.get(f"{server}/v1/documents?limit=50").json()["documents"]
    return {each["document"]["path"] or each["id"]: each["id"] for each in listed}


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    page = browser.new_page(base_url=server, locale="en-US")
    page.set_default_timeout(5000)
    yield page
    assert page.evaluate("typeof stolen") == "undefined"
    page.close()


@pytest.fixture
def plain_page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def passage(server: str, document_id: str, number: int) -> int:
    passages = httpx.get(f"{server}/v1/documents/{document_id}").json()["passages"]
    return next(each["id"] for each in passages if each["page"] == number)


def is_drawn(page: Page) -> bool:
    picture = page.locator(".sheet img")
    picture.evaluate("each => each.decode()")
    return bool(picture.evaluate("each => each.naturalWidth > 0"))


def test_a_hit_leads_to_its_page_with_the_passage_marked(page: Page, server: str, ids) -> None:
    slides = ids["slides.pdf"]
    key = passage(server, slides, 13)
    page.goto(f"/documents/{slides}?at=13&passage={key}&q=checkpoints")
    assert is_drawn(page)
    assert page.locator(".sheet img").get_attribute("alt") == "page 13"
    paper, word = (
        page.locator(selector).bounding_box() for selector in (".sheet", ".sheet rect.keyword")
    )
    assert page.locator(".sheet rect.passage").count() == 2
    assert paper is not None
    assert word is not None
    assert 0 < (word["x"] - paper["x"]) / paper["width"] < 0.6
    assert (word["y"] - paper["y"]) / paper["height"] == pytest.approx(1 - 207 / 225, abs=0.02)
    expect(page.locator("#passage mark")).to_have_text("checkpoints")
    link = page.get_by_role("link", name="Open the file at this page").get_attribute("href")
    assert link == f"/v1/documents/{slides}/file#page=13&search=checkpoints"


def test_pages_turn_without_a_reload_and_back(page: Page, ids) -> None:
    page.goto(f"/documents/{ids['slides.pdf']}?at=2")
    page.evaluate("window.same = true")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".sheet img")).to_have_attribute("alt", "page 3")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".sheet img")).to_have_attribute("alt", "page 4")
    expect(page.get_by_role("link", name="Next page")).to_be_focused()
    page.go_back()
    expect(page.locator(".sheet img")).to_have_attribute("alt", "page 3")
    page.go_back()
    expect(page.locator(".sheet img")).to_have_attribute("alt", "page 2")
    page.locator(".strip a").nth(5).press("Enter")  # the browser may be scrolling back still
    expect(page.locator(".strip [aria-current]")).to_contain_text("6")
    page.locator(".turn input").press("ArrowLeft")
    expect(page).to_have_url(re.compile("at=6"))
    assert page.evaluate("window.same")


def test_without_scripts_every_page_is_a_link(plain_page: Page, ids) -> None:
    page = plain_page
    page.goto(f"/documents/{ids['slides.pdf']}")
    assert page.get_by_role("link", name="上一页").count() == 0
    page.get_by_role("link", name="下一页").first.click()
    assert page.locator(".turn input[name=at]").input_value() == "2"
    page.locator(".turn input[name=at]").fill("30")
    page.get_by_role("button", name="跳转").click()
    assert page.get_by_text("共 30 页").is_visible()
    assert page.locator(".strip a").count() == 11
    assert page.locator(".strip img[loading=lazy]").count() == 11
    assert page.locator(".turn [rel=next]").count() == 0


def test_what_is_looked_for_in_a_document_leads_to_its_pages(plain_page: Page, ids) -> None:
    page = plain_page
    page.goto(f"/documents/{ids['slides.pdf']}?at=7")
    page.locator("input[name=within]").fill("how are leaders elected with raft elections")
    page.locator("input[name=within]").press("Enter")
    second = page.locator(".found li").nth(1)
    assert "raft" in page.locator(".found li").first.inner_text()
    best = page.locator(".turn input[name=at]").input_value()
    assert int(best) % 5 == 4
    second.get_by_role("link").click()
    assert page.locator(".turn input[name=at]").input_value() != best
    assert page.locator(".sheet rect.passage").count() > 0
    assert page.locator(".found li").count() > 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [("怎样清洗空调滤网", "does not answer that"), ("?", "q holds nothing but signs")],
)
def test_what_a_document_does_not_answer_is_said(server: str, ids, asked: str, said: str) -> None:
    address = f"{server}/documents/{ids['slides.pdf']}"
    response = httpx.get(address, params={"within": asked, "lang": "en"})
    assert response.status_code == 200
    assert said in response.text


def test_a_document_without_pages_shows_the_passage_in_its_text(server: str, ids) -> None:
    notes = ids["notes.md"]
    key = httpx.get(f"{server}/v1/documents/{notes}").json()["passages"][0]["id"]
    html = httpx.get(f"{server}/documents/{notes}?passage={key}&q=owls").text
    assert 'class="chosen"' in html
    assert "<mark>Owls</mark>" in html
    assert 'id="view"' not in html


def test_a_pdf_that_is_gone_says_so_and_shows_its_text(server: str, ids) -> None:
    html = httpx.get(f"{server}/documents/{ids['gone.pdf']}?lang=en").text
    assert "no longer where it was indexed" in html
    assert "explains tomatoes 1" in html


@pytest.mark.parametrize(
    "query",
    [
        "at=0",
        "at=999",
        "at=x",
        "passage=x",
        "passage=99999999",
        "q=%3F",
        "q=%FF",
        "within=%20",
        "at=2&at=3",
        f"q={'x' * 3000}",
        f"within={'x' * 3000}",
        "page=9",
    ],
)
def test_odd_addresses_are_tolerated(server: str, ids, query: str) -> None:
    assert httpx.get(f"{server}/documents/{ids['slides.pdf']}?{query}").status_code == 200


def test_facts_and_hostile_titles_are_only_text(page: Page) -> None:
    page.goto("/documents/harm")
    assert "<img src=x onerror=" in page.locator("h1").inner_text()
    assert "\u202e" not in page.locator("main").inner_text()
    assert page.locator("main img").count() == 0
    expect(page.locator("dl")).to_contain_text("shelf")
    page.goto("/documents/long")
    assert len(page.locator("h1").inner_text()) < 300


def test_copies_are_listed_and_similar_documents_say_why(server: str, ids) -> None:
    html = httpx.get(f"{server}/documents/{ids['slides.pdf']}?lang=en").text
    assert f"/documents/{ids['copy.pdf']}" in html
    similar = html[html.index('id="similar"') :]
    assert "Closest pages:" in similar
    assert 'class="reason"' in similar


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 320)])
def test_the_page_is_for_everybody_and_stands_still(
    browser: Browser, server: str, ids, scheme, width: int
) -> None:
    context = browser.new_context(
        base_url=server, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "each => window.shift += each.value)).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"/documents/{ids['slides.pdf']}?at=3&within=raft&q=raft", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("window.shift") < 0.02
    broken = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in broken] == []
    context.close()
