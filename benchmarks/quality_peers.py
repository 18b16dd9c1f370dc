"""Is Wenhai better than the engines that one would take otherwise? The same judged sets, one table.

    python -m benchmarks.quality_peers [--work DIR] [--documents N]

txtai runs on the weights of the bundled model, BM25 is bm25s with jieba, both in a virtual
environment of their own that is made here. Each gets whole documents, and once more the passages
that Wenhai cuts, of which the best then speaks for its document. Their runs stay in DIR, for
`wenhai evaluate --compare`, and they are asked again only if texts, versions or scripts change.
The first run needs the extra `sentence-transformers`, to export the weights.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from benchmarks.peers.environment import REQUIREMENTS, ask, environment, state_of, version_of
from benchmarks.peers_sets import CUTS, JudgedSet, judged_sets, write_rows
from benchmarks.peers_table import MEASURES, Row, row_of, table
from core.settings import Settings
from evaluation.building import build
from evaluation.directions import by_direction
from evaluation.evaluate import Evaluation, Wanted, evaluate
from evaluation.metrics import measured
from evaluation.readers.runs import read_run
from evaluation.targets import LibraryTarget
from indexer.build import NoProgress
from models import Encoder, load_encoder
from models.bundled import CARD
from models.export import export_sentence_transformers
from search.engine import Engine

OURS = "Wenhai"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another engine, by its package; `arguments` is what the module that asks it needs besides."""

    package: str
    arguments: tuple[Path, ...] = ()

    def label(self, cut: str) -> str:
        """Return what its row is called when it gets texts cut so."""
        return f"{self.package} {version_of(self.package)}, {cut}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where peers are asked: by which Python, and in which folder the files lie."""

    python: Path
    work: Path


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say on stderr how long it took."""
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def weights(work: Path) -> Path:
    """Return the bundled model in a folder that other tools load, exported if it is not there."""
    folder = work / f"{CARD.name}-{CARD.fingerprint}"
    if not folder.exists():
        if find_spec("sentence_transformers") is None:
            raise SystemExit('cannot export weights: pip install -e ".[sentence-transformers]"')
        export_sentence_transformers(work / "exporting").rename(folder)
    return folder


def ours(judged: JudgedSet, encoder: Encoder) -> Evaluation:
    """Return what the shipped engine answers from a library of the set."""
    with tempfile.TemporaryDirectory() as root:
        build(judged.documents, Path(root), encoder, NoProgress())
        target = LibraryTarget(Engine(Path(root), encoder))
        return evaluate(judged.dataset, target, Wanted(measures=MEASURES), lambda: None)


def theirs(peer: Peer, cut: str, judged: JudgedSet, place: Place, found: Evaluation) -> Row:
    """Return what the peer answers, measured by the same judgements, languages and copies."""
    folder = place.work / f"{judged.name}-{cut}"
    write_rows(folder, judged, cut)
    module = f"ask_{peer.package}"
    run = folder / f"{peer.package}-{state_of(folder, module, peer.arguments)}.run"
    if not run.exists():
        with told(f"{judged.name}, {peer.label(cut)}"):
            ask(place.python, module, folder, run, *peer.arguments)
    answered = read_run(run)  # lacks the queries to which nothing was found
    ranked = {query: found.copies.once(answered.get(query, ())) for query in found.judged.grades}
    answers = replace(found.judged, ranked=ranked)
    overall = measured(MEASURES, answers.grades, answers.ranked)
    return row_of(judged.name, overall, by_direction(answers, overall))


def compare(peers: list[Peer], place: Place, documents: int | None) -> dict[str, Row]:
    """Return the row of each engine."""
    encoder = load_encoder(Settings().model, Settings().cache)
    names = [*(peer.label(cut) for peer in peers for cut in CUTS), OURS]
    rows: dict[str, Row] = {name: {} for name in names}
    for judged in (each.beginning(documents) for each in judged_sets()):
        with told(f"{judged.name}, {OURS}"):
            found = ours(judged, encoder)
        rows[OURS] |= row_of(judged.name, found.overall, found.directions)
        for peer in peers:
            for cut in CUTS:
                rows[peer.label(cut)] |= theirs(peer, cut, judged, place, found)
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    work = Path(tempfile.gettempdir()) / "wenhai-peers"
    parser.add_argument("--work", metavar="DIR", type=Path, default=work, help=f"default: {work}")
    parser.add_argument("--documents", metavar="N", type=int, help="of each set, to try it out")
    options = parser.parse_args()
    with told("environment and weights"):
        peers = [Peer("bm25s"), Peer("txtai", (weights(options.work),))]
        place = Place(environment(options.work / "environment", REQUIREMENTS), options.work)
    print(table(compare(peers, place, options.documents), OURS))


if __name__ == "__main__":
    main()
