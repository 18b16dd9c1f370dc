"""Filters, facets, sorting and the list of documents, over HTTP."""

import httpx
import pytest


def search(client: httpx.Client, **params) -> dict:
    answer = client.get("/v1/search", params={"q": "分布式缓存", "min_relevance": 0, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer: dict) -> list[str]:
    return [each["id"] for each in answer["hits"]]


def test_only_documents_that_pass_the_filter_answer(client):
    found = search(client, filter="price = 5 AND page_count 30 TO 40", limit=50)
    assert set(ids(found)) == {f"listed/{number}" for number in range(1, 15)}
    assert found["total"] == {"value": 14, "relation": "eq"}
    assert search(client, filter="price > 5")["total"]["value"] == 0


def test_relevance_is_the_same_with_and_without_a_filter(client):
    every = {hit["id"]: hit["relevance"] for hit in search(client, limit=50)["hits"]}
    some = search(client, limit=50, filter="file_type = pdf OR id = 'listed/3'")["hits"]
    assert len(some) == 2
    assert {hit["id"]: hit["relevance"] for hit in some}.items() <= every.items()


def test_facets_count_the_documents_of_the_total(client):
    found = search(client, facets="file_type, price")
    types = found["facets"]["file_type"]
    assert {"value": "md", "count": 2} in types["values"]
    counted = sum(each["count"] for each in types["values"])
    assert counted + types["missing"] + types["other"] == found["total"]["value"] == 19
    assert found["facets"]["price"] == {
        "values": [{"value": 5, "count": 14}],
        "other": 0,
        "missing": 5,
        "min": 5,
        "max": 5,
    }


def test_a_search_as_json_takes_lists(client):
    body = {
        "q": "分布式缓存",
        "min_relevance": 0,
        "filter": "price EXISTS",
        "facets": ["uploaded_at"],
        "sort": ["id:desc"],
    }
    found = client.post("/v1/search", json=body).json()
    assert ids(found)[:2] == ["listed/9", "listed/8"]
    assert found["facets"]["uploaded_at"]["values"] == [{"value": "2024-05", "count": 14}]
    assert client.post("/v1/search", json={**body, "sort": "id"}).status_code == 422


def test_similar_documents_pass_the_filter(client):
    answer = client.get("/v1/documents/listed%2F1/similar", params={"filter": "price NOT EXISTS"})
    assert len(answer.json()["similar"]) == 5
    none = client.get("/v1/documents/listed%2F1/similar", params={"filter": "price = 7"})
    assert none.json()["similar"] == []


def test_the_list_goes_on_where_a_page_ended(client):
    asked = {"filter": "price = 5", "sort": "id:desc", "limit": 4, "facets": "price"}
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = client.get("/v1/documents", params={**asked, **more}).json()
        seen += [each["id"] for each in page["documents"]]
        assert page["total"]["value"] == page["facets"]["price"]["values"][0]["count"] == 14
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == sorted((f"listed/{number}" for number in range(1, 15)), reverse=True)


@pytest.mark.parametrize(
    "path", ["/v1/search?q=a&", "/v1/documents?", "/v1/documents/listed%2F1/similar?"]
)
def test_a_filter_that_cannot_be_read_is_a_problem_with_the_column(client, path):
    answer = client.get(path + "filter=page_cont%20%3E%203")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_filter")
    assert answer.json()["detail"] == (
        'filter, column 1: unknown field "page_cont": did you mean "page_count"?'
    )


@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({"facets": "langauge"}, 'unknown field "langauge": did you mean "language"?'),
        ({"sort": "page_counts:desc"}, 'unknown field "page_counts": did you mean "page_count"?'),
        (
            {"sort": "price:down"},
            'sort has "price:down": write a field alone, or as in page_count:desc',
        ),
        ({"facets": "price,price"}, "facets names a field twice: name it once"),
        ({"sort": ",".join(map(str, range(21)))}, "sort has 21 fields: take at most 20"),
        ({"filter": ""}, 'filter, column 1: expected a field, NOT or "(", found the end'),
    ],
)
def test_what_cannot_be_counted_or_sorted_by_is_refused(client, params, detail):
    answer = client.get("/v1/search", params={"q": "a", **params})
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WzEsMiwzXQ==", "😀", "[" * 9000])
def test_a_cursor_that_no_list_gave_is_refused(client, cursor):
    answer = client.get("/v1/documents", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("cursor is none that a list gave")


def test_a_cursor_is_good_for_its_own_list_only(client):
    cursor = client.get("/v1/documents", params={"limit": 1}).json()["next_cursor"]
    answer = client.get("/v1/documents", params={"cursor": cursor, "sort": "title"})
    assert answer.status_code == 422
    asked = {"cursor": cursor, "filter": "price = 5"}
    answer = client.get("/v1/documents", params=asked)
    assert answer.json()["detail"].startswith("cursor is of a list with another filter or sort")
