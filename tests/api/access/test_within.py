"""What a key's filter keeps back cannot be found, listed, fetched, counted or guessed at."""

import re

import pytest

from api.access.access import Access
from api.access.operations import SEARCHES
from store.keys import Key

HIDDEN = re.compile("xylograph|ledger|vault|basement|confidential|secret", re.IGNORECASE)
QUESTIONS = ("tomato seedlings", "xylograph ledger", "xilograph", "Garden notes 1", "vault row")

LIKED = {"positive": ["public/0", "public/copy"], "limit": 20}
TEXT = {"text": "seedlings written down row by row, in a cellar", "limit": 20}
ASKED = {
    "GET /v1/search": [
        {"q": q, "min_relevance": 0, "limit": 50, "facets": "tags,title,id,language", **more}
        for q in QUESTIONS
        for more in ({}, {"duplicates": "all"}, {"mode": "keyword"}, {"filter": "NOT id = x"})
    ],
    "POST /v1/search": [{"q": q, "min_relevance": 0, "facets": ["tags"]} for q in QUESTIONS],
    "GET /v1/suggest": [{"q": q, "limit": 20} for q in ("x", "xylo", "so", "ga", "ledger", "tom")],
    "POST /v1/recommend": [LIKED, TEXT, {**TEXT, "seen": ["secret/1"], "filter": "id EXISTS"}],
    "GET /v1/documents": [
        {"limit": 50, "facets": "tags,title,id"},
        {"limit": 50, "sort": "title:desc"},
        {"filter": "tags = confidential"},
        {"filter": "price EXISTS OR id EXISTS"},
    ],
    "GET /v1/documents/{document_id}": [{}],
    "GET /v1/documents/{document_id}/similar": [{"limit": 20}],
    "GET /v1/documents/{document_id}/passages": [{}],
    "GET /v1/documents/{document_id}/file": [{}],
    "GET /v1/documents/{document_id}/pages/{number}.png": [{}],
    "GET /v1/documents/{document_id}/pages/{number}/marks": [{}],
}
"""Every operation for a key to search, and what it is asked."""

ALLOWED = {"GET /livez", "GET /readyz", "POST /v1/events"}


@pytest.fixture
def asked(client, token):
    """Return a client with a key that lets only public documents be seen."""
    made = client(Access(reading="key"))
    key = token(Key("kept", ("search",), filter="tags = public"))
    made.headers["authorization"] = f"Bearer {key}"
    return made


def operations(client) -> set[str]:
    paths = client.app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def answer_of(client, operation: str, document: str, asked: dict):
    method, path = operation.split(" ")
    path = path.replace("{document_id}", document.replace("/", "%2F")).replace("{number}", "1")
    kind = "json" if method == "POST" else "params"
    return client.request(method, path, **{kind: asked})


def test_every_operation_for_such_a_key_is_there_and_tried_here(asked):
    said = {each.replace(" /", " /v1/").replace(":path}", "}") for each in SEARCHES}
    assert said == set(ASKED)
    assert said <= operations(asked)


def test_whatever_else_is_there_refuses_it(asked):
    for operation in operations(asked) - set(ASKED) - ALLOWED:
        response = answer_of(asked, operation, "public/0", {})
        assert response.status_code == 403, operation
        assert not HIDDEN.search(response.text.replace("filter", ""))


@pytest.mark.parametrize("operation", ASKED)
def test_nothing_of_hidden_documents_is_in_any_answer(asked, operation):
    for parameters in ASKED[operation]:
        response = answer_of(asked, operation, "public/0", parameters)
        allowed = (200, 404) if "pages" in operation or "file" in operation else (200,)
        assert response.status_code in allowed, response.text
        told = {key: value for key, value in response.json().items() if key not in ("query", "q")}
        assert not HIDDEN.search(str(told)), parameters


@pytest.mark.parametrize("operation", [each for each in ASKED if "{document_id}" in each])
def test_a_hidden_document_is_as_one_that_is_not_there(asked, operation, pdf_id):
    missing = answer_of(asked, operation, "nothing", {}).json()
    for document in ("secret/1", "secret/copy", pdf_id):
        hidden = answer_of(asked, operation, document, {})
        assert hidden.status_code == 404
        assert hidden.json()["detail"] == missing["detail"].replace("nothing", document)


def test_counts_and_copies_are_of_what_may_be_seen(asked):
    listed = asked.get("/v1/documents", params={"facets": "tags", "limit": 50}).json()
    assert listed["total"]["value"] == len(listed["documents"]) == 4
    assert listed["facets"]["tags"]["values"] == [{"value": "public", "count": 4}]
    assert listed["facets"]["tags"]["missing"] == 0
    found = asked.get("/v1/search", params={"q": "warm soil", "min_relevance": 0}).json()
    assert found["total"]["value"] == 4
    assert {hit["id"] for hit in found["hits"]} >= {"public/copy"}
    assert all(hit["duplicate_count"] == 0 for hit in found["hits"])


def test_a_hidden_seed_is_an_unknown_one(asked):
    for body in ({"positive": ["secret/1"]}, {"positive": ["public/1"], "negative": ["secret/2"]}):
        hidden = asked.post("/v1/recommend", json=body)
        unknown = asked.post("/v1/recommend", json={"positive": ["nothing"]})
        assert hidden.status_code == unknown.status_code == 422
        assert "no document" in hidden.json()["detail"]


def test_of_hidden_documents_nothing_is_reported(asked):
    reported = asked.post("/v1/events", json={"type": "view", "document": "public/1"})
    assert reported.is_success, reported.text
    hidden, unknown = (
        asked.post("/v1/events", json={"type": "view", "document": document})
        for document in ("secret/1", "nothing")
    )
    assert hidden.status_code == unknown.status_code == 422
    assert hidden.json()["detail"].replace("secret/1", "nothing") == unknown.json()["detail"]


def test_fields_of_hidden_documents_are_unknown(asked):
    for parameters in ({"filter": "vault = basement"}, {"facets": "vault"}, {"sort": "vault:asc"}):
        known = asked.get("/v1/documents", params=parameters)
        never = {each: text.replace("vault", "never") for each, text in parameters.items()}
        unknown = asked.get("/v1/documents", params=never)
        assert known.status_code == unknown.status_code == 422
        assert known.json()["detail"].replace("vault", "never") == unknown.json()["detail"]


def test_a_misspelt_word_is_not_put_right_by_what_hidden_documents_say(asked):
    answer = asked.get("/v1/search", params={"q": "xilograph tomatto"}).json()
    assert answer["corrected"] is None


def test_a_users_own_filter_cannot_open_the_keys(asked):
    for filter_ in ("tags = public) OR (tags = confidential", "id EXISTS OR tags = confidential"):
        response = asked.get("/v1/documents", params={"filter": filter_, "limit": 50})
        assert response.status_code in (200, 422)
        assert "secret/" not in str(response.json().get("documents"))


def test_a_filter_by_what_no_document_has_shows_nothing(client, token):
    key = token(Key("none", ("search",), filter="department = garden"))
    asked = client(Access(reading="key"))
    listed = asked.get("/v1/documents", headers={"x-api-key": key}).json()
    assert listed["documents"] == []
    found = asked.get("/v1/search?q=tomato&min_relevance=0", headers={"x-api-key": key}).json()
    assert (found["hits"], found["nearest"]) == ([], [])


def test_suggestions_are_of_what_may_be_seen(asked):
    for _ in range(20):
        found = asked.get("/v1/suggest", params={"q": "gard"}).json()
        if found["complete"]:
            break
    assert {each["text"] for each in found["suggestions"]} == {
        f"Garden notes {n}" for n in range(3)
    }
    soil = asked.get("/v1/suggest", params={"q": "soil"}).json()["suggestions"]
    assert [(each["text"], each["documents"]) for each in soil] == [("Soil", 1)]
