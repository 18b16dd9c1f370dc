"""Several libraries under one server."""

import httpx
import pytest

from api.access.access import Access
from store.layout import LibraryLayout
from store.tasks.tasks import TaskStore
from store.tasks.types import NewItem, TaskRequest
from store.writer import LibraryWriter

PAPERS = "/v1/collections/papers"


@pytest.fixture(scope="module", autouse=True)
def papers(client: httpx.Client):
    response = client.put(PAPERS)
    assert (response.status_code, response.json()) == (201, {"name": "papers", "documents": 0})


def test_making_a_collection_again_leaves_it_as_it_is(client):
    client.put(f"{PAPERS}/documents/kept?wait=60s", json={"title": "Kept"})
    response = client.put(PAPERS)
    assert response.status_code == 200
    assert response.json()["documents"] >= 1
    assert "papers" in [
        each["name"] for each in client.get("/v1/collections").json()["collections"]
    ]


def test_every_operation_is_there_for_a_collection_too(client):
    described = client.get("/openapi.json").json()["paths"]
    operations = [
        (method.upper(), path)
        for path, methods in described.items()
        if path.startswith("/v1/") and not path.startswith("/v1/collections")
        for method in methods
    ]
    assert len(operations) > 15
    for method, path in operations:
        inside = path.replace("/v1/", f"{PAPERS}/").replace("{document_id}", "x")
        response = client.request(method, inside.replace("{task_id}", "x"))
        problem = response.json()
        assert problem.get("code") not in ("not_found", "method_not_allowed"), inside


def test_a_collection_knows_only_its_own_documents(client):
    document = {"title": "Owls", "text": "Owls hunt at night and hear a mouse."}
    written = client.put(f"{PAPERS}/documents/owls?wait=60s", json=document)
    assert written.headers["location"].startswith(f"{PAPERS}/tasks/")
    assert client.get(written.headers["location"]).json()["status"] == "succeeded"
    answer = client.get(f"{PAPERS}/search", params={"q": "owls hunting"}).json()
    assert [hit["id"] for hit in answer["hits"]] == ["owls"]
    assert client.get("/v1/documents/owls").status_code == 404
    assert client.get("/v1/search", params={"q": "owls hunting"}).json()["hits"] == []


def test_links_lead_into_the_collection(client):
    task = client.post(
        f"{PAPERS}/documents/upload?wait=60s", files={"files": ("mice.md", b"# Mice\n\nAsleep.")}
    ).json()
    (item,) = client.get(f"{PAPERS}/tasks/{task['id']}/items").json()["items"]
    document = client.get(f"{PAPERS}/documents/{item['id']}").json()
    assert document["link"] == f"{PAPERS}/documents/{item['id']}/file"
    assert client.get(document["link"]).content == b"# Mice\n\nAsleep."


@pytest.mark.parametrize("path", ["", "/search?q=a", "/documents/x", "/tasks"])
def test_what_is_not_there_is_a_problem(client, path):
    response = client.get(f"/v1/collections/nobody{path}")
    assert response.status_code == 404
    assert response.json()["code"] == "collection_not_found"
    assert response.json()["instance"].startswith("/v1/collections/nobody")


@pytest.mark.parametrize("name", ["Papers", "-a", "a" * 65, "a.b", "..", "%2e%2e%2fx", "文"])
def test_other_names_are_refused(client, name):
    response = client.put(f"/v1/collections/{name}")
    assert response.status_code in (404, 405, 422)
    assert response.headers["content-type"] == "application/problem+json"


def test_problems_inside_name_the_whole_address(client):
    response = client.get(f"{PAPERS}/search?q=a&limt=3")
    assert response.status_code == 422
    assert response.json()["instance"] == f"{PAPERS}/search"
    wrong = client.patch(f"{PAPERS}/search")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, POST")


def test_only_an_empty_collection_goes_without_force(client, root):
    place = "/v1/collections/shortlived"
    client.put(place)
    client.put(f"{place}/documents/a?wait=60s", json={"title": "A"})
    refused = client.delete(place)
    assert (refused.status_code, refused.json()["code"]) == (409, "collection_not_empty")
    assert client.delete(place, params={"force": "true"}).status_code == 200
    assert client.get(f"{place}/search?q=a").status_code == 404
    assert not list((root / "collections").glob("*shortlived*"))
    assert client.put(place).status_code == 201
    assert client.get(f"{place}/documents/a").status_code == 404
    assert client.delete(place).status_code == 200


def test_tasks_of_a_collection_go_on_after_a_restart(encoder, tmp_path, served):
    layout = LibraryLayout(tmp_path / "library")
    root = layout.collection("later")
    for each in (layout.root, root):
        with LibraryWriter(each, encoder.card):
            pass
    item = NewItem("late", "put", '{"title": "Late"}')
    task = TaskStore(LibraryLayout(root)).enqueue(TaskRequest("add"), [item])
    with served(layout.root, encoder, Access(loopback=True)) as client:
        path = f"/v1/collections/later/tasks/{task.id}/events"
        with client.stream("GET", path) as events:
            assert '"status":"succeeded"' in list(events.iter_lines())[-2]
        assert client.get("/v1/collections/later/documents/late").status_code == 200


def test_who_may_not_write_may_not_make_collections(client):
    headers = {"origin": "https://evil.example"}
    for method, path in (("PUT", "/v1/collections/a"), ("PUT", f"{PAPERS}/documents/a")):
        response = client.request(method, path, json={"title": "A"}, headers=headers)
        assert response.json()["code"] == "cross_origin_write"
