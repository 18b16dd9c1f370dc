"""Small judged sets, real libraries made of them, and a real server."""

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

from api.app import create_app
from evaluation.building import build
from evaluation.readers.choice import read_dataset
from evaluation.targets import LibraryTarget
from indexer.build import NoProgress
from models import Encoder
from search.engine import Engine

TEXTS = {
    "server": {
        "zh": "参数服务器把模型参数分布在多台机器上，节点宕机后从检查点恢复。",
        "en": "A parameter server spreads the weights of a model over machines and recovers.",
    },
    "tomato": {
        "zh": "番茄幼苗每天早上浇水，霜冻会冻死它们。",
        "en": "Water the tomato seedlings every morning, frost kills young plants.",
    },
    "tide": {
        "zh": "月亮的引力让海水一天涨落两次，这就是潮汐。",
        "en": "The pull of the moon makes the sea rise and fall twice a day: the tides.",
    },
}
QUESTIONS = {
    "server": {"zh": "参数服务器如何恢复", "en": "parameter server recovery"},
    "tomato": {"zh": "番茄怎么浇水", "en": "watering tomatoes"},
    "tide": {"zh": "潮汐是怎么来的", "en": "what causes the tides"},
}

Written = Callable[..., Path]


def write_lines(path: Path, lines: list[object]) -> None:
    """Write objects as JSON, and texts as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    path.write_text("".join(f"{each}\n" for each in texts), encoding="utf-8")


def bilingual(folder: Path) -> Path:
    """Write a BEIR set of three matters, each in two languages, each asked for in both."""
    documents, queries, qrels = [], [], ["query-id\tcorpus-id\tscore"]
    for matter, texts in TEXTS.items():
        for language, text in texts.items():
            documents.append({"_id": f"{language}-{matter}", "title": "", "text": text})
            query = {"_id": f"q-{language}-{matter}", "text": QUESTIONS[matter][language]}
            queries.append({**query, "kind": "question"})
            qrels += [f"{query['_id']}\t{other}-{matter}\t1" for other in texts]
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", queries)
    write_lines(folder / "qrels" / "test.tsv", qrels)
    return folder


@pytest.fixture(scope="session")
def bilingual_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bilingual(tmp_path_factory.mktemp("bilingual"))


@pytest.fixture(scope="session")
def engine(
    bilingual_set: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    root = tmp_path_factory.mktemp("library")
    build(read_dataset(bilingual_set).collection, root, encoder, NoProgress())
    return Engine(root, encoder)


@pytest.fixture(scope="session")
def target(engine: Engine) -> LibraryTarget:
    return LibraryTarget(engine)


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Answer over HTTP from that engine; gives the address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(create_app(engine), log_level="warning"))
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for _ in range(100):
            if running.started and httpx.get(f"{address}/readyz").is_success:
                break
            time.sleep(0.1)
        yield address
        running.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def server(engine: Engine) -> Iterator[str]:
    with serving(engine) as address:
        yield address


@pytest.fixture
def served() -> Callable[[Engine], AbstractContextManager[str]]:
    """Return what answers over HTTP from an engine."""
    return serving


@pytest.fixture
def beir(tmp_path: Path) -> Written:
    """Return a function that writes a BEIR set, with some of its files replaced."""

    def write(**files: list[object]) -> Path:
        contents = {
            "corpus": [{"_id": "d1", "title": "", "text": "the moon pulls the sea"}],
            "queries": [{"_id": "q1", "text": "why are there tides"}],
            "test": ["q1\td1\t1"],
            **files,
        }
        write_lines(tmp_path / "corpus.jsonl", contents.pop("corpus"))
        write_lines(tmp_path / "queries.jsonl", contents.pop("queries"))
        for split, lines in contents.items():
            write_lines(tmp_path / "qrels" / f"{split}.tsv", lines)
        return tmp_path

    return write
