"""Who finds the nearest vectors sooner, in less memory: Wenhai or other engines?

    python -m benchmarks.vector_peers [--passages N] [--library DIR] [--minutes N] [--plot FILE.svg]

The vectors are real ones, resampled (benchmarks/resampled.py), all in one language, since other
engines have one index; asked are titles. Each engine is built and asked in a process of its own, in
an environment of its own that is made here, on two cores. Environments and indexes stay in DIR
(`--work`), made anew if a version or script changes; all are asked in each run.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import store.nearest
from benchmarks.peers.environment import PEERS as SCRIPTS
from benchmarks.peers.environment import ask, environment
from benchmarks.peers.vectors.contract import Asked
from benchmarks.plots import drawn
from benchmarks.vector_data import write_data
from benchmarks.vector_table import Measured, at_equal_recall, panels, table

OURS = "Wenhai"

Done = TypeVar("Done")
_WITH_EACH = "numpy==2.4.6\npsutil==7.2.2\n"


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine: the class that is asked, in which module, and the packages that it needs."""

    name: str
    module: str
    engine: str
    pins: tuple[str, ...] = ()

    @property
    def requirements(self) -> str:
        """Return what is to be installed."""
        return _WITH_EACH + "".join(f"{pin}\n" for pin in self.pins)

    @property
    def label(self) -> str:
        """Return the name with the version of what is asked."""
        return f"{self.name} {self.pins[0].split('==')[1]}" if self.pins else self.name

    def state(self) -> str:
        """Return what changes whenever an index could be another one."""
        sources = [SCRIPTS / "vectors" / f"{self.module}.py"]
        if not self.pins:
            sources += sorted(Path(store.nearest.__path__[0]).glob("*.py"))
        content = self.requirements.encode() + b"".join(each.read_bytes() for each in sources)
        return hashlib.blake2b(content, digest_size=4).hexdigest()


_FAISS = ("faiss-cpu==1.15.1",)
_ZVEC = ("zvec==0.8.0",)
ENGINES = (
    Peer(OURS, "wenhai", "Wenhai"),
    Peer("FAISS flat", "faiss", "Flat", _FAISS),
    Peer("FAISS HNSW", "faiss", "Hnsw", _FAISS),
    Peer("hnswlib", "hnswlib", "Hnswlib", ("hnswlib==0.8.0",)),
    Peer("USearch", "usearch", "Usearch", ("usearch==2.26.6",)),
    Peer("LanceDB", "lancedb", "Lance", ("lancedb==0.40.0",)),
    Peer("Chroma", "chromadb", "Chroma", ("chromadb==1.5.9",)),
    Peer("Milvus Lite", "milvus", "Milvus", ("milvus-lite==3.2.2", "pymilvus==3.0.2")),
    Peer("zvec HNSW", "zvec", "Hnsw", _ZVEC),
    Peer("zvec IVF RaBitQ", "zvec", "Codes", _ZVEC),
)


class NotMeasuredError(Exception):
    """An engine could not be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files lie: environments, vectors, and the indexes of so many."""

    work: Path
    passages: int
    longest_build: float
    """In seconds."""

    @property
    def data(self) -> Path:
        """Return the folder with what all engines get."""
        return self.work / f"{self.passages}" / "data"

    def of(self, peer: Peer) -> Path:
        """Return the folder with what the peer made of it."""
        return self.work / f"{self.passages}" / f"{peer.module}-{peer.engine}-{peer.state()}"

    def measure(self, peer: Peer, what: str, result: Path, seconds: float | None = None) -> None:
        """Build or ask, by the Python of the peer; the file is there once that is done."""
        part = result.with_suffix(".part")
        paths = (self.of(peer) / "index", self.data, part)
        try:
            python = Path(sys.executable)
            if peer.pins:
                python = environment(self.work / "envs" / peer.module, peer.requirements)
            wanted = ("vectors.measure", what, peer.module, peer.engine, *paths)
            ask(python, *wanted, seconds=seconds)
        except subprocess.TimeoutExpired as error:
            raise NotMeasuredError(f"{what}: not done in {seconds:.0f} s") from error
        except subprocess.CalledProcessError as error:
            raise NotMeasuredError(f"{what}: failed with status {error.returncode}") from error
        part.rename(result)


def built(peer: Peer, place: Place) -> Path:
    """Return the folder with the peer's index, built if it is not there."""
    folder = place.of(peer)
    if not (folder / "built.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        place.measure(peer, "build", folder / "built.json", place.longest_build)
    return folder


def answered(peer: Peer, place: Place) -> Measured:
    """Return what the peer does with its index."""
    folder = built(peer, place)
    place.measure(peer, "ask", folder / "asked.json")
    files = [each.stat() for each in (folder / "index").rglob("*") if each.is_file()]
    return Measured(
        peer.label,
        place.passages,
        json.loads((folder / "built.json").read_bytes())["seconds"],
        sum(each.st_blocks * 512 for each in files),
        Asked.read(json.loads((folder / "asked.json").read_bytes())),
    )


def compared(peers: Sequence[Peer], place: Place) -> tuple[list[Measured], dict[str, str]]:
    """Build all, then ask one after another; return also who could not be measured, and why."""
    failed: dict[str, str] = {}

    def tried(peer: Peer, step: Callable[[Peer, Place], Done]) -> Done | None:
        try:
            return step(peer, place)
        except NotMeasuredError as error:
            failed[peer.label] = str(error)
            return None

    ready = [peer for peer in peers if tried(peer, built)]
    asked = [tried(peer, answered) for peer in ready]
    return [each for each in asked if each is not None], failed


def main() -> None:
    """Print the tables, and draw the plot where one is wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    work = Path(tempfile.gettempdir()) / "wenhai-vector-peers"
    parser.add_argument("--passages", metavar="N", type=int, default=100_000)
    parser.add_argument("--library", metavar="DIR", type=Path, help="take its vectors")
    parser.add_argument(
        "--minutes", metavar="N", type=float, default=10, help="the longest a build may take"
    )
    parser.add_argument("--engines", nargs="+", choices=[each.name for each in ENGINES])
    parser.add_argument("--work", metavar="DIR", type=Path, default=work, help=f"default: {work}")
    parser.add_argument("--plot", metavar="FILE", type=Path, help="draw it as SVG")
    options = parser.parse_args()
    place = Place(options.work, options.passages, options.minutes * 60)
    write_data(place.data, options.passages, options.library or options.work / "sample")
    wanted = options.engines or [each.name for each in ENGINES]
    found, failed = compared([each for each in ENGINES if each.name in wanted], place)
    print(table(found, OURS))
    print()
    print(at_equal_recall(found, OURS))
    for name, reason in failed.items():
        print(f"\nNot measured: {name} ({reason})")
    if options.plot:
        title = f"{options.passages:,} passages, 384 dimensions, two cores"
        options.plot.write_text(drawn(title, panels(found, OURS)), encoding="utf-8")


if __name__ == "__main__":
    main()
