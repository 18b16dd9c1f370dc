"""Where do the milliseconds of a search go, and how many searches a second does a server answer?

    python -m benchmarks.search LIBRARY [--questions N] [--processes N]

Questions are stretches of the library's own sentences, each asked once. The floor is what any
hybrid search has to do: one run of the encoder, one search for vectors and one for words, called
from Python in the same process.
"""

import argparse
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from api.answers import search_answer
from benchmarks.load import ask_from_elsewhere
from benchmarks.services import Wenhai, running
from core.settings import Settings
from evaluation.latency import percentiles
from models import load_encoder
from search.asking.query import SearchRequest, understand
from search.documents import Ranking
from search.engine import Engine
from search.proof.excerpts import Prover
from search.retrieve import WORDS_BESIDE_MEANING, Retriever
from search.words import Reading
from text.sentences import sentences

CLIENTS = (1, 4, 16)
_LEAST, _MOST = 8, 24
"""Characters of a question."""

_SEED = 20261122
_IN_PROCESS = 200
_AGAIN = 50


def questions(engine: Engine) -> Iterator[str]:
    """Yield stretches of sentences of the library, in any order, none of them twice."""
    view, chance = engine.view, np.random.default_rng(_SEED)
    texts = np.flatnonzero(~view.table.titles)
    seen: set[str] = set()
    while True:
        for stored in view.passages_at(chance.choice(texts, 200).tolist()).values():
            text = stored.passage.text
            for first, last in sentences(text):
                start = int(chance.integers(first, max(first + 1, last - _LEAST)))
                length = int(chance.integers(_LEAST, _MOST))
                question = text[start : min(last, start + length)].strip()
                if len(question) >= _LEAST and question not in seen:
                    seen.add(question)
                    yield question


class Stages:
    """How long each stage of a search took, in milliseconds, by its name."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Keep how long the block takes."""
        started = time.perf_counter()
        yield
        self.times[name].append((time.perf_counter() - started) * 1000)


def by_stage(engine: Engine, asked: list[str]) -> Mapping[str, list[float]]:
    """Go through the stages of each search one by one."""
    stages, retriever, prover = Stages(), Retriever(engine.view), Prover(engine.encoder)
    for q in asked:
        request = SearchRequest(q)
        with stages.stage("fold"):
            query = understand(q)
        with stages.stage("encode"):
            vector = engine.encoder.encode_queries([query.text])[0]
        with stages.stage("words"):
            Reading(retriever.view.terms, query.terms, WORDS_BESIDE_MEANING).result()
        with stages.stage("vectors"):
            retriever.question(query, vector, "semantic")
        question = retriever.question(query, vector, "hybrid")
        with stages.stage("fusion"):
            candidates = retriever.candidates(question)
            ranking = Ranking.of(retriever, question, candidates, "fold")
        with stages.stage("snippets"):
            prover.proved(ranking.hits(ranking.keys[: request.limit], 2), question, request)
        with stages.stage("all of it"):
            page = engine.search(request)
        with stages.stage("JSON"):
            search_answer(page, request).model_dump_json()
    return stages.times


def floor(engine: Engine, asked: list[str]) -> list[float]:
    """Return the milliseconds of what any hybrid search has to do, for each question."""
    view, times = engine.view, []
    for q in asked:
        terms = understand(q).terms
        started = time.perf_counter()
        vector = engine.encoder.encode_queries([q])
        view.vectors.compare(vector[0]).nearest_of_each_group(10)
        view.terms.passages.best(terms, 10)
        times.append((time.perf_counter() - started) * 1000)
    return times


def told(times: list[float]) -> str:
    """Return the percentiles of these milliseconds as a part of a line."""
    found = percentiles(times)
    return "".join(f"{found[name]:8.2f} {name}" for name in ("p50", "p95", "p99"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument(
        "--questions",
        metavar="N",
        type=int,
        default=400,
        help="over HTTP, by each number of clients",
    )
    parser.add_argument("--processes", type=int, default=1, help="that search, behind the server")
    chosen = parser.parse_args()
    engine = Engine(chosen.library, load_encoder(None, Settings().cache))
    every = questions(engine)
    by_stage(engine, list(itertools.islice(every, 20)))
    asked = list(itertools.islice(every, _IN_PROCESS))
    print(f"{len(engine.view.table.keys):,} passages; ms a search:")
    for name, times in by_stage(engine, asked).items():
        print(f"  {name:10}{told(times)}")
    least = floor(engine, list(itertools.islice(every, _IN_PROCESS)))
    print(f"  {'floor':10}{told(least)}")
    fresh = list(itertools.islice(every, _IN_PROCESS))
    started = time.perf_counter()
    for q in fresh:
        engine.encoder.encode_queries([q])
    alone = len(fresh) / (time.perf_counter() - started)
    print(f"the encoder alone: {alone:.0f} queries/s")
    service = Wenhai(chosen.library, processes=chosen.processes)
    with running(service, fresh[0]) as server:
        host = server.client.base_url.netloc.decode()
        for clients in CLIENTS:
            addresses = [service.address(q) for q in itertools.islice(every, chosen.questions)]
            times, seconds = ask_from_elsewhere(host, addresses, clients)
            rate, over = len(times) / seconds, np.median(times) / np.median(least)
            print(
                f"HTTP, {clients:2} clients:{rate:7.1f} queries/s ({rate / alone:.2f} of the "
                f"encoder), {over:.2f} of the floor{told(times)}"
            )
        again, _ = ask_from_elsewhere(host, [service.address(fresh[0])] * _AGAIN, 1)
        print(f"asked again: {told(again)}")


if __name__ == "__main__":
    main()
