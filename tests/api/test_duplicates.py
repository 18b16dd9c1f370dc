"""Copies over HTTP and on the page: one hit that names the others."""

import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from indexer.build import LibraryBuilder, NoProgress
from search.engine import Engine
from store.writer import LibraryWriter

QUESTION = "节点宕机以后怎样恢复"
TEXT = (
    "参数服务器把参数切成分片，定期写出检查点。节点宕机以后，新节点从最近一次检查点恢复分片，再接管流量。"
    "恢复期间，工作节点把梯度存在本地，等分片回来再补交；补交的梯度按时间排序，过旧的会被丢弃，"
    "免得模型往回走。检查点写在三台机器上，其中两台写完就算成功；写到一半的检查点不会被读到，"
    "因为它的清单最后才写。"
)


@pytest.fixture(scope="module")
def client(encoder, tmp_path_factory):
    folder, root = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("library")
    (folder / "b").mkdir()
    for name in ("容灾.md", "b/容灾.md", "b/older.md"):
        (folder / name).write_text(f"# 容灾\n\n{TEXT}")
    (folder / "b" / "另一版.md").write_text(f"# 容灾 <2> \n\n{TEXT}多一句。")
    (folder / "tomatoes.md").write_text("# 番茄\n\n每天早上给番茄苗浇水。")
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])
    return TestClient(create_app(Engine(root, encoder)))


def search(client, **params) -> dict:
    response = client.get("/v1/search", params={"q": QUESTION, "min_relevance": 0, **params})
    assert response.status_code == 200, response.text
    return response.json()


def page(client, path="/", **params) -> str:
    response = client.get(path, params={"lang": "en", **params})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.text)


def test_a_hit_lists_the_heads_of_its_copies_and_their_kind(client):
    hit = search(client)["hits"][0]
    assert hit["duplicate_count"] == len(hit["duplicates"]) == 3
    paths = {hit["document"]["path"], *(each["document"]["path"] for each in hit["duplicates"])}
    assert paths == {"容灾.md", "b/容灾.md", "b/older.md", "b/另一版.md"}
    one = hit["duplicates"][0]
    assert one["link"] == f"/v1/documents/{one['id']}/file"
    assert sorted(each["kind"] for each in hit["duplicates"])[0] == "exact"
    assert "near" in {each["kind"] for each in hit["duplicates"]}


def test_the_total_counts_copies_once_or_each(client):
    assert search(client)["total"] == {"value": 2, "relation": "eq"}
    every = search(client, duplicates="all")
    assert every["total"] == {"value": 5, "relation": "eq"}
    assert [hit["duplicates"] for hit in every["hits"]] == [[]] * 5
    body = {"q": QUESTION, "min_relevance": 0, "duplicates": "all"}
    assert client.post("/v1/search", json=body).json()["total"]["value"] == 5


def test_another_word_for_duplicates_is_refused(client):
    response = client.get("/v1/search", params={"q": QUESTION, "duplicates": "none"})
    assert response.status_code == 422
    assert "duplicates" in response.text
    assert "fold" in response.text


def test_similar_documents_are_no_copies(client):
    own = search(client)["hits"][0]["id"]
    similar = client.get(f"/v1/documents/{own}/similar").json()["similar"]
    assert [each["title"] for each in similar] == ["番茄"]


def test_the_page_says_where_else_the_text_is_and_how_many_more_there_are(client):
    html = page(client, q=QUESTION)
    also = re.search(r"also here: <a href=\"(/documents/\w+)\">", html)
    assert also
    assert re.search(r"<a href=\"/documents/\w+#copies\">2 more copies</a>", html)
    assert "还见于" in page(client, q=QUESTION, lang="zh")
    assert "另有 2 份副本" in page(client, q=QUESTION, lang="zh")


def test_the_page_of_a_document_lists_its_copies_by_their_files(client):
    own = search(client)["hits"][0]
    html = page(client, f"/documents/{own['id']}")
    assert 'id="copies"' in html
    assert html.count("the same text") + html.count("nearly the same text") >= 3
    assert "b/older.md" in html or own["document"]["path"] == "b/older.md"
    assert "<2>" not in html


def test_a_document_without_copies_says_nothing_of_them(client):
    own = search(client, q="给番茄苗浇水")["hits"][0]
    assert own["title"] == "番茄"
    assert (own["duplicates"], own["duplicate_count"]) == ([], 0)
    assert 'id="copies"' not in page(client, f"/documents/{own['id']}")
    assert "also here" not in page(client, q="给番茄苗浇水 早上").split("番茄")[-1]
