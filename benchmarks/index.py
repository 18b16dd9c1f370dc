"""What does indexing cost beside the encoder alone, in time, memory and on disk?

    python -m benchmarks.index [PATH…]
    python -m benchmarks.index --poems DIR [--documents N]

Indexes the paths (../shared/library, else data/corpus), or the poems of the npm package
chinese-poetry that is unpacked in DIR, into a new library, and then lets the encoder alone encode
the same batches, or ten to twenty of them, spread over the run.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.peers_sets import SAMPLE
from benchmarks.poems import write_catalogues
from cli.progress import IndexProgress
from core.memory import share_pools
from core.settings import Settings
from indexer.build import LibraryBuilder, Report
from models import Encoder, load_encoder
from models.encoder import TextsDone, Vectors
from store.layout import LibraryLayout
from store.writer import LibraryWriter

_BATCHES_KEPT = 10


class Listening:
    """An encoder that counts what it is asked, and remembers some batches, evenly spread."""

    def __init__(self, encoder: Encoder) -> None:
        self.card = encoder.card
        self.encode_queries = encoder.encode_queries
        self.tokens = encoder.tokens
        self._encoder = encoder
        self._batches, self._every = 0, 1
        self.texts = 0
        self.kept: list[Sequence[str]] = []

    def encode_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Encode as the encoder itself does."""
        self.texts += len(texts)
        if self._batches % self._every == 0:
            self.kept.append(texts)
        self._batches += 1
        if len(self.kept) > 2 * _BATCHES_KEPT:
            self.kept, self._every = self.kept[::2], 2 * self._every
        return self._encoder.encode_passages(texts, progress)


class Memory:
    """The most memory that this process and those it started have had at a time, in bytes."""

    def __init__(self) -> None:
        self.resident = self.own = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._over.wait(0.1):
            with suppress(psutil.NoSuchProcess):
                tree = [each.memory_info() for each in (this, *this.children(recursive=True))]
                self.resident = max(self.resident, sum(each.rss for each in tree))
                self.own = max(self.own, sum(each.rss - each.shared for each in tree))


@dataclass(frozen=True, slots=True)
class Run:
    """What indexing took."""

    report: Report
    seconds: float
    processors: float
    memory: Memory


def main() -> None:
    """Print documents and passages a second, the ratio, the memory and the bytes on disk."""
    share_pools()
    arguments = _arguments()
    encoder = load_encoder(Settings().model, Settings().cache)
    encoder.encode_passages(["warm"])
    listening = Listening(encoder)
    with tempfile.TemporaryDirectory() as folder:
        library: Path = arguments.keep or Path(folder, "library")
        paths: list[Path] = arguments.paths
        if arguments.poems:
            paths = [Path(folder, "catalogues")]
            write_catalogues(arguments.poems, paths[0], arguments.documents)
        run = _indexed(paths, library, listening)
        _print_disk(library)
    _print_run(run, listening.texts)
    share = sum(map(len, listening.kept)) / max(listening.texts, 1)
    started, used = time.perf_counter(), _processor_seconds()
    for texts in listening.kept:
        encoder.encode_passages(texts)
    alone = (time.perf_counter() - started) / share
    processors = (_processor_seconds() - used) / share
    print(
        f"the encoder alone {alone:.1f} s: indexing takes {run.seconds / alone:.2f} times that, "
        f"of the processors {run.processors / processors:.2f} times"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    library = SAMPLE.parents[1] / "shared" / "library"
    default = library if library.exists() else SAMPLE / "corpus"
    parser.add_argument("paths", nargs="*", type=Path, default=[default])
    parser.add_argument("--poems", type=Path, metavar="DIR")
    parser.add_argument("--documents", type=int, metavar="N", help="so many of the poems")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the library is to stay")
    return parser.parse_args()


def _indexed(paths: list[Path], library: Path, encoder: Encoder) -> Run:
    started, used = time.perf_counter(), _processor_seconds()
    with (
        Memory() as memory,
        LibraryWriter(library, encoder.card) as writer,
        IndexProgress() as progress,
    ):
        report = LibraryBuilder(writer, encoder, progress).index(paths)
    return Run(report, time.perf_counter() - started, _processor_seconds() - used, memory)


def _processor_seconds() -> float:
    """Return what this process has used of all cores, and those it started that have ended."""
    return sum(os.times()[:4])


def _print_disk(root: Path) -> None:
    layout = LibraryLayout(root)
    with LibraryWriter(root, load_encoder(Settings().model, Settings().cache).card) as writer:
        counts = writer.catalogue.counts()
    parts = {
        "vectors": layout.all_vectors(),
        "codes": layout.all_codes(),
        "catalogue": [layout.catalogue],
        "terms": [each for each in layout.terms.rglob("*") if each.is_file()],
    }
    bytes_each = ", ".join(
        f"{name} {sum(each.stat().st_size for each in files) / counts['passages']:.0f}"
        for name, files in parts.items()
    )
    print(f"{counts['documents']:,} documents, {counts['passages']:,} passages; bytes a passage:")
    print(f"  {bytes_each}")


def _print_run(run: Run, texts: int) -> None:
    seconds, report = run.seconds, run.report
    print(
        f"indexing {seconds:.1f} s: {report.documents / seconds:.1f} documents/s, "
        f"{texts / seconds:.0f} passages/s"
    )
    print(
        f"most memory of all processes {run.memory.resident >> 20} MB, of which "
        f"{run.memory.own >> 20} MB are no mapped files"
    )


if __name__ == "__main__":
    main()
