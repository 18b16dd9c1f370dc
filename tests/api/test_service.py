"""What surrounds the search: health, version, description, headers."""

import re
import threading
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from search.engine import Engine


def test_the_service_says_that_it_lives(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


def test_ready_only_after_one_real_query(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    search, may_answer = engine.search, threading.Event()

    def slow(*asked: Any) -> object:
        may_answer.wait()
        return search(*asked)

    monkeypatch.setattr(engine, "search", slow)
    with TestClient(create_app(engine)) as client:
        waiting = client.get("/readyz")
        may_answer.set()
        assert waiting.status_code == 503
        assert waiting.json()["code"] == "not_ready"
        while (response := client.get("/readyz")).status_code == 503:
            pass
    assert response.json() == {"status": "ok"}


def test_the_version_names_the_model(client: httpx.Client) -> None:
    answer = client.get("/version").json()
    assert answer["model"] == "multilingual-e5-small"
    assert answer["api"] == "v1"


def test_the_description_has_an_example_of_every_answer(client: httpx.Client) -> None:
    description = client.get("/openapi.json").json()
    schemas = description["components"]["schemas"]
    for path, methods in description["paths"].items():
        assert "head" not in methods
        for operation in methods.values():
            success = next(each for each in ("200", "202") if each in operation["responses"])
            content = operation["responses"][success]["content"]
            for media in content.values():
                name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
                assert "example" in media or schemas[name]["examples"], path
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert schemas["Problem"]["examples"]


def test_the_examples_have_the_shape_that_is_described() -> None:
    from api import schemas  # noqa: PLC0415
    from api.problems import Problem  # noqa: PLC0415

    models = [schemas.SearchAnswer, schemas.DocumentAnswer, schemas.SimilarAnswer, Problem]
    for model in models:
        for example in model.model_json_schema()["examples"]:
            model.model_validate(example)
            assert example.keys() == model.model_fields.keys()


def test_the_reference_lists_every_operation(client: httpx.Client) -> None:
    html = client.get("/docs").text
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in html
    assert re.findall("<script[^>]*>", html) == re.findall('<script src="/static/[^>]*>', html)


@pytest.mark.parametrize("path", ["/", "/?q=tomato", "/docs", "/documents/listed%2F1"])
def test_pages_allow_nothing_from_elsewhere(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "style=" not in response.text
    assert 'src="http' not in response.text


def test_the_style_sheet_is_kept_by_the_browser(client: httpx.Client) -> None:
    html = client.get("/").text
    address = html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    response = client.get(address)
    assert response.headers["content-type"].startswith("text/css")
    assert "immutable" in response.headers["cache-control"]


def test_no_other_origin_is_let_in(client: httpx.Client) -> None:
    response = client.get("/v1/search?q=a", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/", "/livez", "/docs", "/openapi.json", "/static/style.css"])
def test_head_works_where_get_does(client: httpx.Client, path: str) -> None:
    response = client.head(path)
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0
