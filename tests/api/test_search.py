"""Search over HTTP: the answer's shape, and GET and POST alike."""

import json

import httpx
import pytest

from api.answers import marked_html, search_answer
from search.answer import Highlight
from search.asking.query import SearchRequest
from search.engine import Engine
from text.graphemes import width

TIMES = {"took_ms"}


def search(client: httpx.Client, **params: object) -> dict:
    response = client.get("/v1/search", params={"min_relevance": 0, **params})
    assert response.status_code == 200, response.text
    return response.json()


def test_the_answer_names_query_verdict_total_and_generation(client: httpx.Client) -> None:
    answer = search(client, q="how to survive the crash of a parameter server")
    assert answer["query"] == "how to survive the crash of a parameter server"
    assert answer["verdict"].keys() == {
        "answer",
        "best",
        "min_relevance",
        "none_below",
        "calibration",
    }
    assert answer["total"].keys() == {"value", "relation"}
    assert answer["generation"] >= 1
    assert (answer["limit"], answer["offset"], answer["mode"]) == (10, 0, "hybrid")


def test_a_hit_has_the_facts_and_null_for_what_is_not_known(client: httpx.Client) -> None:
    hit = search(client, q="参数服务器 检查点 恢复")["hits"][0]
    assert hit["title"] == "参数服务器的容灾"
    assert hit["url"] is None
    assert hit["document"]["file_type"] == "md"
    assert hit["document"]["path"] == "容灾.md"
    assert hit["document"]["price"] is None
    assert hit["document"]["tags"] == []
    assert hit["scores"].keys() == {"semantic", "z", "keyword", "fused"}


def test_a_passage_links_to_its_page_in_the_file(client: httpx.Client, pdf_id: str) -> None:
    hit = search(client, q="consistent hashing ring of servers")["hits"][0]
    assert hit["id"] == pdf_id
    passage = hit["passages"][0]
    assert passage["page"] == 2
    assert passage["link"] == f"/v1/documents/{pdf_id}/file#page=2"
    assert hit["link"] == passage["link"]


def test_a_document_without_a_file_links_to_its_own_address(client: httpx.Client) -> None:
    hit = search(client, q="分布式缓存 淘汰策略")["hits"][0]
    assert hit["link"].startswith("https://docs.example.org/")
    assert hit["url"] == hit["link"] == hit["passages"][0]["link"]


def test_get_and_post_give_the_same_answer(client: httpx.Client) -> None:
    asked = {"q": "tomato seedlings", "limit": 3, "passages": 1, "highlight": "html"}
    by_get = client.get("/v1/search", params=asked).json()
    by_post = client.post("/v1/search", json=asked).json()
    assert by_get.keys() == by_post.keys()
    assert all(by_get[name] == by_post[name] for name in by_get.keys() - TIMES)


def test_highlights_are_ranges_of_the_passage_as_it_is_written(client: httpx.Client) -> None:
    passage = search(client, q="TOMATO")["hits"][0]["passages"][0]
    marked = [passage["text"][slice(*mark["range"])] for mark in passage["highlights"]]
    assert marked
    assert {word.lower().rstrip("es") for word in marked} == {"tomato"}
    assert passage["html"] is None


def test_html_is_escaped_around_the_marks(client: httpx.Client) -> None:
    passage = search(client, q="tomato", highlight="html")["hits"][0]["passages"][0]
    assert "<mark>tomato</mark>" in passage["html"]
    assert "&amp;" in passage["html"]
    assert "<script" not in passage["html"]
    assert "<b>" not in passage["html"]


def test_no_highlights_where_none_are_wanted(client: httpx.Client) -> None:
    hit = search(client, q="tomato", highlight="none")["hits"][0]
    for part in (hit["snippet"], hit["passages"][0]):
        assert part["highlights"] == []
        assert part["html"] is None


def test_marked_html_escapes_inside_a_mark_too() -> None:
    assert marked_html("a<b>c", [Highlight(1, 4)]) == "a<mark>&lt;b&gt;</mark>c"


def test_the_sentence_that_means_it_is_marked_where_no_word_matches(client: httpx.Client) -> None:
    hit = search(client, q="番茄幼苗怎么浇水", highlight="html")["hits"][0]
    assert hit["document"]["path"] == "tomatoes.md"
    assert {mark["kind"] for mark in hit["snippet"]["highlights"]} == {"semantic"}
    assert '<mark class="semantic">Water the tomato' in hit["snippet"]["html"]


def test_the_snippet_is_the_passages_in_one_with_marks_of_its_own(client: httpx.Client) -> None:
    hit = search(client, q="tomato seedlings")["hits"][0]
    snippet = hit["snippet"]
    marked = {snippet["text"][slice(*mark["range"])].lower() for mark in snippet["highlights"]}
    assert {"tomato", "seedlings"} <= marked
    assert snippet["html"] is None
    assert "\n" not in snippet["text"]


@pytest.mark.parametrize("columns", [40, 100, 2000])
def test_a_snippet_is_as_wide_as_asked_at_most(client: httpx.Client, columns: int) -> None:
    for hit in search(client, q="分布式缓存 tomato", snippet_columns=columns)["hits"]:
        assert 0 < width(hit["snippet"]["text"]) <= columns


@pytest.mark.parametrize("columns", [39, 2001, "wide"])
def test_a_snippet_of_no_sensible_width_is_refused(client: httpx.Client, columns: object) -> None:
    response = client.get("/v1/search", params={"q": "tomato", "snippet_columns": columns})
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "snippet_columns"


def test_pages_of_an_answer_never_overlap(client: httpx.Client) -> None:
    first = search(client, q="分布式缓存", limit=5)["hits"]
    second = search(client, q="分布式缓存", limit=5, offset=5)["hits"]
    assert len(first) == len(second) == 5
    assert {hit["id"] for hit in first}.isdisjoint(hit["id"] for hit in second)


def test_the_command_line_prints_the_same_shape(engine: Engine, client: httpx.Client) -> None:
    request = SearchRequest("tomato", limit=2)
    printed = json.loads(search_answer(engine.search(request), request).model_dump_json())
    served = client.get("/v1/search", params={"q": "tomato", "limit": 2}).json()
    assert printed.keys() == served.keys()
    assert all(printed[name] == served[name] for name in printed.keys() - TIMES)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_every_mode_answers(client: httpx.Client, mode: str) -> None:
    answer = search(client, q="tomato", mode=mode)
    assert answer["mode"] == mode
    assert answer["hits"][0]["document"]["path"] == "tomatoes.md"


def test_head_answers_like_get_without_a_body(client: httpx.Client) -> None:
    response = client.head("/v1/search", params={"q": "tomato"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content == b""
