"""Keys over HTTP: what each is for, whose pages may use it, and that it is never overlooked."""

import time

import pytest
from fastapi.routing import APIRoute

from api.access.access import Access
from api.access.gate import Gate
from api.access.operations import Operation
from store.keys import Key

SEARCH = Key("search", ("search",))
KEPT = Access(loopback=True, reading="key")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def code(response) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def operations(client) -> list[tuple[str, str]]:
    paths = client.app.openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def test_where_reading_needs_a_key_nothing_is_read_without_one(client):
    asked = client(Access(reading="key"))
    for method, path in operations(asked):
        response = asked.request(method, path)
        if path in ("/livez", "/readyz"):
            assert response.status_code == 200
        else:
            assert code(response)[0] in (401, 403), (method, path)
    assert asked.get("/widget.js").status_code == 200


def test_no_route_is_outside_the_gate(client):
    guarded, others = [], []
    for route in client(KEPT).app.routes:
        calls = (
            [each.call for each in route.dependant.dependencies]
            if isinstance(route, APIRoute)
            else []
        )
        inside = any(getattr(each, "__func__", None) is Gate.check for each in calls)
        (guarded if inside else others).append(route.path)
    assert len(guarded) > 20
    assert set(others) == {"/openapi.json", "/static", "/v1/collections/{name}"}


def test_pages_say_it_to_people(client):
    for path in ("/", "/?q=tomato", "/documents/public%2F1", "/docs"):
        response = client(KEPT).get(path, headers={"accept-language": "en"})
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert "A key is needed" in response.text
        assert "tomato seed" not in response.text


def test_a_key_to_search_opens_searches_and_pages_and_nothing_else(client, token):
    asked, headers = client(KEPT), bearer(token(SEARCH))
    for path in ("/v1/search?q=tomato", "/v1/suggest?q=gar", "/v1/documents", "/?q=tomato"):
        assert asked.get(path, headers=headers).status_code == 200
    liked = {"positive": ["public/1"]}
    assert asked.post("/v1/recommend", json=liked, headers=headers).status_code == 200
    for method, path in (
        ("GET", "/v1/tasks"),
        ("GET", "/v1/collections"),
        ("POST", "/v1/documents"),
    ):
        response = asked.request(method, path, headers=headers, json=None)
        assert code(response) == (403, "key_scope")
    problem = asked.delete("/v1/documents/public%2F1", headers=headers).json()
    assert problem["detail"] == 'key "search" is for search, not for this'


def test_a_key_to_write_may_do_all(client, token):
    key = token(Key("writer", ("write",)))
    asked = client(Access(reading="key"), "library.example")
    assert asked.get("/v1/tasks", headers={"x-api-key": key}).status_code == 200
    response = asked.delete("/v1/documents/none?wait=20s", headers={"x-api-key": key})
    assert response.status_code in (202, 404)
    headers = {"x-api-key": key, "origin": "https://evil.example"}
    assert code(asked.delete("/v1/documents/none", headers=headers)) == (403, "cross_origin_write")


def test_the_servers_own_key_reads_as_well(client):
    asked = client(Access("secret", reading="key"))
    assert asked.get("/v1/search?q=tomato", headers=bearer("secret")).status_code == 200


@pytest.mark.parametrize("reading", ["open", "key"])
def test_a_key_that_does_not_count_is_an_error_also_where_none_is_needed(client, token, reading):
    asked = client(Access(loopback=True, reading=reading))
    over = token(Key("over", ("search",), expires="2020-01-01"))
    for path in ("/v1/search?q=tomato", "/v1/documents", "/v1/tasks", "/version"):
        assert asked.get(path, headers=bearer("wk_wrong")).status_code == 401
        assert asked.get(path, headers={"x-api-key": "密".encode()}).status_code == 401
        assert asked.get(path, headers=bearer(over)).status_code == 401
    assert code(asked.get("/v1/search?q=a", headers=bearer(over))) == (401, "key_expired")
    assert code(asked.post("/v1/documents", headers=bearer("wk_wrong"))) == (401, "key_wrong")


def test_a_key_counts_soon_after_it_is_made_and_no_longer_once_revoked(client, keys):
    asked = client(KEPT)
    assert asked.get("/v1/documents", headers=bearer("wk_wrong")).status_code == 401
    headers = bearer(keys.create(SEARCH))
    time.sleep(0.6)
    assert asked.get("/v1/documents", headers=headers).status_code == 200
    keys.revoke("search")
    time.sleep(0.6)
    assert code(asked.get("/v1/documents", headers=headers)) == (401, "key_wrong")


def test_a_key_of_one_site_is_of_no_use_to_another(client, token):
    asked = client(KEPT)
    headers = bearer(token(Key("site", ("search",), origins=("https://a.example",))))
    own = {**headers, "origin": "https://a.example"}
    assert asked.get("/v1/search?q=tomato", headers=own).status_code == 200
    for other in ({}, {"origin": "https://b.example"}, {"origin": "null"}):
        response = asked.get("/v1/search?q=tomato", headers={**headers, **other})
        assert code(response) == (403, "key_origin")


def test_a_key_of_one_collection_opens_that_alone(client, token):
    with client(Access(loopback=True)) as asked:
        for name in ("papers", "other"):
            assert asked.put(f"/v1/collections/{name}").is_success
        headers = bearer(token(Key("papers", ("search",), collection="papers")))
        assert asked.get("/v1/collections/papers/documents", headers=headers).status_code == 200
        for path in ("/v1/documents", "/v1/collections/other/documents", "/", "/v1/collections"):
            assert asked.get(path, headers=headers).status_code == 403


def test_what_a_key_is_for():
    search, events, inside = (Operation(kind) for kind in ("search", "events", "inside"))
    allowed = {
        scope: [each.is_allowed_by(Key("k", (scope,))) for each in (search, events, inside)]
        for scope in ("search", "events", "write")
    }
    assert allowed == {
        "search": [True, True, False],
        "events": [False, True, False],
        "write": [True, True, True],
    }


EVENT = {"type": "view", "document": "public/1"}


def test_visitors_of_known_pages_report_events(client, token):
    asked = client(Access(origins=("https://a.example", "*")), "library.example")
    for origin in ("https://a.example", "http://library.example"):
        assert asked.post("/v1/events", json=EVENT, headers={"origin": origin}).is_success
    for origin in ("https://b.example", "null", "*"):
        response = asked.post("/v1/events", json=EVENT, headers={"origin": origin})
        assert code(response) == (403, "cross_origin_write")
    assert code(asked.post("/v1/events", json=EVENT)) == (403, "writes_not_allowed")
    headers = {**bearer(token(Key("events", ("events",)))), "origin": "https://b.example"}
    assert asked.post("/v1/events", json=EVENT, headers=headers).is_success
    assert code(asked.get("/v1/documents", headers=headers)) == (403, "key_scope")
    assert code(asked.delete("/v1/events", headers=headers)) == (403, "cross_origin_write")


def test_a_foreign_name_for_this_machine_reports_nothing(client):
    asked = client(Access(loopback=True), "evil.example:8000")
    headers = {"origin": "http://evil.example:8000"}
    response = asked.post("/v1/events", json=EVENT, headers=headers)
    assert code(response) == (403, "writes_not_allowed")
    assert client(Access(loopback=True)).post("/v1/events", json=EVENT).is_success
    kept = client(KEPT).post("/v1/events", json=EVENT)
    assert code(kept) == (401, "key_missing")
