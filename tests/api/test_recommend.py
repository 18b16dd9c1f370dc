"""Recommendations over HTTP: likes, dislikes, reasons, and what is refused."""

import httpx
import pytest


def recommend(client: httpx.Client, **body) -> httpx.Response:
    return client.post("/v1/recommend", json=body)


def ids(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["id"] for each in response.json()["recommended"]]


def test_documents_come_with_facts_and_the_reason(client, markdown_id):
    answer = recommend(client, positive=[markdown_id], limit=3).json()
    first = answer["recommended"][0]
    assert {"id", "title", "url", "link", "document", "similarity", "reason"} == set(first)
    assert first["reason"]["liked"] == markdown_id
    assert "参数服务器把参数切成分片" in first["reason"]["own"]
    assert first["reason"]["visited"] is False
    assert isinstance(first["reason"]["label"], list)
    assert answer["generation"] >= 1


def test_similar_gives_the_same_with_one_liked(client, markdown_id):
    similar = client.get(f"/v1/documents/{markdown_id}/similar", params={"limit": 3}).json()
    same = recommend(client, positive=[markdown_id], limit=3, diversity=0).json()
    assert similar == {"id": markdown_id, "similar": same["recommended"]}


def test_a_text_is_enough_and_what_was_seen_is_left_out(client, html_id):
    found = ids(recommend(client, text="baking bread with sourdough", limit=3))
    assert found[0] == html_id
    assert html_id not in ids(
        recommend(client, text="baking bread with sourdough", seen=[html_id, "nobody/knows"])
    )


def test_an_unknown_id_is_pointed_at(client, html_id):
    response = recommend(client, positive=[html_id, "nope"], negative=["neither"])
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    errors = response.json()["errors"]
    assert [each["pointer"] for each in errors] == ["/positive/1", "/negative/0"]
    assert 'no document "nope" here' in errors[0]["detail"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "nothing is liked"),
        ({"text": "  "}, "q is empty"),
        ({"text": "a", "limt": 3}, 'did you mean "limit"?'),
        ({"text": "a", "limit": "3"}, "limit is"),
        ({"text": "a", "diversity": 2}, "diversity is 2"),
        ({"text": "a", "filter": "langage = en"}, "langage"),
        ({"positive": "listed/1"}, "positive is"),
        ({"positive": ["x"] * 33}, "at most 32"),
        ({"text": "a", "seen": ["x" * 201]}, "at most 200"),
    ],
)
def test_what_cannot_be_is_refused(client, body, told):
    response = recommend(client, **body)
    assert response.status_code == 422
    assert told in response.json()["detail"]


@pytest.mark.parametrize(
    "raw", [b'{"positive": ["\\ud800"]}', b'{"text": "a", "seen": ["\\ud800"]}']
)
def test_half_a_character_is_no_id(client, raw):
    headers = {"content-type": "application/json"}
    assert client.post("/v1/recommend", content=raw, headers=headers).status_code == 422


def test_a_form_is_no_json(client):
    assert client.post("/v1/recommend", data={"text": "a"}).status_code == 415
    assert client.get("/v1/recommend").status_code == 405
