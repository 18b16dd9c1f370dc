"""Everything that can go wrong is one kind of problem, and says what to do."""

import logging
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.problems import STATUSES, status_and_detail
from core import errors
from search.engine import Engine

MEMBERS = {
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "errors",
    "request_id",
}


def problem_of(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem.keys() == MEMBERS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"] == response.headers["x-request-id"]
    return problem


def test_an_unknown_parameter_is_an_error_with_the_right_name(client: httpx.Client) -> None:
    response = client.get("/v1/search", params={"q": "a", "limt": 3})
    problem = problem_of(response, 422, "invalid_request")
    assert problem["errors"][0]["parameter"] == "limt"
    assert problem["detail"] == 'unknown name "limt": did you mean "limit"?'


def test_an_unknown_field_is_an_error_with_a_pointer(client: httpx.Client) -> None:
    response = client.post("/v1/search", json={"q": "a", "hightlight": "html", "a/{b}": 1})
    problem = problem_of(response, 422, "invalid_request")
    assert problem["errors"][0]["pointer"] == "/hightlight"
    assert 'did you mean "highlight"?' in problem["errors"][0]["detail"]
    assert problem["errors"][1]["pointer"] == "/a~1{b}"


def test_of_many_unknown_names_the_first_ten_are_told(client: httpx.Client) -> None:
    many = {f"x{number}": "1" for number in range(500)}
    sent = [
        client.get("/v1/search", params={"q": "a"} | many),
        client.post("/v1/search", json={"q": "a"} | many),
    ]
    for response in sent:
        problem = problem_of(response, 422, "invalid_request")
        assert len(problem["errors"]) == 10


def test_a_repeated_parameter_is_an_error(client: httpx.Client) -> None:
    problem = problem_of(client.get("/v1/search?q=a&q=b"), 422, "invalid_request")
    assert problem["detail"] == 'parameter "q" is there twice: give it once'


@pytest.mark.parametrize("path", ["/livez", "/version", "/v1/documents/listed%2F1"])
def test_parameters_are_refused_where_there_are_none(client: httpx.Client, path: str) -> None:
    problem_of(client.get(path, params={"x": 1}), 422, "invalid_request")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("limit", 101),
        ("limit", "ten"),
        ("offset", -1),
        ("passages", 11),
        ("mode", "both"),
        ("min_relevance", 1.5),
        ("min_relevance", "nan"),
        ("highlight", "bold"),
        ("q", "x" * 2001),
    ],
)
def test_a_wrong_value_is_an_error_that_shows_it(
    client: httpx.Client, name: str, value: object
) -> None:
    response = client.get("/v1/search", params={"q": "a", name: value})
    problem = problem_of(response, 422, "invalid_request")
    assert problem["errors"][0]["parameter"] == name
    assert problem["detail"].startswith(f"{name} is ")
    assert len(problem["detail"]) < 200


@pytest.mark.parametrize("body", [{"q": 5}, {"q": "a", "limit": "5"}, {"q": "a", "limit": True}])
def test_a_json_value_of_the_wrong_type_is_an_error(
    client: httpx.Client, body: dict[str, Any]
) -> None:
    problem_of(client.post("/v1/search", json=body), 422, "invalid_request")


def test_a_missing_question_is_an_error(client: httpx.Client) -> None:
    problem = problem_of(client.get("/v1/search"), 422, "invalid_request")
    assert problem["detail"] == "q is missing: it is required"


def test_a_blank_question_is_an_error_of_the_search(client: httpx.Client) -> None:
    problem_of(client.get("/v1/search", params={"q": " \t"}), 422, "invalid_query")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"q": ', 400, "malformed_json"),
        (b'{"q": "\xff\xfe"}', 400, "malformed_request"),
        (b"[" * 100_000, 400, "malformed_request"),
        (b'{"q": "\\ud800"}', 422, "invalid_request"),
        (b'["a"]', 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b'{"q": "' + b"a" * 1_000_000 + b'"}', 413, "body_too_large"),
    ],
    ids=["cut off", "not UTF-8", "too deep", "lone surrogate", "a list", "nothing", "too large"],
)
def test_a_body_that_cannot_be_read(
    client: httpx.Client, body: bytes, status: int, code: str
) -> None:
    headers = {"content-type": "application/json"}
    problem_of(client.post("/v1/search", content=body, headers=headers), status, code)


def test_a_body_without_a_stated_length_is_bounded_too(client: httpx.Client) -> None:
    chunks = (b'{"q": "a' if number == 0 else b"a" * 100_000 for number in range(12))
    headers = {"content-type": "application/json"}
    response = client.post("/v1/search", content=chunks, headers=headers)
    problem_of(response, 413, "body_too_large")


def test_a_body_that_is_not_json_is_refused_by_its_type(client: httpx.Client) -> None:
    problem = problem_of(client.post("/v1/search", data={"q": "a"}), 415, "unsupported_media_type")
    assert '"application/x-www-form-urlencoded"' in problem["detail"]


def test_a_query_string_that_is_not_utf8_is_refused(client: httpx.Client) -> None:
    problem_of(client.get("/v1/search?q=%FF%FE"), 400, "malformed_request")


@pytest.mark.parametrize("path", ["/nothing", "/v1/", "/static/nothing.css"])
def test_an_unknown_path_is_a_problem(client: httpx.Client, path: str) -> None:
    problem = problem_of(client.get(path), 404, "not_found")
    assert problem["instance"] == path


def test_an_unknown_document_is_a_problem(client: httpx.Client) -> None:
    for path in ("", "/similar", "/file"):
        response = client.get(f"/v1/documents/nope{path}")
        problem_of(response, 404, "document_not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/v1/search", "GET, HEAD, POST"), ("POST", "/livez", "GET, HEAD")],
)
def test_other_methods_are_refused_with_those_allowed(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    problem_of(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed


def test_a_request_id_is_kept_if_it_is_harmless(client: httpx.Client) -> None:
    kept = client.get("/livez", headers={"x-request-id": "trace-42"})
    replaced = client.get("/livez", headers={"x-request-id": "a b<script>"})
    assert kept.headers["x-request-id"] == "trace-42"
    assert len(replaced.headers["x-request-id"]) == 16


def test_the_unexpected_is_logged_and_not_told(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(engine, "search", fail)
    with caplog.at_level(logging.ERROR):
        response = TestClient(create_app(engine)).get("/v1/search?q=a")
    problem = problem_of(response, 500, "internal_error")
    assert "secret" not in response.text
    assert problem["request_id"] in caplog.text
    assert "secret of the house" in caplog.text


def test_a_library_that_fails_is_a_503_until_it_is_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise errors.LibraryDamaged("/srv/library/terms is missing")

    client = TestClient(create_app(engine))
    with monkeypatch.context() as patch:
        patch.setattr(engine, "search", fail)
        for path in ("/readyz", "/v1/search?q=a"):
            response = client.get(path)
            problem_of(response, 503, "library_damaged")
            assert "/srv" not in response.text
            assert response.headers["retry-after"] == "1"
    assert client.get("/readyz").status_code == 200


def test_every_error_of_ours_has_a_status() -> None:
    found = [each for each in vars(errors).values() if isinstance(each, type)]
    for kind in (each for each in found if issubclass(each, errors.WenhaiError)):
        status, detail = status_and_detail(kind("what, and the remedy"))
        assert status in {status for status, _ in STATUSES.values()}
        assert detail
