"""What was corrected is said over HTTP and on the page, with the way back."""

import httpx
from playwright.sync_api import Browser

TYPED, MEANT = "sourdogh starter", "sourdough starter"


def test_the_answer_names_the_query_that_was_meant(client: httpx.Client) -> None:
    answer = client.get("/v1/search", params={"q": TYPED}).json()
    assert (answer["query"], answer["corrected"]) == (TYPED, MEANT)
    assert answer["hits"][0]["title"] == "Sourdough bread"
    assert client.get("/v1/search", params={"q": MEANT}).json()["corrected"] is None


def test_spelling_can_be_left_as_it_is(client: httpx.Client) -> None:
    asked = {"q": TYPED, "spelling": False}
    assert client.post("/v1/search", json=asked).json()["corrected"] is None
    assert client.get("/v1/search", params=asked).json()["corrected"] is None


def test_a_demand_that_nothing_fulfils_finds_nothing(client: httpx.Client) -> None:
    answer = client.get("/v1/search", params={"q": '"starter sourdough"'}).json()
    assert (answer["hits"], answer["nearest"], answer["total"]["value"]) == ([], [], 0)
    refused = client.get("/v1/search", params={"q": "-starter"})
    assert refused.status_code == 422
    assert "add a word" in refused.json()["detail"]


def test_the_page_shows_what_was_meant_and_leads_back(browser: Browser, server: str) -> None:
    page = browser.new_page(base_url=server, locale="en-US")
    page.goto(f"/?q={TYPED}")
    assert page.locator(".corrected strong").inner_text() == MEANT
    page.get_by_role("link", name=TYPED).click()
    page.wait_for_url("**spelling=false**")
    assert page.locator(".corrected").count() == 0
    assert page.get_by_role("search").get_by_role("combobox").input_value() == TYPED
    page.close()
