"""What is suggested changes with the documents, and each collection has its own."""

import time

import httpx

PLACE = "/v1/collections/typed"


def texts(client: httpx.Client, place: str, q: str) -> list[str]:
    """Return what is suggested once it is of the newest commit."""
    while True:
        answer = client.get(f"{place}/suggest", params={"q": q}).raise_for_status().json()
        if answer["complete"]:
            return [each["text"] for each in answer["suggestions"]]
        time.sleep(0.02)


def test_a_collection_suggests_its_own_documents_as_they_come_and_go(client):
    client.put(PLACE).raise_for_status()
    assert texts(client, PLACE, "ganl") == []
    wait = {"wait": "60s"}
    client.put(f"{PLACE}/documents/1", params=wait, json={"title": "橄榄油"}).raise_for_status()
    assert texts(client, PLACE, "ganl") == ["橄榄油"]
    assert texts(client, "/v1", "ganl") == []
    client.delete(f"{PLACE}/documents/1", params=wait).raise_for_status()
    assert texts(client, PLACE, "ganl") == []
