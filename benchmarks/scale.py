"""What does a search by meaning cost as the library grows, and how much of it is found?

    python -m benchmarks.scale [--passages 10000 100000 1000000] [--library DIR] [--work DIR]
                              [--plot FILE.svg]

Vectors only, through the code that the library uses. The vectors are real ones, of the sample
corpus or of a library that is named, resampled with noise (benchmarks/resampled.py): documents of
ten passages, each in one language. Asked are its titles. 10,000,000 passages take 11 GB of disk
and an hour; a second run with the same --work only measures.
"""

import argparse
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.plots import drawn
from benchmarks.resampled import NOISE, PASSAGES_A_DOCUMENT, SEED, made
from benchmarks.scale_table import HEADER, SHARES, Figures, Latency, panels
from benchmarks.tables import head
from core.settings import Settings
from core.types import ModelCard
from models import load_encoder
from models.encoder import Encoder
from search.asking.query import Query, understand
from search.retrieve import DEPTH, Retriever
from store.derived.passage_table import PassageTable
from store.derived.vectors import VectorFile
from store.nearest.building import train
from store.nearest.codes import write_codes
from store.nearest.index import Comparison, Mask, VectorIndex
from store.nearest.large import EXACT_ROWS, LargeIndex
from store.nearest.mapped import MappedRows
from store.nearest.opening import Committed, open_index
from store.nearest.sections import NewMeans
from store.view import LibraryView

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]

_TEN = 10
_PASSAGES_A_SECTION = 6
_AT_ONCE = 4000
_ROUNDS = 5
_TIE = 1e-5


@dataclass(frozen=True, slots=True)
class Sample:
    """Real vectors: of passages, by language, and of questions; and the model that made them."""

    model: ModelCard
    passages: dict[str, Vectors]
    questions: Vectors
    queries: list[Query]

    @classmethod
    def of(cls, root: Path, encoder: Encoder) -> "Sample":
        """Return those of the library in this folder, in its two commonest languages."""
        view = LibraryView(root)
        texts = np.flatnonzero(~view.table.titles)
        names = np.array(view.table.language_names)[view.table.languages[texts]]
        vectors = view.vectors.vectors(texts)
        languages, counts = np.unique(names, return_counts=True)
        commonest = languages[np.argsort(-counts)][:2].tolist()
        titles = view.passages_at(np.flatnonzero(view.table.titles).tolist()).values()
        asked = sorted({each.passage.text for each in titles})
        queries = [replace(understand(title), terms=(), conditions=()) for title in asked]
        questions = encoder.encode_queries([each.text for each in queries])
        passages = {name: vectors[names == name] for name in commonest}
        return cls(encoder.card, passages, questions, queries)


def table_of(count: int, languages: tuple[str, ...]) -> PassageTable:
    """Return the table of so many passages, languages shared out among documents by chance."""
    numbers = np.arange(count)
    documents = numbers // PASSAGES_A_DOCUMENT
    generator = np.random.default_rng(SEED)
    chosen = generator.integers(0, len(languages), count // PASSAGES_A_DOCUMENT + 1)
    sections = numbers % PASSAGES_A_DOCUMENT // _PASSAGES_A_SECTION
    return PassageTable(
        keys=numbers,
        documents=documents,
        sections=documents * PASSAGES_A_DOCUMENT + sections,
        titles=np.zeros(count, np.bool_),
        languages=chosen.astype(np.int16)[documents],
        own_languages=chosen.astype(np.int16)[documents],
        vector_rows=numbers.copy(),
        language_names=languages,
    )


def write_vectors(file: VectorFile, sample: Sample, table: PassageTable) -> None:
    """Write a vector for each passage: one in its language, with noise."""
    generator = np.random.default_rng(SEED)
    file.truncate(0)
    for start in range(0, len(table.keys), _AT_ONCE):
        languages = table.languages[start : start + _AT_ONCE]
        vectors = np.empty((len(languages), file.dimension), np.float32)
        for number, own in enumerate(sample.passages.values()):
            here = languages == number
            vectors[here] = own[generator.integers(0, len(own), int(here.sum()))]
        vectors += generator.standard_normal(vectors.shape, np.float32) * np.float32(NOISE)
        file.append(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def make_codes(file: VectorFile, table: PassageTable, path: Path) -> float:
    """Write the codes of all rows unless they are there; return the seconds that it took."""
    started = time.perf_counter()
    if not path.exists():
        languages = {
            name: np.flatnonzero(table.languages == number)
            for number, name in enumerate(table.language_names)
        }
        rows = MappedRows(file, len(table.keys))
        write_codes(path, train(rows, languages), NewMeans.of(table, rows))
    return time.perf_counter() - started


class Truth:
    """The cosines of the nearest passages in each language to each question, exactly."""

    def __init__(self, file: VectorFile, table: PassageTable, questions: Vectors) -> None:
        self._table = table
        self._file = file
        self._questions = questions

    def under(self, masks: list[Mask], kept: Path) -> list[Vectors]:
        """Return what `_under` does, kept in a file for the next run."""
        if not kept.exists():
            np.save(kept, np.array(self._under(masks)))
        return list(np.load(kept))

    def _under(self, masks: list[Mask]) -> list[Vectors]:
        """Return them among the passages of each mask: shape (languages, questions, 1000)."""
        languages = range(len(self._table.language_names))
        shape = (len(languages), len(self._questions), DEPTH)
        nearest = [np.full(shape, -1, np.float32) for _ in masks]
        stored = self._file.read()
        for start in range(0, len(self._table.keys), _AT_ONCE):
            block = slice(start, start + _AT_ONCE)
            products = self._questions @ stored[block].astype(np.float32).T
            for found, mask in zip(nearest, masks, strict=True):
                for number in languages:
                    here = mask[block] & (self._table.languages[block] == number)
                    both = np.hstack([found[number], products[:, here]])
                    found[number] = -np.partition(-both, DEPTH - 1)[:, :DEPTH]
        return [-np.sort(-each) for each in nearest]

    def recall(
        self, nearest: Vectors, found: list[tuple[Positions, Vectors]], count: int = _TEN
    ) -> float:
        """Return the share of the `count` nearest that was found, with the cosines, on average."""
        shares = []
        for at, (positions, cosines) in enumerate(found):
            for number, each in enumerate(nearest[:, at, :count]):
                there = each[each > -1]
                own = cosines[self._table.languages[positions] == number]
                if len(there):
                    reached = int((own >= there.min() - _TIE).sum())
                    shares.append(min(reached, len(there)) / len(there))
        return float(np.mean(shares)) if shares else 1.0


def latency(ask: Callable[[int], Any], count: int) -> Latency:
    """Return that over the questions, each the best of some rounds: others use the cores."""
    times = np.empty((_ROUNDS, count))
    for round_ in range(_ROUNDS):
        for number in range(count):
            started = time.perf_counter()
            ask(number)
            times[round_, number] = (time.perf_counter() - started) * 1000
    best = times.min(axis=0)
    return Latency(float(np.median(best)), float(np.quantile(best, 0.99)))


def memory() -> tuple[int, int]:
    """Return the bytes that this process holds, and how many of them are its own alone."""
    held = psutil.Process().memory_info()
    return int(held.rss), int(held.rss - held.shared)


def columns(*holders: Any) -> int:
    """Return the bytes of all arrays that these objects hold, each counted once."""
    found: dict[int, int] = {}
    for holder in holders:
        names = getattr(type(holder), "__slots__", None) or vars(holder)
        for value in (getattr(holder, name) for name in names):
            arrays = value if isinstance(value, list) else [value]
            found |= {id(each): each.nbytes for each in arrays if isinstance(each, np.ndarray)}
    return sum(found.values())


class Measured:
    """An index of so many passages, asked all questions."""

    def __init__(self, count: int, sample: Sample, work: Path) -> None:
        self._sample, self._before = sample, memory()[0]
        self.table = table_of(count, tuple(sample.passages))
        self.file = VectorFile(work / f"{count}.f16", sample.questions.shape[1])
        self._codes = work / f"{count}.codes" if count > EXACT_ROWS else None
        self._truth = work / f"{count}-{DEPTH}-{zlib.crc32(sample.questions.tobytes()):08x}.npy"
        if self.file.rows() != count:
            write_vectors(self.file, sample, self.table)
        self.seconds = make_codes(self.file, self.table, self._codes) if self._codes else 0.0
        self.memory = -memory()[1] / count
        started = time.perf_counter()
        committed = Committed(self.file, count, self._codes)
        self.index: VectorIndex = open_index(committed, self.table, None)
        self.memory += memory()[1] / count
        view: Any = SimpleNamespace(table=self.table, vectors=self.index, model=sample.model)
        self.retriever = Retriever(view)
        self.opened = time.perf_counter() - started
        mapped = self._codes.stat().st_size if self._codes else 0
        self.mapped = mapped / count

    def nearest(
        self, share: float, mask: Mask, truth: Truth, wanted: Vectors
    ) -> tuple[Latency, float]:
        """Return latency and recall of the ten nearest in each language under a filter."""
        among = None if share == 1 else mask

        def ask(at: int) -> tuple[Comparison, Positions]:
            comparison = self.index.compare(self._sample.questions[at])
            return comparison, comparison.nearest_of_each_group(_TEN, among)

        asked = range(len(self._sample.questions))
        found = [(positions, one.cosines(positions)) for one, positions in map(ask, asked)]
        return latency(ask, len(asked)), truth.recall(wanted, found)

    def figures(self) -> Figures:
        """Return what is printed of it."""
        count = len(self.table.keys)
        chances = np.random.default_rng(SEED).random(count // PASSAGES_A_DOCUMENT + 1)
        masks = [(chances < share)[self.table.documents] for share in SHARES]
        truth = Truth(self.file, self.table, self._sample.questions)
        wanted = truth.under(masks, self._truth)
        under = [
            self.nearest(share, mask, truth, each)
            for share, mask, each in zip(SHARES, masks, wanted, strict=True)
        ]
        deep = [self.index.compare(each) for each in self._sample.questions]
        candidates = [each.nearest_of_each_group(DEPTH) for each in deep]
        found = [(at, each.cosines(at)) for at, each in zip(candidates, deep, strict=True)]

        def search(at: int) -> None:
            query, vector = self._sample.queries[at], self._sample.questions[at]
            question = self.retriever.question(query, vector, "semantic")
            candidates = self.retriever.candidates(question)
            self.retriever.score(question, candidates.positions, exactly=False)

        share_of_a_search = latency(search, len(self._sample.queries))
        held = [self.index] if isinstance(self.index, LargeIndex) else []
        return Figures(
            passages=count,
            made=self.seconds,
            opened=self.opened,
            resident=memory()[0] - self._before,
            memory=self.memory,
            mapped=self.mapped,
            columns=columns(self.table, self.retriever, *held) / count,
            nearest=tuple(each for each, _ in under),
            recalls=tuple(each for _, each in under),
            deep_recall=truth.recall(wanted[0], found, DEPTH),
            share_of_a_search=share_of_a_search,
        )


def main() -> None:
    """Print the figures, and draw the plot where one is wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = [10_000, 100_000, 1_000_000]
    parser.add_argument("--passages", type=int, nargs="+", default=sizes)
    parser.add_argument("--library", type=Path, help="take the vectors of its passages")
    parser.add_argument("--work", type=Path, help="keep the files there, or use what is there")
    parser.add_argument("--plot", metavar="FILE", type=Path, help="draw it as SVG")
    arguments = parser.parse_args()
    encoder = load_encoder(None, Settings().cache)
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        work.mkdir(exist_ok=True)
        sample = Sample.of(made(arguments.library or work / "sample"), encoder)
        print(*head(HEADER), sep="\n")
        found = []
        for count in arguments.passages:
            found.append(Measured(count, sample, work).figures())
            print(found[-1].row(), flush=True)
    if arguments.plot:
        title = f"{sample.questions.shape[1]} dimensions, two languages, two cores"
        arguments.plot.write_text(drawn(title, panels(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
