"""Bodies that are large, broken, deep or of another kind."""

import io
import json

import pytest

from api import middleware
from api.writing import bodies
from api.writing.bodies import Body, items_of

JSON = {"content-type": "application/json"}


def cut(content: bytes, kind: str = "application/json") -> list[tuple[str | None, str | None]]:
    items = items_of(Body(io.BytesIO(content), "", kind))
    return [(item.document, item.payload) for item in items]


@pytest.mark.parametrize("block", [1, 2, 7, 1000])
def test_an_array_is_cut_wherever_the_blocks_end(monkeypatch, block):
    monkeypatch.setattr(bodies, "_BLOCK", block)
    documents = [
        {"id": f"书{at}", "title": 'a]},"\\', "n": [1.5e3, {"x": None}]} for at in range(20)
    ]
    text = json.dumps(documents, indent=1, ensure_ascii=False)
    found = cut(text.encode("utf-8-sig"))
    assert [document for document, _ in found] == [f"书{at}" for at in range(20)]
    assert [json.loads(payload) for _, payload in found] == documents


def test_one_object_is_one_document():
    assert cut(b' {"id": "a", "title": "b"}\n') == [("a", '{"id": "a", "title": "b"}')]


def test_numbers_are_whole_wherever_the_blocks_end(monkeypatch):
    monkeypatch.setattr(bodies, "_BLOCK", 1)
    assert [payload for _, payload in cut(b"[123456, 7]")] == ["123456", "7"]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b'[{"id": 1}, {"id": ', 400, "at character 19"),
        (b'[{"title": "a"} {"title": "b"}]', 400, "expected , or ] at character 16"),
        (b'[{"title": "a"}] x', 400, "nothing may follow at character 17"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'[{"title": ' + b"[" * 100_000, 400, "nested too deeply"),
        (b'[{"title": "\xff"}]', 400, "not JSON in UTF-8"),
        (b'[{"price": NaN}]', 400, "NaN is no number in JSON"),
        (b"", 400, "expecting value"),
        (b"[]", 422, "no document in the body"),
    ],
)
def test_a_broken_array_is_refused_whole(client, body, status, detail):
    before = client.get("/v1/tasks").json()["tasks"]
    response = client.post("/v1/documents", content=body, headers=JSON)
    assert response.status_code == status, response.text
    assert detail in response.json()["detail"]
    assert client.get("/v1/tasks").json()["tasks"] == before


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [("PUT", b"[" * 100_000, 422), ("PATCH", b'{"price": ', 400), ("PUT", b"\xff", 400)],
)
def test_a_broken_document_is_refused(client, method, body, status):
    response = client.request(method, "/v1/documents/x", content=body, headers=JSON)
    assert response.status_code == status, response.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_is_refused(client, kind):
    response = client.post("/v1/documents", content=b"{}", headers={"content-type": kind})
    assert response.json()["code"] == "unsupported_media_type"


def test_more_documents_than_a_task_may_have_are_refused(client, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_ITEMS", 3)
    response = client.post("/v1/documents", json=[{"title": str(at)} for at in range(4)])
    assert (response.status_code, response.json()["code"]) == (413, "too_many_documents")


def test_only_documents_may_be_large(client, monkeypatch):
    large = json.dumps({"q": "a", "title": "b" * 2_000_000}).encode()
    assert client.post("/v1/search", content=large, headers=JSON).status_code == 413
    assert client.post("/v1/documents", content=large, headers=JSON).status_code == 202
    monkeypatch.setattr(middleware, "MAX_DOCUMENTS_BYTES", 1_500_000)
    for path in ("/v1/documents", "/v1/documents/a", "/v1/collections/b/documents"):
        method = "PUT" if path.endswith("a") else "POST"
        response = client.request(method, path, content=large, headers=JSON)
        assert response.status_code in (413, 404), path


@pytest.mark.parametrize("wait", ["61s", "2m", "-1", "soon", "1h", "0x10"])
def test_a_wait_that_is_none_is_refused(client, wait):
    response = client.post("/v1/documents", params={"wait": wait}, json={"title": "a"})
    assert response.status_code == 422
    assert "give a time of at most 60 seconds" in response.json()["detail"]
