"""Who may write: only whom the key, the address and the page that asks allow."""

import pytest
from fastapi.testclient import TestClient

from api.access.access import Access, is_loopback
from api.app import create_app
from search.engine import Engine
from store.writer import LibraryWriter

DOCUMENT = {"id": "a", "title": "A"}


@pytest.fixture
def client_of(engine):
    """Return a function that gives a client of a server with that access, at that host."""

    def client(access: Access, host: str = "127.0.0.1:8000") -> TestClient:
        return TestClient(create_app(engine, access), base_url=f"http://{host}")

    return client


@pytest.fixture(scope="module")
def engine(encoder, tmp_path_factory):
    root = tmp_path_factory.mktemp("access") / "library"
    with LibraryWriter(root, encoder.card):
        pass
    return Engine(root, encoder)


def refused(response, status: int, code: str) -> dict:
    assert response.status_code == status, response.text
    assert response.json()["code"] == code
    return response.json()


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_without_a_key_this_machine_may_write(client_of, host):
    client = client_of(Access(loopback=True), host)
    assert client.post("/v1/documents", json=DOCUMENT).status_code == 202


def test_without_a_key_no_other_machine_may_write(client_of):
    problem = refused(
        client_of(Access()).post("/v1/documents", json=DOCUMENT), 403, "writes_not_allowed"
    )
    assert "WENHAI_API_KEY" in problem["detail"]


def test_a_foreign_name_for_this_machine_may_not_write(client_of):
    client = client_of(Access(loopback=True), "evil.example:8000")
    same_host = {"origin": "http://evil.example:8000"}
    response = client.post("/v1/documents", json=DOCUMENT, headers=same_host)
    refused(response, 403, "writes_not_allowed")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9000"])
def test_a_foreign_page_may_not_write(client_of, origin):
    client = client_of(Access(loopback=True))
    headers = {"origin": origin}
    for send in (
        lambda: client.post("/v1/documents/upload", files={"files": b"x"}, headers=headers),
        lambda: client.post("/v1/documents", json=DOCUMENT, headers=headers),
        lambda: client.delete("/v1/documents/a", headers=headers),
        lambda: client.post("/v1/tasks/x/cancel", headers=headers),
    ):
        refused(send(), 403, "cross_origin_write")


def test_a_page_of_this_server_may_write(client_of):
    headers = {"origin": "http://127.0.0.1:8000"}
    response = client_of(Access(loopback=True)).post(
        "/v1/documents", json=DOCUMENT, headers=headers
    )
    assert response.status_code == 202


@pytest.mark.parametrize(
    "headers", [{"authorization": "Bearer geheim-密"}, {"x-api-key": "geheim-密"}]
)
def test_with_the_key_any_machine_may_write(client_of, headers):
    client = client_of(Access("geheim-密"), "library.example")
    sent = {name: value.encode() for name, value in headers.items()}
    assert client.post("/v1/documents", json=DOCUMENT, headers=sent).status_code == 202


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "key_missing"),
        ({"authorization": "Basic c2VjcmV0"}, "key_missing"),
        ({"authorization": "Bearer wrong"}, "key_wrong"),
        ({"x-api-key": "secre"}, "key_wrong"),
    ],
)
def test_without_the_right_key_nobody_may_write(client_of, headers, code):
    client = client_of(Access("secret", loopback=True))
    response = client.post("/v1/documents", json=DOCUMENT, headers=headers)
    refused(response, 401, code)
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert client.get("/v1/search?q=a").status_code == 200


def test_what_only_this_machine_reaches():
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "localhost.evil.example", "")))
