"""How fast does the whole service answer beside txtai's, over HTTP on the same weights and texts?

    python -m benchmarks.speed_peers [--documents N] [--library DIR] [--work DIR]
        [--processes N]

Both are sent the same passages as documents, and asked the same questions, each once: beginnings of
sentences in them, by 1, 4 and 16 clients. One server runs at a time, in turns. What they indexed
stays in DIR, with the environment and the weights that `quality_peers` uses too.
"""

import argparse
import hashlib
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.load import ask_from_elsewhere, questions, texts_of
from benchmarks.peers.environment import REQUIREMENTS, environment, version_of
from benchmarks.quality_peers import weights
from benchmarks.resampled import made
from benchmarks.services import Service, Text, Txtai, Wenhai, running
from benchmarks.tables import head, line

CLIENTS = (1, 4, 16)
_WARMING = 20
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the table; `target` is how many times as good as the other ours is to be."""

    name: str
    digits: int
    target: float | None = None
    more_is_better: bool = False


COLUMNS = (
    Column("documents indexed a second", 1, 2.5, more_is_better=True),
    Column("disk, MB", 0),
    Column("first answer, s", 2),
    Column("memory, MB", 0, 3),
    *(
        each
        for clients in CLIENTS
        for each in (
            Column(f"p50 ms, {clients} client{'s' if clients > 1 else ''}", 1, 5),
            Column("p99 ms", 1, 5),
            Column("queries/s", 1, 5, more_is_better=True),
        )
    ),
)


@dataclass(slots=True)
class Found:
    """What was found out about one server, round by round."""

    indexed: float
    disk: int
    first_answers: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    times: dict[int, list[float]] = field(default_factory=lambda: {each: [] for each in CLIENTS})
    seconds: dict[int, float] = field(default_factory=lambda: dict.fromkeys(CLIENTS, 0.0))

    def figures(self) -> list[float]:
        """Return what stands in `COLUMNS`."""
        found = [
            self.indexed,
            self.disk / _MEGABYTE,
            statistics.median(self.first_answers),
            statistics.median(self.memory) / _MEGABYTE,
        ]
        for clients in CLIENTS:
            times = self.times[clients]
            shares = statistics.quantiles(times, n=100)
            found += [shares[49], shares[98], len(times) / self.seconds[clients]]
        return found


def table(rows: Mapping[str, Sequence[float]]) -> str:
    """Return a column a server, ours first, and how many times as good it is as the other.

    `MISSED` stands where that is less than was aimed at.
    """
    (ours, own), (theirs, other) = rows.items()
    lines = head(["", ours, theirs, f"{ours} is better", "aim"])
    for column, mine, yours in zip(COLUMNS, own, other, strict=True):
        times = mine / yours if column.more_is_better else yours / mine
        missed = column.target is not None and times < column.target
        cells = [
            column.name,
            f"{mine:,.{column.digits}f}",
            f"{yours:,.{column.digits}f}",
            f"{times:.1f} times{' MISSED' if missed else ''}",
            f"{column.target:g}" if column.target else "",
        ]
        lines.append(line(cells))
    return "\n".join(lines)


def indexed(service: Service, texts: Sequence[Text], anew: bool = False) -> Found:
    """Return how fast the server indexed the texts, which it does now if it has not before."""
    known = service.folder.with_suffix(".json")
    if anew or not known.exists():
        shutil.rmtree(service.folder, ignore_errors=True)
        known.unlink(missing_ok=True)
        with running(service, texts[0].title) as server:
            started = time.perf_counter()
            service.fill(server.client, texts)
            rate = len(texts) / (time.perf_counter() - started)
        known.write_text(json.dumps(rate), encoding="utf-8")
    files = [each.stat() for each in service.folder.rglob("*") if each.is_file()]
    rate = json.loads(known.read_bytes())
    return Found(rate, sum(each.st_blocks * 512 for each in files))


def ask(service: Service, found: Found, asked: Sequence[str]) -> None:
    """Start the server once more and ask it, a share of the questions by each number of clients."""
    with running(service, asked[0]) as server:
        found.first_answers.append(server.first_answer)
        for question in asked[1:_WARMING]:
            server.client.get(service.address(question)).raise_for_status()
        rest, host = asked[_WARMING:], server.client.base_url.netloc.decode()
        for number, clients in enumerate(CLIENTS):
            addresses = [service.address(each) for each in rest[number :: len(CLIENTS)]]
            times, seconds = ask_from_elsewhere(host, addresses, clients)
            found.times[clients] += times
            found.seconds[clients] += seconds
        found.memory.append(server.memory())


def services(work: Path, texts: Sequence[Text], processes: int) -> dict[str, Service]:
    """Return both servers by their packages, with folders for just these texts."""
    python = environment(work / "environment", REQUIREMENTS)
    content = json.dumps([asdict(each) for each in texts]).encode()
    state = hashlib.blake2b(content + REQUIREMENTS.encode(), digest_size=4).hexdigest()
    (work / "services").mkdir(parents=True, exist_ok=True)
    name = f"txtai {version_of('txtai')}"
    return {
        "wenhai": Wenhai(work / "services" / f"wenhai-{state}", processes=processes),
        "txtai": Txtai(work / "services" / f"txtai-{state}", python, weights(work), name),
    }


def compare(
    servers: Sequence[Service], texts: Sequence[Text], rounds: Sequence[Sequence[str]]
) -> dict[str, list[float]]:
    """Return the figures of each; who began a round is second in the next."""
    found = {each.name: indexed(each, texts) for each in servers}
    for number, asked in enumerate(rounds):
        for each in servers[:: -1 if number % 2 else 1]:
            ask(each, found[each.name], asked)
    return {name: each.figures() for name, each in found.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    work = Path(tempfile.gettempdir()) / "wenhai-peers"
    parser.add_argument("--documents", metavar="N", type=int, default=5000)
    parser.add_argument("--library", metavar="DIR", type=Path, help="take its passages")
    parser.add_argument("--work", metavar="DIR", type=Path, default=work, help=f"default: {work}")
    parser.add_argument("--questions", metavar="N", type=int, default=600, help="in each round")
    parser.add_argument("--rounds", metavar="N", type=int, default=2)
    parser.add_argument("--processes", metavar="N", type=int, default=1, help="of Wenhai")
    parser.add_argument("--index", choices=("wenhai", "txtai"), help="index anew by it, and stop")
    options = parser.parse_args()
    library = made(options.library or options.work / "sample")
    texts = texts_of(library, options.documents)
    servers = services(options.work, texts, options.processes)
    if options.index:
        rate = indexed(servers[options.index], texts, anew=True).indexed
        print(f"{len(texts):,} documents, {rate:.1f} a second")
        return
    each_round = options.questions + _WARMING
    every = questions(texts)
    rounds = [list(islice(every, each_round)) for _ in range(options.rounds)]
    if len(rounds[-1]) < each_round:
        raise SystemExit(f"too few sentences for {options.rounds} rounds of {each_round} questions")
    print(f"{len(texts):,} documents, {options.rounds} rounds of {options.questions} questions\n")
    print(table(compare(list(servers.values()), texts, rounds)))


if __name__ == "__main__":
    main()
