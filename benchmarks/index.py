"""What does indexing cost beside the encoder alone, on the same passages?

    python -m benchmarks.index [PATH…]

Indexes the paths (../shared/library, else data/corpus) into a new library, then encodes the same
passages once more and nothing else.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.peers_sets import SAMPLE
from core.settings import Settings
from indexer.build import LibraryBuilder, NoProgress
from models import Encoder, load_encoder
from models.encoder import TextsDone, Vectors
from store.writer import LibraryWriter


class Listening:
    """An encoder that remembers what it was asked, in the batches that it came in."""

    def __init__(self, encoder: Encoder) -> None:
        self.card = encoder.card
        self.encode_queries = encoder.encode_queries
        self._encoder = encoder
        self.batches: list[Sequence[str]] = []

    def encode_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Encode as the encoder itself does."""
        self.batches.append(texts)
        return self._encoder.encode_passages(texts, progress)


def main() -> None:
    """Print seconds, passages a second, the ratio and the memory."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    library = SAMPLE.parents[1] / "shared" / "library"
    default = library if library.exists() else SAMPLE / "corpus"
    parser.add_argument("paths", nargs="*", type=Path, default=[default])
    paths = parser.parse_args().paths
    encoder = load_encoder(Settings().model, Settings().cache)
    encoder.encode_passages(["warm"])
    listening = Listening(encoder)
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as root,
        LibraryWriter(Path(root), encoder.card) as writer,
    ):
        LibraryBuilder(writer, listening, NoProgress()).index(paths)
    indexing = time.perf_counter() - started
    started = time.perf_counter()
    for texts in listening.batches:
        encoder.encode_passages(texts)
    alone = time.perf_counter() - started
    count = sum(map(len, listening.batches))
    peak = psutil.Process().memory_info().rss / 2**20
    print(f"{count:,} passages: indexing {indexing:.1f} s, {count / indexing:.0f} passages/s")
    print(f"the encoder alone {alone:.1f} s; indexing costs {indexing / alone:.2f} times that")
    print(f"resident at the end {peak:.0f} MB")


if __name__ == "__main__":
    main()
