"""A real library of four files, a real server in front of it, and a real browser."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser
from reportlab.pdfgen.canvas import Canvas

from api.app import create_app
from benchmarks.browser import CHROMIUM, chromium
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

CHINESE = """# 参数服务器的容灾

参数服务器把参数切成分片，定期写出检查点。节点宕机以后，新节点从最近一次检查点恢复分片，再接管流量。
"""
ENGLISH = """# Tomatoes <script>document.title = "stolen"</script>

Water the tomato seedlings every morning & keep them warm. <b>Frost</b> kills young plants.
"""
PAGES = (
    "A bloom filter says whether an element may be in a set, with a few bits for each.",
    "Consistent hashing moves few keys when a server joins the ring of a distributed cache.",
    "Gradient checkpointing trades computation for memory when deep networks are trained.",
)
LISTED = [
    {
        "id": f"listed/{number}",
        "title": f"分布式缓存讲义 {number}",
        "price": 5,
        "page_count": 36,
        "size_bytes": 17500733,
        "uploaded_at": "2024-05",
        "url": f"https://docs.example.org/{number}",
        "snippets": [{"text": f"第 {number} 讲：分布式缓存的一致性与淘汰策略。", "page": 3}],
    }
    for number in range(1, 15)
]


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "容灾.md").write_text(CHINESE, encoding="utf-8")
    (folder / "tomatoes.md").write_text(ENGLISH, encoding="utf-8")
    (folder / "page.html").write_text(
        "<title>Sourdough bread</title><script>alert(1)</script>"
        "<p>Feed the sourdough starter with flour and water twice a day.</p>"
    )
    (folder / "gone.txt").write_text("Owls hunt at night and hear a mouse under the snow.")
    canvas = Canvas(str(folder / "systems.pdf"))
    for text in PAGES:
        canvas.drawString(72, 720, text)
        canvas.showPage()
    canvas.save()
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in LISTED)
    (folder / "catalogue.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def engine(documents: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    root = tmp_path_factory.mktemp("library")
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([documents])
    (documents / "gone.txt").unlink()
    return Engine(root, encoder)


Serve = Callable[[FastAPI], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Return what runs an application for the length of a block, at a real address."""
    return _served


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for _ in range(100):
            if running.started and httpx.get(f"{address}/readyz").is_success:
                break
            time.sleep(0.1)
        try:
            yield address
        finally:
            running.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def server(engine: Engine, serve: Serve) -> Iterator[str]:
    with serve(create_app(engine)) as address:
        yield address


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server) as client:
        yield client


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with chromium() as browser:
        yield browser


@pytest.fixture
def pdf_id(client: httpx.Client) -> str:
    return _id_of(client, "bloom filter set membership")


@pytest.fixture
def html_id(client: httpx.Client) -> str:
    return _id_of(client, "feeding a sourdough starter")


@pytest.fixture
def markdown_id(client: httpx.Client) -> str:
    return _id_of(client, "参数服务器 检查点 恢复")


@pytest.fixture
def gone_id(client: httpx.Client) -> str:
    return _id_of(client, "owls hunting mice at night")


def _id_of(client: httpx.Client, question: str) -> str:
    answer = client.get("/v1/search", params={"q": question, "min_relevance": 0}).json()
    return answer["hits"][0]["id"]
