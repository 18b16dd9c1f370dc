"""How fast is the bundled encoder beside sentence-transformers on the same weights?

Run `python -m benchmarks.encode` in the repository; both engines take turns in every round, so
that a change of the machine's speed meets both.
"""

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from platformdirs import user_cache_path

from models import DEFAULT_MODEL, Encoder, load_encoder
from models.export import export_sentence_transformers

ROOT = Path(__file__).parents[1]
BOOKS = ROOT.parent / "shared" / "books"
CATALOGUE = ROOT / "data" / "corpus" / "catalogue.jsonl"
HAN = re.compile(r"[\u4e00-\u9fff]")
LENGTHS = {"zh": 105, "en": 260}
"""Characters that make about 66 tokens."""
QUESTIONS = (
    "如何在卷积神经网络中使用批量规范化",
    "how does dropout prevent overfitting",
    "参数服务器",
    "attention mechanism in sequence to sequence models",
    "推荐系统的召回和排序有什么区别",
    "gradient clipping",
)


@dataclass
class Engine:
    """An encoder and what was measured of it."""

    name: str
    encoder: Encoder
    texts_per_second: list[float] = field(default_factory=list)
    query_milliseconds: list[float] = field(default_factory=list)

    def round(self, texts: Sequence[str]) -> None:
        """Measure one round of documents and one of single questions."""
        seconds = timed(partial(self.encoder.encode_passages, texts))
        self.texts_per_second.append(len(texts) / seconds)
        for question in QUESTIONS * 3:
            seconds = timed(partial(self.encoder.encode_queries, [question]))
            self.query_milliseconds.append(1000 * seconds)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def sample_texts(books: Path, count: int) -> list[str]:
    """Return stretches of the books, or of the sample catalogue, in a fixed random order."""
    sources = [path.read_text("utf-8") for path in sorted(books.rglob("*.md"))] or snippets()
    pieces = [piece for source in sources for piece in stretches(" ".join(source.split()))]
    random.Random(1).shuffle(pieces)
    return (pieces * (count // len(pieces) + 1))[:count]


def snippets() -> list[str]:
    """Return the snippets of the sample catalogue, one string a document."""
    rows = [json.loads(line) for line in CATALOGUE.read_text("utf-8").splitlines()]
    return [" ".join(each["text"] for each in row["snippets"]) for row in rows]


def stretches(text: str) -> list[str]:
    """Return the text in pieces of about 66 tokens, from half to one and a half times that."""
    mean = LENGTHS["zh" if len(HAN.findall(text)) > len(text) / 5 else "en"]
    chance, found, start = random.Random(len(text)), [], 0
    while start < len(text):
        length = chance.randint(mean // 2, mean + mean // 2)
        found.append(text[start : start + length])
        start += length
    return found


def table(engines: Sequence[Engine]) -> str:
    """Return the medians and their ratios as a Markdown table."""
    speeds = [statistics.median(engine.texts_per_second) for engine in engines]
    delays = [statistics.median(engine.query_milliseconds) for engine in engines]
    rows = [
        f"| {engine.name} | {speed:.1f} | {delay:.1f} |"
        for engine, speed, delay in zip(engines, speeds, delays, strict=True)
    ]
    ratios = f"| times better | {speeds[0] / speeds[1]:.2f} | {delays[1] / delays[0]:.2f} |"
    head = ["| engine | documents, texts/s | one query, ms (p50) |", "|---|---|---|"]
    return "\n".join([*head, *rows, ratios])


def compare(folder: Path, options: argparse.Namespace) -> list[Engine]:
    """Return both engines, measured in alternating rounds after one warm-up each."""
    exported = export_sentence_transformers(folder / "e5-small")
    engines = [
        Engine("bundled (ONNX Runtime)", load_encoder(DEFAULT_MODEL, options.cache)),
        Engine("sentence-transformers (torch)", load_encoder(str(exported), options.cache)),
    ]
    texts = sample_texts(options.books, options.texts)
    for engine in engines:
        engine.encoder.encode_passages(texts[:16])
        engine.encoder.encode_queries(QUESTIONS)
    for _ in range(options.rounds):
        for engine in engines:
            engine.round(texts)
    return engines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=256, help="documents a round")
    parser.add_argument("--rounds", type=int, default=3, help="how often each engine has its turn")
    parser.add_argument("--books", type=Path, default=BOOKS, help="folder of Markdown to sample")
    parser.add_argument("--cache", type=Path, default=user_cache_path("wenhai"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table(compare(Path(folder), options)))


if __name__ == "__main__":
    main()
