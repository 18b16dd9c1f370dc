"""Every kind of response says what a browser may do with it."""

import pytest

from api.access.access import Access

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
PATHS = (
    "/",
    "/?q=tomato",
    "/documents/public%2F1",
    "/documents/none",
    "/docs",
    "/openapi.json",
    "/livez",
    "/v1/search?q=tomato",
    "/v1/search?limt=1",
    "/v1/documents/none",
    "/nowhere",
    "/static/style.css",
    "/static/icon.svg",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_response_forbids_what_is_not_needed(client, path):
    headers = client(Access()).get(path).headers
    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in headers["permissions-policy"]
    kind = headers["content-type"].partition(";")[0]
    policy = headers.get("content-security-policy", "")
    if kind in ("text/html", "application/json", "application/problem+json"):
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
    assert "unsafe" not in policy


def test_pages_load_from_their_own_server_alone(client):
    page = client(Access()).get("/?q=tomato")
    policy = page.headers["content-security-policy"].split("; ")
    sources = {each.partition(" ")[2] for each in policy}
    assert sources == {"'self'", "'none'"}
    assert "style=" not in page.text
    assert "<style" not in page.text
    assert " onclick" not in page.text


def test_answers_are_kept_apart_by_key(client):
    for path in ("/v1/suggest?q=g", "/v1/documents", "/v1/documents/none"):
        assert "X-API-Key" in client(Access()).get(path).headers["vary"]
