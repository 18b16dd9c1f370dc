"""A document that means harm is only text: in the answers, in their HTML, and on the page."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

HARM = (
    'The tomato <script>alert(1)</script> grows <img src=x onerror=alert(2)> in "quotes" and '
    "'more'; \u202egpj.exe\u202c \u2066turned\u2069 &lt;mark&gt; </mark></p> tomato\u0000s. "
    'Frost is <b onmouseover="alert(3)">bad</b> for `${young}` {{ plants }} of every kind.'
)
TITLE = 'Tomatoes"><script>alert(4)</script>\u202e'
TAG = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> TestClient:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "tomato.md").write_text(f"# {TITLE}\n\n{HARM}\n", encoding="utf-8")
    entry = {"id": "listed", "title": TITLE, "snippets": [HARM, HARM.replace("tomato", "番茄")]}
    Path(folder / "list.jsonl").write_text(json.dumps(entry), encoding="utf-8")
    with LibraryWriter(folder / "library", encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])
    return TestClient(create_app(Engine(folder / "library", encoder)))


@pytest.mark.parametrize("q", ["tomato script", "番茄怕霜冻吗", "quotes plants"])
@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_the_html_of_answers_holds_no_tags_but_marks(client: TestClient, q: str, mode: str) -> None:
    asked = {"q": q, "mode": mode, "highlight": "html", "min_relevance": 0}
    hits = client.get("/v1/search", params=asked).json()["hits"]
    html = [hit["snippet"]["html"] for hit in hits]
    html += [passage["html"] for hit in hits for passage in hit["passages"]]
    assert any("<mark" in each for each in html)
    for each in html:
        assert set(TAG.findall(each)) <= {"<mark>", '<mark class="semantic">', "</mark>"}
        assert each.count("<mark") == each.count("</mark>")
        assert not re.search("[\u0000\u202e\u2066]", each)


def test_marks_stand_on_what_was_asked_in_spite_of_all(client: TestClient) -> None:
    hits = client.get("/v1/search", params={"q": "tomato", "min_relevance": 0}).json()["hits"]
    for part in [*(hit["snippet"] for hit in hits), *(p for hit in hits for p in hit["passages"])]:
        words = [
            part["text"][slice(*m["range"])] for m in part["highlights"] if m["kind"] == "keyword"
        ]
        assert {word.lower() for word in words} <= {"tomato", "tomatos", "tomatoes"}


def test_the_page_holds_no_tags_of_theirs(client: TestClient) -> None:
    for q in ("tomato script", "番茄怕霜冻吗"):
        page = client.get("/", params={"q": q}).text
        assert page.count("<script") == 1  # the page's own
        html = page[page.index('class="hits"') :]
        assert "<mark" in html
        assert not re.search(r"<(script|img|b)\b|onerror=alert\(2\)>|[\u0000\u202e\u2066]", html)
