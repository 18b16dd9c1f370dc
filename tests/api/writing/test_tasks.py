"""Tasks: listed, watched, cancelled, and their items one by one."""

import json

import pytest

LONG = [{"id": f"t-{at}", "title": f"Nr. {at}", "text": f"Satz {at}. " * 30} for at in range(400)]


def events(response) -> list[dict]:
    lines = [line for line in response.iter_lines() if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_the_newest_tasks_come_first_page_by_page(client, add):
    ids = [add({"title": f"page {at}"})["id"] for at in range(5)]
    shown, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/v1/tasks", params=params).json()
        shown += [task["id"] for task in page["tasks"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert shown[:5] == ids[::-1]
    assert len(shown) == len(set(shown))


def test_tasks_are_listed_by_status(client, add):
    add({"title": "good"})
    failed = add({"titel": "bad"})
    assert failed["status"] == "failed"
    listed = client.get("/v1/tasks", params={"status": "failed"}).json()["tasks"]
    assert {task["status"] for task in listed} == {"failed"}
    assert failed["id"] in [task["id"] for task in listed]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/tasks/nothing", 404),
        ("/v1/tasks/nothing/items", 404),
        ("/v1/tasks/nothing/events", 404),
        ("/v1/tasks?cursor=!", 422),
        ("/v1/tasks?status=done", 422),
        ("/v1/tasks?limit=0", 422),
    ],
)
def test_what_cannot_be_asked_is_refused(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_a_task_is_watched_until_it_is_finished(client):
    task = client.post("/v1/documents", json=LONG[:150]).json()
    with client.stream("GET", f"/v1/tasks/{task['id']}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        seen = events(response)
    assert seen[-1]["status"] == "succeeded"
    assert seen[-1]["done"] == 150
    assert [each["done"] for each in seen] == sorted(each["done"] for each in seen)
    assert seen[-1]["rate"] > 0


def test_many_watchers_hold_no_thread(client):
    tasks = [client.post("/v1/documents", json=LONG).json() for _ in range(2)]
    streams = []
    for _ in range(60):
        stream = client.stream("GET", f"/v1/tasks/{tasks[1]['id']}/events")
        stream.__enter__()
        streams.append(stream)
    assert client.get("/v1/search?q=owl").status_code == 200
    for task in tasks:
        client.post(f"/v1/tasks/{task['id']}/cancel")
    for stream in streams:
        stream.__exit__(None, None, None)


def test_a_cancelled_task_keeps_what_is_done(client, items):
    changed = [{**each, "text": each["text"] + "Neu."} for each in LONG]
    task = client.post("/v1/documents", json=changed).json()
    cancelled = client.post(f"/v1/tasks/{task['id']}/cancel").json()
    assert cancelled["status"] == "cancelled"
    after = client.put("/v1/documents/after?wait=60s", json={"title": "After"})
    assert after.status_code == 200
    now = client.get(f"/v1/tasks/{task['id']}").json()
    assert now["status"] == "cancelled"
    assert now["done"] + len(items(task, status="cancelled", limit=1000)) == len(LONG)


def test_a_finished_task_stays_as_it_is(client, add):
    task = add({"title": "done"})
    assert client.post(f"/v1/tasks/{task['id']}/cancel").json() == task
