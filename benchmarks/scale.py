"""What does a search by meaning cost as the library grows, and how much of it is found?

    python -m benchmarks.scale [--passages 10000 100000 1000000] [--work DIR]

Vectors only, through the code that the library uses: real ones of the sample corpus, resampled with
noise (benchmarks/resampled.py), in documents of ten passages, each in one language. Asked are the
judged questions of the sample. 10,000,000 passages take 8 GB of disk and half an hour.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.peers_sets import SAMPLE
from benchmarks.resampled import NOISE, PASSAGES_A_DOCUMENT, SEED, sample_library
from core.settings import Settings
from models import load_encoder
from models.encoder import Encoder
from search.asking.query import understand
from search.retrieve import Retriever
from store.derived.passage_table import PassageTable
from store.derived.vectors import VectorFile
from store.nearest.building import train
from store.nearest.codes import open_codes, write_codes
from store.nearest.exact import ExactIndex, VectorBlocks
from store.nearest.index import VectorIndex
from store.nearest.large import EXACT_ROWS, LargeIndex
from store.nearest.mapped import MappedRows
from store.view import LibraryView

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]

_TEN = 10
_SECTION = 6
_AT_ONCE = 2000
_SHARES = (1.0, 0.1, 0.01, 0.001)
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """Real vectors: of passages, by language, and of questions."""

    passages: dict[str, Vectors]
    questions: Vectors
    texts: list[str]


def sampled(root: Path, encoder: Encoder) -> Sample:
    """Return the vectors of the sample corpus, and of the questions that are judged on it."""
    if not root.exists():
        sample_library(root, encoder)
    view = LibraryView(root)
    texts = np.flatnonzero(~view.table.titles)
    names = np.array(view.table.language_names)[view.table.languages[texts]]
    vectors = view.vectors.vectors(texts)
    lines = (SAMPLE / "judgements" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [understand(json.loads(line)["text"]).text for line in lines]
    passages = {name: vectors[names == name] for name in np.unique(names).tolist()}
    return Sample(passages, encoder.encode_queries(asked), asked)


def table_of(count: int, languages: int) -> PassageTable:
    """Return the table of so many passages, languages shared out among documents by chance."""
    numbers = np.arange(count)
    documents = numbers // PASSAGES_A_DOCUMENT
    generator = np.random.default_rng(SEED)
    theirs = generator.integers(0, languages, count // PASSAGES_A_DOCUMENT + 1).astype(np.int16)
    sections = documents * PASSAGES_A_DOCUMENT + numbers % PASSAGES_A_DOCUMENT // _SECTION
    return PassageTable(
        keys=numbers,
        documents=documents,
        sections=sections,
        titles=np.zeros(count, np.bool_),
        languages=theirs[documents],
        own_languages=theirs[documents],
        vector_rows=numbers,
        language_names=tuple(map(str, range(languages))),
    )


def write_vectors(file: VectorFile, sample: Sample, table: PassageTable) -> None:
    """Write a vector for each passage: one in its language, with noise."""
    generator = np.random.default_rng(SEED)
    known = list(sample.passages.values())
    file.truncate(0)
    for start in range(0, len(table.keys), _AT_ONCE):
        languages = table.languages[start : start + _AT_ONCE]
        vectors = np.empty((len(languages), file.dimension), np.float32)
        for number, own in enumerate(known):
            here = languages == number
            vectors[here] = own[generator.integers(0, len(own), int(here.sum()))]
        vectors += generator.standard_normal(vectors.shape, np.float32) * np.float32(NOISE)
        file.append(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def index_of(file: VectorFile, table: PassageTable, work: Path) -> tuple[VectorIndex, float]:
    """Return the index as a view has it, and the seconds that it took to make its codes."""
    count = len(table.keys)
    if count <= EXACT_ROWS:
        return ExactIndex(VectorBlocks(file, count), table.vector_rows, table.languages), 0.0
    rows, path = MappedRows(file, count), work / f"{count}.codes"
    started = time.perf_counter()
    if not path.exists():
        languages = {
            name: np.flatnonzero(table.languages == number)
            for number, name in enumerate(table.language_names)
        }
        write_codes(path, train(rows, languages))
    seconds = time.perf_counter() - started
    codes = open_codes(path, rows)
    for part in codes.facts.parts:
        print(f"    {part}")
    return LargeIndex(rows, codes, table), seconds


def milliseconds(ask: Callable[[int], Any], count: int) -> str:
    """Return p50 and p99 of asking each question, each having been asked before."""
    times = []
    for round_ in range(_ROUNDS):
        for number in range(count):
            started = time.perf_counter()
            ask(number)
            if round_:
                times.append((time.perf_counter() - started) * 1000)
    p99 = statistics.quantiles(times, n=100)[-1]
    return f"p50 {statistics.median(times):6.2f} ms, p99 {p99:6.2f} ms"


class Truth:
    """The ten nearest passages in each language for each question, exactly, under some filters."""

    def __init__(
        self, file: VectorFile, table: PassageTable, questions: Vectors, masks: list[Any]
    ) -> None:
        self._table = table
        shape = (len(masks), len(table.language_names), len(questions), _TEN)
        self._nearest = np.full(shape, -1, np.float32)
        stored = file.read()
        for start in range(0, len(table.keys), _AT_ONCE):
            vectors = stored[start : start + _AT_ONCE].astype(np.float32)
            products = questions @ vectors.T
            languages = table.languages[start : start + _AT_ONCE]
            for place, mask in enumerate(masks):
                for number in range(shape[1]):
                    here = (languages == number) & mask[start : start + _AT_ONCE]
                    if here.any():
                        both = np.hstack([self._nearest[place, number], products[:, here]])
                        self._nearest[place, number] = -np.partition(-both, _TEN - 1)[:, :_TEN]

    def recall(self, place: int, question: int, positions: Positions, cosines: Vectors) -> float:
        """Return the share of them that is among these positions."""
        found = []
        for number, nearest in enumerate(self._nearest[place, :, question]):
            there = nearest[nearest > -1]
            if not len(there):
                continue
            own = np.sort(cosines[self._table.languages[positions] == number])[-_TEN:]
            reached = (own >= there.min() - 1e-5).sum()
            found.append(min(reached, len(there)) / len(there))
        return float(np.mean(found)) if found else 1.0


def measure(count: int, sample: Sample, work: Path) -> None:
    """Print what a library of so many passages costs."""
    table = table_of(count, len(sample.passages))
    file = VectorFile(work / f"{count}.f16", len(sample.questions[0]))
    if file.rows() != count:
        write_vectors(file, sample, table)
    before = psutil.Process().memory_full_info().uss
    index, seconds = index_of(file, table, work)
    memory = (psutil.Process().memory_full_info().uss - before) / count
    print(f"{count:,} passages: codes made in {seconds:.0f} s, {memory:.0f} bytes a passage")
    questions = sample.questions
    generator = np.random.default_rng(SEED)
    documents = generator.random(count // PASSAGES_A_DOCUMENT + 1)
    masks = [documents[table.documents] < share for share in _SHARES]
    truth = Truth(file, table, questions, masks)

    for place, share in enumerate(_SHARES):
        among = None if share == 1 else masks[place]
        recalls = []
        for number, vector in enumerate(questions):
            comparison = index.compare(vector)
            found = comparison.nearest_of_each_group(_TEN, among)
            recalls.append(truth.recall(place, number, found, comparison.cosines(found)))

        def nearest(at: int, among: Any = among) -> None:
            index.compare(questions[at]).nearest_of_each_group(_TEN, among)

        times = milliseconds(nearest, len(questions))
        print(f"  ten nearest of {share:6.1%}: {times}, recall@10 {np.mean(recalls):.4f}")
    view: Any = SimpleNamespace(table=table, vectors=index)
    retriever = Retriever(view)
    queries = [understand(text) for text in sample.texts]

    def search(at: int) -> None:
        question = retriever.question(queries[at], questions[at], "semantic")
        retriever.score(question, retriever.candidates(question).positions)

    print(f"  vectors' share of a search: {milliseconds(search, len(questions))}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = [10_000, 100_000, 1_000_000]
    parser.add_argument("--passages", type=int, nargs="+", default=sizes)
    parser.add_argument("--work", type=Path, help="keep the files there, or use what is there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        work.mkdir(exist_ok=True)
        sample = sampled(work / "sample", load_encoder(None, Settings().cache))
        for count in arguments.passages:
            measure(count, sample, work)


if __name__ == "__main__":
    main()
