"""Which pages of other sites may read what, and what they are told."""

import pytest

from api.access.access import Access

SITE = {"origin": "https://a.example"}
ALLOWED = Access(origins=("https://a.example",), loopback=True)
READS = (
    ("GET", "/v1/search?q=tomato"),
    ("POST", "/v1/search"),
    ("GET", "/v1/suggest?q=gar"),
    ("POST", "/v1/recommend"),
    ("GET", "/v1/documents"),
    ("GET", "/v1/documents/public%2F1"),
    ("GET", "/v1/documents/public%2F1/similar"),
    ("GET", "/v1/documents/public%2F1/pages/1.png"),
    ("GET", "/v1/collections/papers/search?q=a"),
)
WRITES = (
    ("POST", "/v1/documents"),
    ("DELETE", "/v1/documents"),
    ("PUT", "/v1/documents/public%2F1"),
    ("DELETE", "/v1/events"),
    ("PUT", "/v1/collections/papers"),
    ("POST", "/v1/tasks/x/cancel"),
)
INSIDE = (("GET", "/"), ("GET", "/v1/tasks"), ("GET", "/v1/collections"), ("GET", "/version"))


def preflight(client, method: str, path: str, origin: str = "https://a.example"):
    headers = {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": "content-type,x-api-key",
    }
    return client.options(path, headers=headers)


@pytest.mark.parametrize(("method", "path"), READS)
def test_pages_of_the_named_sites_may_read(client, method, path):
    asked = client(ALLOWED)
    asking = preflight(asked, method, path)
    assert asking.status_code == 200
    assert asking.headers["access-control-allow-origin"] == "https://a.example"
    assert "x-api-key" in asking.headers["access-control-allow-headers"]
    assert int(asking.headers["access-control-max-age"]) > 600
    response = asked.request(method, path, headers=SITE)
    assert response.headers["access-control-allow-origin"] == "https://a.example"
    assert "Origin" in response.headers["vary"]
    assert "access-control-allow-credentials" not in {**response.headers, **asking.headers}


@pytest.mark.parametrize("origin", ["https://b.example", "null", "http://a.example", "*"])
def test_pages_of_other_sites_are_told_nothing(client, origin):
    asked = client(ALLOWED)
    response = asked.get("/v1/search?q=tomato", headers={"origin": origin})
    assert "access-control-allow-origin" not in response.headers
    assert "Origin" in response.headers["vary"]
    asking = preflight(asked, "POST", "/v1/search", origin)
    assert "access-control-allow-origin" not in asking.headers


@pytest.mark.parametrize(("method", "path"), [*WRITES, *INSIDE])
@pytest.mark.parametrize("origins", [("https://a.example",), ("*",)])
def test_no_other_site_writes_or_looks_inside(client, method, path, origins):
    asked = client(Access(origins=origins, loopback=True))
    asking = preflight(asked, method, path)
    assert "access-control-allow-origin" not in asking.headers
    response = asked.request(method, path, headers=SITE)
    assert "access-control-allow-origin" not in response.headers
    if (method, path) in WRITES and path != "/v1/events":
        assert response.json()["code"] == "cross_origin_write"


def test_a_star_lets_every_page_read(client):
    response = client(Access(origins=("*",))).get("/v1/documents", headers=SITE)
    assert response.headers["access-control-allow-origin"] == "*"


def test_without_a_list_nobody_is_let_in(client):
    asked = client(Access())
    response = asked.get("/v1/documents", headers=SITE)
    assert "access-control-allow-origin" not in response.headers
    assert preflight(asked, "GET", "/v1/documents").status_code == 405


def test_an_error_may_be_read_as_well(client):
    asked = client(ALLOWED)
    response = asked.get("/v1/search?limt=1", headers=SITE)
    assert response.status_code == 422
    assert response.headers["access-control-allow-origin"] == "https://a.example"
    refused = client(Access(origins=ALLOWED.origins, reading="key"))
    response = refused.get("/v1/search?q=a", headers=SITE)
    assert (response.status_code, response.json()["code"]) == (401, "key_missing")
    assert response.headers["access-control-allow-origin"] == "https://a.example"


def test_pictures_may_stand_on_other_pages_once_a_site_is_named(client):
    path = "/v1/documents/public%2F1/pages/1.png"
    for access, policy in ((ALLOWED, "cross-origin"), (Access(), "same-origin")):
        response = client(access).get(path)
        assert response.headers["cross-origin-resource-policy"] == policy


def test_the_script_may_be_loaded_by_any_page_and_is_small(client):
    asked = client(Access(reading="key"))
    response = asked.get("/widget.js", headers={"accept-encoding": "gzip"})
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["access-control-allow-origin"] == "*"
    assert int(response.headers["content-length"]) < 15_000
    kept = asked.get("/widget.js", headers={"if-none-match": response.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
