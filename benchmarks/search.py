"""Where do the milliseconds of a search go, and how many searches a second does a server answer?

    python -m benchmarks.search LIBRARY [--seconds S]

Questions are stretches of the library's own sentences, each asked once. The floor is what any
hybrid search has to do: one run of the encoder, one search for vectors and one for words, called
from Python in the same process.
"""

import argparse
import http.client
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

from api.answers import search_answer
from benchmarks.start import running_server
from core.settings import Settings
from models import load_encoder
from search.asking.query import SearchRequest, understand
from search.documents import Ranking
from search.engine import Engine
from search.proof.excerpts import Prover
from search.retrieve import Retriever
from search.words import Coverage
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
            for index in (retriever.view.terms.passages, retriever.view.terms.sections):
                Coverage.of(index, query.terms)
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


def ask(address: str, asked: list[str], seconds: float) -> list[float]:
    """Ask one question after another for so long, and return the milliseconds of each."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    times = []
    until = time.perf_counter() + seconds
    for q in itertools.cycle(asked):
        started = time.perf_counter()
        if started > until:
            break
        connection.request("GET", f"/v1/search?q={quote(q)}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append((time.perf_counter() - started) * 1000)
    return times


def ask_together(address: str, asked: list[str], clients: int, seconds: float) -> list[float]:
    """Return the milliseconds of all searches of so many clients, each with its own questions."""
    with ThreadPoolExecutor(clients) as pool:
        shares = [asked[at::clients] for at in range(clients)]
        running = [pool.submit(ask, address, share, seconds) for share in shares]
        return [each for client in running for each in client.result()]


def p(times: list[float], share: int) -> float:
    """Return that percentile."""
    return float(np.percentile(times, share))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--seconds", type=float, default=15)
    chosen = parser.parse_args()
    engine = Engine(chosen.library, load_encoder(None, Settings().cache))
    every = questions(engine)
    by_stage(engine, list(itertools.islice(every, 20)))
    asked = list(itertools.islice(every, _IN_PROCESS))
    print(f"{len(engine.view.table.keys):,} passages; ms a search:")
    for name, times in by_stage(engine, asked).items():
        print(f"  {name:10}{p(times, 50):7.2f} p50{p(times, 95):8.2f} p95{p(times, 99):8.2f} p99")
    least = floor(engine, list(itertools.islice(every, _IN_PROCESS)))
    print(f"  {'floor':10}{p(least, 50):7.2f} p50{p(least, 95):8.2f} p95{p(least, 99):8.2f} p99")
    fresh = list(itertools.islice(every, _IN_PROCESS))
    started = time.perf_counter()
    for q in fresh:
        engine.encoder.encode_queries([q])
    alone = len(fresh) / (time.perf_counter() - started)
    print(f"the encoder alone: {alone:.0f} queries/s")
    with running_server(chosen.library) as (client, _):
        address = str(client.base_url)
        for count in CLIENTS:
            share = list(itertools.islice(every, int(alone * chosen.seconds * 2)))
            with ProcessPoolExecutor(1, get_context("spawn")) as beside:
                times = beside.submit(ask_together, address, share, count, chosen.seconds).result()
            print(
                f"HTTP, {count:2} clients:{len(times) / chosen.seconds:7.1f} queries/s "
                f"({len(times) / chosen.seconds / alone:.2f} of the encoder), "
                f"p50 {p(times, 50):.1f} ms ({p(times, 50) / p(least, 50):.2f} of the floor), "
                f"p95 {p(times, 95):.1f}, p99 {p(times, 99):.1f}"
            )
        again = [client.get("/v1/search", params={"q": fresh[0]}) for _ in range(_AGAIN)]
        print(f"asked again: p50 {p([e.elapsed.total_seconds() * 1000 for e in again], 50):.1f} ms")


if __name__ == "__main__":
    main()
