"""<wenhai-related> on a page of another site, in a real browser, under a strict policy."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

Answer = Callable[..., None]
Make = Callable[..., dict[str, Any]]


def test_related_documents_stand_on_a_page_of_another_site(
    page: Page, site: Any, pdf_id: str
) -> None:
    page.goto(site.shows(f'<wenhai-related document="{pdf_id}" limit="4"></wenhai-related>'))
    related = page.locator("wenhai-related")
    expect(related.get_by_role("heading", name="相关文档")).to_be_visible()
    expect(related.get_by_role("link")).to_have_count(4)
    assert related.get_by_role("link").first.get_attribute("href").startswith(site.server)
    assert page.evaluate("told")[0] == ["wenhai-load", {"count": 4}]
    assert page.evaluate("shift") < 0.02


def test_the_room_is_kept_while_a_slow_server_answers(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    items = [document(f"第 {number} 份") for number in range(6)]
    page.route("**/similar?*", lambda route: answer(route, {"similar": items}, delay=0.4))
    page.goto(site.shows('<wenhai-related document="a"></wenhai-related>'))
    before = page.get_by_text("below").bounding_box()
    expect(page.get_by_role("link")).to_have_count(6)
    assert page.get_by_text("below").bounding_box() == before
    assert page.evaluate("shift") < 0.02


def test_what_is_far_below_is_asked_for_when_it_comes_near(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    page.route("**/similar?*", lambda route: answer(route, {"similar": [document("近")]}))
    tall = "<p>线</p>" * 200
    page.goto(site.shows(f'{tall}<wenhai-related document="a"></wenhai-related>'))
    page.wait_for_timeout(150)
    assert page.evaluate("told") == []
    page.get_by_text("below").scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="近")).to_be_visible()


def test_another_document_is_asked_about_at_once_and_an_old_answer_is_not_shown(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    def similar(route: Route) -> None:
        old = "/old/" in route.request.url
        answer(route, {"similar": [document("旧" if old else "新")]}, delay=0.4 if old else 0)

    page.route("**/similar?*", similar)
    page.goto(site.shows('<wenhai-related document="old"></wenhai-related>'))
    page.locator("wenhai-related").evaluate("each => each.setAttribute('document', 'new')")
    expect(page.get_by_role("link", name="新")).to_be_visible()
    page.wait_for_timeout(600)
    expect(page.get_by_role("link", name="旧")).to_have_count(0)


@pytest.mark.parametrize(
    "away",
    [
        lambda route, _: route.abort(),
        lambda route, answer: answer(route, {"detail": "no"}, status=503),
        lambda route, answer: answer(route, "no object"),
        lambda route, answer: answer(route, {"similar": []}),
    ],
)
def test_without_an_answer_nothing_is_there(
    page: Page, site: Any, answer: Answer, away: Callable[[Route, Answer], None]
) -> None:
    page.route("**/similar?*", lambda route: away(route, answer))
    page.goto(site.shows('<wenhai-related document="a"></wenhai-related>'))
    expect(page.locator("wenhai-related")).to_be_hidden()
    assert page.get_by_text("below").bounding_box()["y"] < 200


def test_a_server_that_never_answers_is_given_up(page: Page, site: Any) -> None:
    page.clock.install()
    page.route("**/similar?*", lambda _: None)
    page.goto(site.shows('<wenhai-related document="a"></wenhai-related>'))
    page.clock.fast_forward(9000)
    expect(page.locator("wenhai-related")).to_be_hidden()
    name, detail = page.evaluate("told")[0]
    assert name == "wenhai-error"
    assert "gives no answer" in detail["message"]


def test_a_hostile_document_is_only_text(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    hostile = [
        document("<img src=x onerror=alert(1)>", url="javascript:alert(2)"),
        document("\u202egnp.exe\u202c\u2066 \u0000a\n\nb", url="data:text/html,x"),
        document("长" * 5000, url="https://docs.example.org/1", document=None, reason=None),
    ]
    page.route("**/similar?*", lambda route: answer(route, {"similar": hostile}))
    page.goto(site.shows('<wenhai-related document="a"></wenhai-related>'))
    links = page.get_by_role("link")
    expect(links).to_have_count(3)
    assert links.all_inner_texts()[:2] == ["<img src=x onerror=alert(1)>", "gnp.exe a b"]
    assert len(links.nth(2).inner_text()) == 241
    targets = [each.get_attribute("href") for each in links.all()]
    assert all(each.startswith(f"{site.server}/documents/") for each in targets[:2])
    assert targets[2] == "https://docs.example.org/1"
    assert page.locator("li").nth(2).bounding_box()["height"] < 100
    assert page.locator("img").count() == 0


def test_the_reason_is_what_both_speak_of_else_the_page(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    shared = document("甲")["reason"] | {"label": ["参数服务器", "容灾"]}
    items = [document("甲", reason=shared), document("乙")]
    page.route("**/similar?*", lambda route: answer(route, {"similar": items}))
    page.goto(site.shows('<wenhai-related lang="en" document="a"></wenhai-related>'))
    rows = page.get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("参数服务器 · 容灾")
    expect(rows.nth(1)).to_contain_text("closest on page 7")
    expect(rows.nth(1)).to_contain_text("PDF · 36 pages")
    expect(page.get_by_role("heading", name="Related documents")).to_be_visible()


def test_a_site_links_to_its_own_pages_and_says_what_was_seen(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    asked: list[Any] = []

    def recommend(route: Route) -> None:
        asked.append(route.request.post_data_json)
        answer(route, {"recommended": [document("a/b")]})

    page.route("**/v1/recommend", recommend)
    attributes = (
        """document='["x", "y"]' text="容灾" seen="z" filter="price = 0" link="/docs/{id}" """
    )
    page.goto(
        site.shows(f"<wenhai-related {attributes} heading='更多' level='3'></wenhai-related>")
    )
    link = page.get_by_role("link", name="a/b")
    assert link.evaluate("each => each.href") == f"{site.origin}/docs/a%2Fb"
    expect(page.get_by_role("heading", name="更多", level=3)).to_be_visible()
    assert asked == [
        {"positive": ["x", "y"], "text": "容灾", "seen": ["z"], "filter": "price = 0", "limit": 6}
    ]


def test_a_click_is_reported_where_the_site_wants_it(
    page: Page, site: Any, answer: Answer, document: Make
) -> None:
    reported: list[Any] = []

    def event(route: Route) -> None:
        reported.append(route.request.post_data_json)
        answer(route, {})

    page.route("**/v1/events", event)
    page.route("**/similar?*", lambda route: answer(route, {"similar": [document("甲")]}))
    page.goto(site.shows('<wenhai-related document="a" link="#{id}" events></wenhai-related>'))
    page.get_by_role("link", name="甲").click()
    page.wait_for_timeout(100)
    session = reported[0].pop("session")
    assert reported == [{"type": "click", "document": "甲", "from": "a"}]
    assert 8 <= len(session) <= 64
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == [
        "",
        0,
        0,
    ]


def test_a_site_that_is_not_on_the_list_gets_nothing(page: Page, site: Any, server: str) -> None:
    body = f'<wenhai-related server="{server}" document="a"></wenhai-related>'
    address = site.shows(body)
    site.policy = site.policy.replace("connect-src", f"connect-src {server}")
    page.goto(address)
    expect(page.locator("wenhai-related")).to_be_hidden()


def test_nothing_is_left_on_the_window_and_the_script_may_come_twice(page: Page, site: Any) -> None:
    address = site.shows("")
    script = f'<script src="{site.server}/widget.js" defer></script>'
    site.html = site.html.replace(script, "")
    page.goto(address)
    names = "Object.getOwnPropertyNames(window).sort().join()"
    before = page.evaluate(names)
    page.goto(site.shows(script))
    assert page.evaluate("customElements.get('wenhai-search') !== undefined")
    assert page.evaluate(names) == before
