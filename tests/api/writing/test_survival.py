"""A server that is killed, and one that many use at once: nothing is lost, nothing doubled."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from store.view import LibraryView
from store.writer import LibraryWriter

SENTENCES = "参数服务器把参数切成分片。 Owls hunt at night. "


@contextmanager
def process(
    library: Path, cache: Path, *options: str
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Start a server as a process of its own, and kill what is left of it in the end."""
    command = [sys.executable, "-m", "cli", "serve", "--library", str(library), "--port", "0"]
    command += options
    environment = {**os.environ, "WENHAI_CACHE": str(cache)}
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stderr is not None
        found = (re.search(r"http://[\d.:]+", line) for line in server.stderr)
        match = next(filter(None, found))
        with httpx.Client(base_url=match[0], timeout=60) as client:
            yield server, client
    finally:
        server.kill()
        server.wait()
        server.stderr.close()


def texts_of(root: Path) -> dict[str, list[str]]:
    """Return the passages of each document, titles left out."""
    view = LibraryView(root)
    ids = view.catalogue.document_ids(sorted(set(view.table.documents.tolist())))
    return {
        name: [
            each.passage.text
            for each in view.catalogue.passages_of(key)
            if each.passage.kind == "text"
        ]
        for key, name in ids.items()
    }


def test_a_server_begins_with_nothing_and_is_filled_over_http(tmp_path, model_cache):
    with process(tmp_path / "library", model_cache) as (_, client):
        question = {"q": "who elects the leader"}
        assert client.get("/v1/search", params=question).json()["hits"] == []
        document = {"id": "raft", "title": "Raft", "text": "The leader is elected by a majority."}
        client.post("/v1/documents?wait=60s", json=document).raise_for_status()
        hits = client.get("/v1/search", params=question).json()["hits"]
        assert [hit["id"] for hit in hits] == ["raft"]


def test_processes_that_search_find_what_is_done_and_end_where_their_server_is_killed(
    tmp_path, model_cache
):
    with process(tmp_path / "library", model_cache, "--processes", "2") as (server, client):
        document = {"id": "raft", "title": "Raft", "text": "The leader is elected by a majority."}
        client.post("/v1/documents?wait=60s", json=document).raise_for_status()
        answer = client.get("/v1/search", params={"q": "who elects the leader"}).json()
        assert [hit["id"] for hit in answer["hits"]] == ["raft"]
        searching = psutil.Process(server.pid).children()
        assert len(searching) == 2
        server.kill()
        gone, _ = psutil.wait_procs(searching, timeout=30)
        assert len(gone) == 2


def test_a_task_goes_on_where_a_kill_interrupted_it(encoder, tmp_path, model_cache):
    documents = [
        {"id": f"k-{at}", "title": f"Nr. {at}", "text": f"Dokument {at}. {SENTENCES}"}
        for at in range(900)
    ]
    target = tmp_path / "library"
    with LibraryWriter(target, encoder.card):
        pass
    with process(target, model_cache) as (server, killed):
        task = killed.post("/v1/documents", json=documents).json()
        deadline = time.monotonic() + 60
        while (now := killed.get(f"/v1/tasks/{task['id']}").json())["done"] == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        server.send_signal(signal.SIGKILL)
        server.wait()
    assert now["done"] < len(documents)
    with process(target, model_cache) as (_, restarted):
        with restarted.stream("GET", f"/v1/tasks/{task['id']}/events", timeout=120) as stream:
            *_, last = (line for line in stream.iter_lines() if line.startswith("data"))
        assert '"status":"succeeded"' in last
        assert f'"done":{len(documents)},"failed":0' in last
    found = texts_of(target)
    assert found == {each["id"]: [each["text"].strip()] for each in documents}


def test_whoever_waits_is_answered_when_the_server_stops(encoder, tmp_path, model_cache):
    with LibraryWriter(tmp_path / "library", encoder.card):
        pass
    documents = [{"title": f"Nr. {at}", "text": SENTENCES * 4} for at in range(3000)]
    with process(tmp_path / "library", model_cache) as (server, client):
        task = client.post("/v1/documents", json=documents).json()
        with client.stream("GET", f"/v1/tasks/{task['id']}/events") as watching:
            lines = watching.iter_lines()
            next(lines)
            with ThreadPoolExecutor() as pool:
                path, body = f"{client.base_url}/v1/documents?wait=60s", {"title": "Late"}
                waiting = pool.submit(httpx.post, path, json=body, timeout=60)
                time.sleep(1)
                server.send_signal(signal.SIGTERM)
                assert waiting.result().status_code == 202
            assert '"succeeded"' not in "".join(lines)
        server.wait(20)
        assert server.stderr.read() == ""


def test_twenty_seconds_of_mixed_use_leave_what_was_acknowledged(root, client):
    deadline = time.monotonic() + 20
    address, failures = str(client.base_url), []
    logs: list[dict[str, str]] = [{} for _ in range(8)]

    def use(number: int, log: dict[str, str]) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=address, timeout=60) as own:
            while time.monotonic() < deadline:
                response = step(own, chance, number, log)
                if response.status_code >= 500:
                    failures.append(response.text)

    threads = [threading.Thread(target=use, args=each) for each in enumerate(logs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    expected = {name: [text] for log in logs for name, text in log.items()}
    found = texts_of(root)
    assert LibraryView(root).is_current()
    assert {name: found[name] for name in found if name.startswith("m-")} == expected
    assert len(expected) > 10


def step(
    client: httpx.Client, chance: random.Random, number: int, log: dict[str, str]
) -> httpx.Response:
    """Do one thing with documents of this user's own; what is acknowledged goes into the log."""
    name = f"m-{number}-{chance.randrange(12)}"
    path, text = f"/v1/documents/{name}?wait=60s", f"Text {chance.randrange(10**6)}."
    match chance.randrange(6):
        case 0:
            response = client.delete(path)
            if response.status_code == 200:
                log.pop(name)
            return response
        case 1:
            response = client.patch(path, json={"text": text})
        case 2:
            return client.get("/v1/search", params={"q": f"Text {number}", "min_relevance": 0})
        case 3:
            return client.get("/v1/documents", params={"limit": 50, "sort": "title"})
        case _:
            response = client.put(path, json={"title": name, "text": text})
    if response.status_code == 200:
        log[name] = text
    else:
        assert response.status_code == 404
        assert name not in log
    return response
