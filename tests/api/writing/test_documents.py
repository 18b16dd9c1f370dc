"""Documents sent, replaced, changed and deleted over HTTP."""

import json
from urllib.parse import quote

import pytest


def path_of(document_id: str) -> str:
    return f"/v1/documents/{quote(document_id, safe='')}"


def test_what_is_waited_for_is_found(client, add):
    for number in range(5):
        add({"id": f"found-{number}", "title": "Owls", "text": f"Owl {number} hunts at night."})
        answer = client.get("/v1/search", params={"q": f"owl {number}", "min_relevance": 0}).json()
        assert f"found-{number}" in [hit["id"] for hit in answer["hits"]]


def test_without_waiting_a_write_is_accepted_with_its_task(client):
    response = client.post("/v1/documents", json={"id": "one", "title": "One"})
    assert response.status_code == 202
    task = client.get(response.headers["location"]).json()
    assert task["id"] == response.json()["id"]
    assert (task["kind"], task["total"]) == ("add", 1)


@pytest.mark.parametrize(
    ("document", "reason"),
    [({"text": "hello"}, "'title' is missing"), ({"title": "x", "price": -1}, "price")],
)
def test_a_single_document_that_cannot_be_taken_is_an_error(client, document, reason):
    response = client.post("/v1/documents?wait=60s", json=document)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_document")
    assert reason in response.json()["detail"]


def test_lines_are_documents_and_broken_ones_fail_alone(client, items):
    lines = [
        b'{"id": "l1", "title": "a"}',
        b"",
        b'{"id": "l2", ',
        b"[1]",
        b"\xff",
        b'{"title": "b"}',
    ]
    response = client.post(
        "/v1/documents?wait=60s",
        content=b"\n".join(lines),
        headers={"content-type": "application/x-ndjson"},
    )
    task = response.json()
    assert (task["status"], task["done"], task["failed"]) == ("succeeded", 2, 3)
    reasons = [item["reason"] for item in items(task, status="failed")]
    assert "not JSON at column" in reasons[0]
    assert reasons[1].startswith("not an object but list")
    assert reasons[2].startswith("not JSON")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"title": "a", "titel": "b"}, "unknown field 'titel': did you mean 'title'?"),
        ({"title": "a", "colour": "b"}, "one of your own belongs into 'fields'"),
        ({"id": "x"}, "field 'title' is missing"),
        ({"id": "a\nb", "title": "a"}, "one line without control characters"),
        ({"id": "a ", "title": "a"}, "without spaces at its ends"),
        ({"id": "\ud800", "title": "a"}, "one line without control characters"),
        ({"id": "x" * 201, "title": "a"}, "1 to 200 characters"),
        ({"id": ["a"], "title": "a"}, "1 to 200 characters"),
        ({"id": "a/similar", "title": "a"}, "does not end in /similar"),
        ({"id": "..", "title": "a"}, "no part that is . or .."),
        ({"title": "a", "uploaded_at": "0000-01-01"}, "a date that exists"),
        ({"title": "a", "price": "1" * 5000}, "a number from 0"),
        ({"title": "a" * 10_001}, "a text of at most 10,000 characters"),
        ({"title": "a", "tags": ["b"] * 1001}, "a list of at most 1,000 such texts"),
        ({"title": "a", "fields": {"a": {"b": 1}}}, "a list of such texts in 'a'"),
        ("text", "not an object but str"),
    ],
)
def test_a_document_that_cannot_be_taken_says_why(client, items, document, reason):
    body = json.dumps([{"id": "whole", "title": "whole"}, document])
    headers = {"content-type": "application/json"}
    task = client.post("/v1/documents?wait=60s", content=body, headers=headers).json()
    assert (task["done"], task["failed"]) == (1, 1)
    (failed,) = items(task, status="failed")
    assert failed["place"] == 1
    assert failed["code"] == "invalid_document"
    assert reason in failed["reason"]


@pytest.mark.parametrize(
    "document_id", ["a/b c", "图书 📚", "100%", "?q=1#x", "similar", "a..b", '"']
)
def test_ids_of_all_kinds_can_be_addressed(client, add, document_id):
    add({"id": document_id, "title": "Titel", "text": "Inhalt."})
    assert client.get(path_of(document_id)).json()["id"] == document_id
    assert client.get(f"{path_of(document_id)}/passages").json()["total"] == 1
    deleted = client.delete(f"{path_of(document_id)}?wait=60s")
    assert (deleted.status_code, deleted.json()["status"]) == (200, "succeeded")


def test_an_id_twice_in_one_batch_is_named(add, items):
    task = add({"id": "twice", "title": "a"}, {"id": "other", "title": "b"}, {"id": "twice"})
    (failed,) = items(task, status="failed")
    assert (failed["place"], failed["code"]) == (2, "duplicate_id")
    assert failed["reason"].startswith("id 'twice' is already in item 0")


def test_the_same_document_again_changes_nothing(add, items):
    document = {"id": "same", "title": "Gleich", "text": "Immer dasselbe."}
    outcomes = [items(add(document))[0]["outcome"] for _ in range(2)]
    assert outcomes == ["created", "unchanged"]
    (changed,) = items(add({**document, "text": "Etwas anderes."}))
    assert changed["outcome"] == "updated"


def test_a_document_without_id_gets_one_by_what_it_says(add, items):
    first, second = (items(add({"title": "Ohne", "text": "Nummer."}))[0] for _ in range(2))
    assert first["id"] == second["id"]
    assert (first["outcome"], second["outcome"]) == ("created", "unchanged")


def test_a_patch_of_facts_keeps_the_passages(client, add):
    add({"id": "p1", "title": "Fakten", "text": "Der Text bleibt.", "tags": ["alt"], "price": 3})
    before = client.get(path_of("p1")).json()
    patch = {"tags": ["neu"], "price": None, "fields": {"stars": 4, "open": True}}
    assert client.patch(f"{path_of('p1')}?wait=60s", json=patch).status_code == 200
    after = client.get(path_of("p1")).json()
    assert after["passages"] == before["passages"]
    facts = after["document"]
    assert (facts["tags"], facts["price"]) == (["neu"], None)
    assert facts["fields"] == {"stars": 4, "open": True}
    client.patch(f"{path_of('p1')}?wait=60s", json={"fields": {"open": None}})
    assert client.get(path_of("p1")).json()["document"]["fields"] == {"stars": 4}


def test_a_patch_may_change_title_and_text(client, add):
    add({"id": "p2", "title": "番茄", "text": "每天早上给番茄苗浇水。", "price": 1})
    client.patch(f"{path_of('p2')}?wait=60s", json={"title": "Bread", "text": "Feed the starter."})
    after = client.get(path_of("p2")).json()
    assert (after["title"], after["document"]["language"]) == ("Bread", "en")
    assert [each["text"] for each in after["passages"]] == ["Feed the starter."]
    assert after["document"]["price"] == 1


@pytest.mark.parametrize(
    ("patch", "status", "detail"),
    [
        ({"titel": "x"}, 422, "did you mean 'title'?"),
        ({"title": None}, 422, "field 'title' is missing"),
        ({"price": "viel"}, 422, "field 'price' is 'viel'"),
        ({"id": "other"}, 422, "as in the address"),
        ([1], 422, "not an object"),
    ],
)
def test_a_wrong_patch_is_refused(client, add, patch, status, detail):
    add({"id": "p3", "title": "Bleibt"})
    response = client.patch(f"{path_of('p3')}?wait=60s", json=patch)
    assert response.status_code == status, response.text
    assert detail in response.json()["detail"]
    assert client.get(path_of("p3")).json()["title"] == "Bleibt"


def test_an_etag_guards_against_the_change_of_another(client, add):
    add({"id": "guarded", "title": "Eins"})
    tag = client.get(path_of("guarded")).headers["etag"]
    theirs = client.put(f"{path_of('guarded')}?wait=60s", json={"title": "Zwei"})
    mine = client.put(
        f"{path_of('guarded')}?wait=60s", json={"title": "Drei"}, headers={"if-match": tag}
    )
    assert (theirs.status_code, mine.status_code) == (200, 412)
    assert mine.json()["code"] == "precondition_failed"
    now = client.get(path_of("guarded")).headers["etag"]
    again = client.put(
        f"{path_of('guarded')}?wait=60s",
        json={"title": "Drei"},
        headers={"if-match": f'"x", {now}'},
    )
    assert again.status_code == 200


def test_a_precondition_is_looked_at_again_when_its_turn_comes(client, add, items):
    add({"id": "raced", "title": "Eins"})
    tag = client.get(path_of("raced")).headers["etag"]
    batch = [{"id": f"before-{at}", "title": f"{at}", "text": "Text. " * 40} for at in range(60)]
    client.post("/v1/documents", json=batch)
    first, second = (
        client.put(path_of("raced"), json={"title": title}, headers={"if-match": tag})
        for title in ("Zwei", "Drei")
    )
    assert (first.status_code, second.status_code) == (202, 202)
    assert client.put(f"{path_of('after')}?wait=60s", json={"title": "x"}).status_code == 200
    assert client.get(first.headers["location"]).json()["status"] == "succeeded"
    (failed,) = items(second.json())
    assert failed["code"] == "precondition_failed"
    assert client.get(path_of("raced")).json()["title"] == "Zwei"


def test_create_only_if_it_is_not_there(client):
    header = {"if-none-match": "*"}
    first, second = (
        client.put(f"{path_of('new')}?wait=60s", json={"title": "Neu"}, headers=header)
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (200, 412)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_is_not_there_cannot_be_changed(client, method):
    response = client.request(method, f"{path_of('nobody')}?wait=60s", json={"price": 1})
    assert response.status_code == 404
    assert response.json()["code"] == "document_not_found"


def test_the_same_key_means_the_same_task(client):
    body = {"id": "keyed", "title": "Einmal"}
    first, second = (
        client.post("/v1/documents?wait=60s", json=body, headers={"idempotency-key": "k1"})
        for _ in range(2)
    )
    assert first.json()["id"] == second.json()["id"]
    other = client.post("/v1/documents", json={"title": "b"}, headers={"idempotency-key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_deletion_sent_again_with_its_key_succeeds_again(client, add):
    add({"id": "gone", "title": "Weg"})
    headers = {"idempotency-key": "k2"}
    answers = [client.delete(f"{path_of('gone')}?wait=60s", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert client.delete(f"{path_of('gone')}?wait=60s").status_code == 404


def test_documents_are_deleted_by_filter_after_a_look(client, add):
    add(*({"id": f"old-{at}", "title": f"Alt {at}", "source": "archive"} for at in range(3)))
    params = {"filter": "source = archive"}
    preview = client.delete("/v1/documents", params={**params, "dry_run": "true"})
    assert preview.json() == {"count": 3, "ids": ["old-0", "old-1", "old-2"]}
    task = client.delete("/v1/documents", params={**params, "wait": "60s"}).json()
    assert (task["kind"], task["done"]) == ("delete", 3)
    assert client.get("/v1/documents", params=params).json()["total"]["value"] == 0


def test_a_deletion_needs_a_filter_that_makes_sense(client):
    assert client.delete("/v1/documents").status_code == 422
    response = client.delete("/v1/documents", params={"filter": "sourze = a"})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_filter")


def test_passages_come_in_pages(client, add):
    add({"id": "long", "title": "Lang", "snippets": [f"Absatz {at}." for at in range(7)]})
    answer = client.get(f"{path_of('long')}/passages", params={"limit": 3, "offset": 5}).json()
    assert [each["text"] for each in answer["passages"]] == ["Absatz 5.", "Absatz 6."]
    assert answer["total"] == 7
