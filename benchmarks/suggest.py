"""How fast are suggestions out of a large library, and what do they take?

    python -m benchmarks.suggest [--documents N]

A library of N documents, each with a title (half Chinese, half English, of words of the sample
corpus in new company) and a passage of it, with vectors of chance. Asked for are beginnings of
titles in Han, pinyin, initials and English, with a letter left out, and what no title has.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil

from benchmarks.peers_sets import SAMPLE
from core.settings import Settings
from core.types import Metadata, Page, SourceDocument
from indexer.parts import part_of
from indexer.readers import read
from indexer.scan import FoundFile, scan
from models import load_encoder
from models.encoder import Encoder
from search.engine import Engine
from search.suggesting.index import sounds
from search.suggesting.spelled import spelled
from search.suggesting.suggester import Suggester
from store.catalogue.parts import Part
from store.writer import LibraryWriter
from text.terms import query_terms

_SEED = 20261122
_DOCUMENTS_A_TURN = 5000
_QUERIES = 400
_HAN = re.compile("[\u4e00-\u9fff]+")
_LATIN = re.compile("[a-z]{2,}")


def build(root: Path, encoder: Encoder, documents: int) -> list[str]:
    """Make the library, and return its titles."""
    texts = list(_texts())
    words = {
        pattern: [word for text in texts for word in _words(text, pattern)]
        for pattern in (_HAN, _LATIN)
    }
    chance = random.Random(_SEED)
    titles = [
        "".join(chance.choices(words[_HAN], k=8))
        if number % 2
        else " ".join(chance.choices(words[_LATIN], k=6))
        for number in range(documents)
    ]
    generator = np.random.default_rng(_SEED)
    with LibraryWriter(root, encoder.card) as writer:
        for first in range(0, documents, _DOCUMENTS_A_TURN):
            parts = [
                _part(number, titles[number], f"{chance.choice(texts)} {number}")
                for number in range(first, min(first + _DOCUMENTS_A_TURN, documents))
            ]
            said = {passage.text for part in parts for passage in part.passages}
            vectors = generator.normal(0, 0.05, (len(said), encoder.card.dimension))
            with writer.turn() as turn:
                found = dict(zip(said, vectors.astype(np.float32), strict=True))
                turn.add(f"/titles/{first}", str(first), parts, found)
    return titles


def _texts() -> Iterator[str]:
    files = [each.path for each in scan([SAMPLE / "corpus"]) if isinstance(each, FoundFile)]
    for path in files:
        for document in read(path):
            if isinstance(document, SourceDocument):
                yield from (page.text for page in document.pages)


def _words(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    folded = spelled(text).text
    return (
        found
        for term in query_terms(folded)
        if term.kind == "word" and pattern.fullmatch(found := folded[term.start : term.end])
    )


def _part(number: int, title: str, text: str) -> Part:
    return part_of(SourceDocument(f"titled-{number}", Metadata(title), (Page(text[:400]),)))


def beginnings(titles: list[str]) -> dict[str, Callable[[], str]]:
    """Return for each manner of typing what makes up something that is typed so."""
    chance = random.Random(_SEED)
    han, latin = titles[1::2], titles[::2]

    def cut(text: str, most: int) -> str:
        return text[: chance.randint(1, most)]

    def said(letters: Callable[[str], str]) -> str:
        return "".join(letters(sound) for sound in sounds(spelled(chance.choice(han)).text)[0])

    def mistyped() -> str:
        text = chance.choice(latin)[: chance.randint(6, 14)]
        left_out = chance.randint(1, len(text) - 1)
        return text[:left_out] + text[left_out + 1 :]

    return {
        "Han": lambda: cut(chance.choice(han), 6),
        "pinyin": lambda: cut(said(str), 14),
        "initials": lambda: cut(said(lambda sound: sound[0]), 6),
        "English": lambda: cut(chance.choice(latin), 14),
        "one letter left out": mistyped,
        "nothing": lambda: f"zqx{chance.randint(0, 10**6)}",
    }


def measure(root: Path, encoder: Encoder, titles: list[str]) -> None:
    """Print what reading the library takes, then the latencies."""
    process = psutil.Process()
    engine = Engine(root, encoder)
    engine.rank("参数服务器")
    before = process.memory_info().rss
    started = time.perf_counter()
    suggester = Suggester(engine)
    while not suggester.suggest("canshu").suggestions:
        time.sleep(0.05)
    for name in ("titles", "titles and phrases"):
        seconds, taken = time.perf_counter() - started, process.memory_info().rss - before
        print(f"{name} after {seconds:.1f} s, {taken / 2**20:.0f} MB more")
        suggester.suggest("a", wait=True)
    every: list[float] = []
    for name, typed in beginnings(titles).items():
        times = [suggester.suggest(typed()).took_ms for _ in range(_QUERIES)]
        every += times
        _print(name, times)
    _print("all", every)
    _commit(root, encoder)
    engine.follow()
    started = time.perf_counter()
    suggester.suggest("a", wait=True)
    print(f"brought up after a commit of one document in {time.perf_counter() - started:.2f} s")


def _print(name: str, times: list[float]) -> None:
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{name:<20} p50 {p50:5.2f} ms, p95 {p95:5.2f} ms")


def _commit(root: Path, encoder: Encoder) -> None:
    part = _part(-1, "A document that came later", "It has a passage of its own.")
    texts = [passage.text for passage in part.passages]
    vectors = dict(zip(texts, encoder.encode_passages(texts), strict=True))
    with LibraryWriter(root, encoder.card) as writer, writer.turn() as turn:
        turn.add("/titles/later", "later", [part], vectors)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    arguments = parser.parse_args()
    encoder = load_encoder(None, Settings().cache)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "library"
        measure(root, encoder, build(root, encoder, arguments.documents))


if __name__ == "__main__":
    main()
