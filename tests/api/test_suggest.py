"""Suggestions over HTTP: what was typed so far leads to what can be asked."""

from typing import Any

import httpx
import pytest

Answer = dict[str, Any]
TITLE = "参数服务器的容灾"


def suggest(client: httpx.Client, q: str, place: str = "/v1", **params: Any) -> Answer:
    """Return the answer once the library has been read for it."""
    while True:
        response = client.get(f"{place}/suggest", params={"q": q, **params})
        answer: Answer = response.raise_for_status().json()
        kept = "private, max-age=30" if answer["complete"] else "no-store"
        assert response.headers["cache-control"] == kept
        if answer["complete"]:
            return answer


@pytest.mark.parametrize("q", ["参数", "canshuf", "csf", "參數"])
def test_a_beginning_is_answered_with_what_can_be_asked(client, q):
    answer = suggest(client, q)
    assert answer["q"] == q
    assert answer["took_ms"] < 1000
    (found,) = [each for each in answer["suggestions"] if each["text"] == TITLE]
    assert (found["kind"], found["documents"]) == ("title", 1)
    start, end = found["match"][0]
    assert (start, end) in ((0, 2), (0, 3))
    hits = client.get("/v1/search", params={"q": found["text"]}).json()["hits"]
    assert TITLE in [hit["title"] for hit in hits]


def test_what_only_resembles_the_beginning_has_no_match(client):
    (found,) = suggest(client, "sourdogh")["suggestions"]
    assert found == {"text": "Sourdough bread", "kind": "title", "documents": 1, "match": []}


def test_so_many_as_asked_for_are_given_and_eight_otherwise(client):
    assert len(suggest(client, "分布式")["suggestions"]) == 8
    assert len(suggest(client, "分布式", limit=3)["suggestions"]) == 3
    assert len(suggest(client, "fbs", limit=20)["suggestions"]) >= 14


def test_nothing_typed_is_answered_with_nothing(client):
    assert suggest(client, "")["suggestions"] == []
    assert suggest(client, "\u3000")["suggestions"] == []


@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({"q": "a", "limt": 3}, 'unknown name "limt": did you mean "limit"?'),
        ({"q": "a", "limit": 21}, "limit"),
        ({"q": "a" * 201}, "q"),
        ({}, "q"),
    ],
)
def test_what_cannot_be_asked_is_a_problem(client, params, detail):
    response = client.get("/v1/suggest", params=params)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in str(response.json())


@pytest.mark.parametrize(
    "q", ["%00", "%F0%9F%98%80", "%22%2B-(", "%5B.*%5D", "%E2%80%AE", "%CC%81", "%E1%84%80"]
)
def test_odd_beginnings_are_answered(client, q):
    assert client.get(f"/v1/suggest?q={q}").status_code == 200


def test_the_answer_is_described_with_an_example(client):
    described = client.get("/openapi.json").json()
    assert "/v1/suggest" in described["paths"]
    (example,) = described["components"]["schemas"]["SuggestAnswer"]["examples"]
    assert example["suggestions"][0]["text"] == "参数服务器"
