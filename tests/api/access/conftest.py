"""A library in which some documents are for everybody and others are not, and keys to it."""

import json
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from reportlab.pdfgen.canvas import Canvas

from api.access.access import Access
from api.app import create_app
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.engine import Engine
from store.keys import Key, KeyStore
from store.layout import LibraryLayout
from store.writer import LibraryWriter

PUBLIC = [
    {
        "id": f"public/{number}",
        "title": f"Garden notes {number}",
        "tags": ["public"],
        "snippets": [f"Water the tomato seedlings every morning, bed number {number}."],
    }
    for number in range(3)
]
SECRET = [
    {
        "id": f"secret/{number}",
        "title": f"Xylograph ledger {number}",
        "tags": ["confidential"],
        "fields": {"vault": "basement"},
        "snippets": [
            f"The xylograph ledger lists every tomato seedling in the vault, row {number}.",
        ],
    }
    for number in range(4)
]
COPIED = "Tomatoes need warm soil, much light and water in the morning. " * 12


@pytest.fixture(scope="session")
def engine(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("kept")
    copies = [
        {"id": "public/copy", "title": "Soil", "tags": ["public"], "snippets": [COPIED]},
        {"id": "secret/copy", "title": "Xylograph soil", "snippets": [COPIED]},
    ]
    lines = "\n".join(json.dumps(each) for each in [*PUBLIC, *SECRET, *copies])
    (folder / "list.jsonl").write_text(lines)
    canvas = Canvas(str(folder / "xylograph.pdf"))
    canvas.drawString(72, 720, "The xylograph press prints a ledger of tomato seedlings.")
    canvas.save()
    with LibraryWriter(folder / "library", encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder])
    return Engine(folder / "library", encoder)


@pytest.fixture(scope="session")
def keys(engine: Engine) -> KeyStore:
    return KeyStore(LibraryLayout(engine.root))


@pytest.fixture
def token(keys: KeyStore) -> Iterator[Callable[[Key], str]]:
    """Return a function that makes a key, which is revoked after the test, and gives its token."""
    made: list[str] = []

    def token_of(key: Key) -> str:
        made.append(key.name)
        return keys.create(key)

    yield token_of
    for name in made:
        keys.revoke(name)


@pytest.fixture
def client(engine: Engine) -> Callable[..., TestClient]:
    """Return a function that gives a client of a server with that access, at that host."""

    def client_of(access: Access, host: str = "127.0.0.1:8000") -> TestClient:
        return TestClient(create_app(engine, access), base_url=f"http://{host}")

    return client_of


@pytest.fixture(scope="session")
def pdf_id(engine: Engine) -> str:
    """Return the id of a PDF that is not for everybody."""
    found = engine.view.catalogue.document_ids(engine.view.facts.keys.tolist()).values()
    return next(each for each in found if "/" not in each)
