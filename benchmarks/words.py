"""What do words cost among a million passages, the commonest ones too?

    python -m benchmarks.words [--passages N] [--library DIR] [--work DIR]

Terms only, in the two indexes that a library has. Passages are new mixtures of real sentences, of
the sample corpus or of a library that is named, so that words are as common as they are there.
Asked are beginnings of sentences, of one word to twelve, and as many of the commonest words.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.resampled import SEED, made
from benchmarks.tables import head, line
from search.retrieve import WORDS_BESIDE_MEANING
from search.words import Coverage, Reading
from store.catalogue.changes import PASSAGES_A_SECTION
from store.derived.term_schema import PASSAGES, SECTIONS
from store.derived.term_writer import UnitWriter
from store.derived.terms import Terms
from store.view import LibraryView
from text.folding import fold
from text.sentences import sentences
from text.terms import Term, document_terms, query_terms, spellings

_LENGTHS = (1, 2, 4, 8, 12)
_QUERIES = 60
_COMMONEST = 60
_SHOWN = 20
_ROUNDS = 3
_COLUMNS = (
    "words asked for",
    "best passages",
    "best sections",
    "scores of 20 passages",
    "all of that, side by side: p50, p95, p99 ms",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Real texts: how many sentences each passage has, and the terms of each sentence."""

    texts: list[str]
    counts: list[int]
    terms: list[list[Term]]

    @classmethod
    def of(cls, root: Path) -> "Sample":
        """Return those of the passages of the library in this folder."""
        view = LibraryView(root)
        stored = view.passages_at(np.flatnonzero(~view.table.titles).tolist()).values()
        cut = [_sentences(fold(each.passage.text).text) for each in stored]
        texts = [text for own in cut for text in own]
        terms = [[*document_terms(text), *spellings(text)] for text in texts]
        return cls(texts, [len(own) for own in cut], terms)

    def passages(self) -> Iterator[list[Term]]:
        """Yield the terms of new passages, each of as many sentences as a real one."""
        generator = np.random.default_rng(SEED)
        while True:
            count = self.counts[generator.integers(len(self.counts))]
            chosen = generator.integers(0, len(self.terms), count).tolist()
            yield [term for number in chosen for term in self.terms[number]]

    def beginnings(self, words: int) -> list[str]:
        """Return beginnings of sentences, of so many words."""
        order = np.random.default_rng(SEED).permutation(len(self.texts)).tolist()
        ends = ((self.texts[number], _end(self.texts[number], words)) for number in order)
        return list(islice((text[:end] for text, end in ends if end), _QUERIES))

    def commonest(self, words: int) -> list[str]:
        """Return queries of so many of the words that most sentences hold."""
        held = Counter(
            text
            for own in self.terms
            for text in {term.text for term in own if term.kind == "word"}
            if query_terms(text) and len(text) > 1
        )
        most = [text for text, _ in held.most_common(_COMMONEST)]
        generator = np.random.default_rng(SEED)
        chosen = [generator.choice(most, words, replace=False) for _ in range(_QUERIES)]
        return [" ".join(each.tolist()) for each in chosen]


def _sentences(text: str) -> list[str]:
    return [text[first:last].strip() for first, last in sentences(text)]


def _end(text: str, words: int) -> int:
    """Return where so many words of the text end, 0 if it has fewer."""
    ends = [term.end for term in query_terms(text) if term.kind == "word"]
    return ends[words - 1] if len(ends) >= words else 0


def build(folder: Path, sample: Sample, count: int) -> None:
    """Write both indexes of so many passages as a library has them."""
    folder.mkdir(parents=True)
    with (
        closing(UnitWriter(folder / PASSAGES)) as passages,
        closing(UnitWriter(folder / SECTIONS)) as sections,
    ):
        together: list[Term] = []
        for number, terms in enumerate(islice(sample.passages(), count)):
            passages.replace(number, terms)
            together += [term for term in terms if term.kind != "spelling"]
            if number % PASSAGES_A_SECTION == PASSAGES_A_SECTION - 1:
                sections.replace(number // PASSAGES_A_SECTION, together)
                together = []
        passages.commit(1)
        sections.commit(1)


def asked(terms: Terms, query: list[Term]) -> list[Callable[[], object]]:
    """Return what a search asks of the words of one query, and then all of it together."""
    chance = np.random.default_rng(SEED)
    shown = np.sort(chance.choice(terms.passages.size - 1, _SHOWN, replace=False))

    def leg() -> None:
        passages, _ = Reading(terms, query, WORDS_BESIDE_MEANING).result()
        passages.shares(shown)

    return [
        lambda: Coverage.of(terms.passages, query, WORDS_BESIDE_MEANING),
        lambda: Coverage.of(terms.sections, query, WORDS_BESIDE_MEANING),
        lambda: terms.passages.scores(query, shown),
        leg,
    ]


def milliseconds(calls: list[Callable[[], object]]) -> list[float]:
    """Return how long each takes, the best of some rounds: others use the cores."""
    times = np.empty((_ROUNDS, len(calls)))
    for round_ in range(_ROUNDS):
        for number, call in enumerate(calls):
            started = time.perf_counter()
            call()
            times[round_, number] = (time.perf_counter() - started) * 1000
    return list(times.min(axis=0))


def row(name: str, terms: Terms, queries: list[str]) -> str:
    """Return the row of the table for these queries."""
    times = np.array([milliseconds(asked(terms, query_terms(fold(q).text))) for q in queries])
    quantiles = np.quantile(times, [0.5, 0.95, 0.99], axis=0).T
    cells = [", ".join(f"{value:.1f}" for value in each) for each in quantiles]
    return line([name, *cells])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--library", type=Path, help="take the sentences of its passages")
    parser.add_argument("--work", type=Path, help="keep the files there, or use what is there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        sample = Sample.of(made(arguments.library or work / "sample"))
        folder = work / f"{arguments.passages}.terms"
        started = time.perf_counter()
        if not folder.exists():
            build(folder, sample, arguments.passages)
            print(f"written in {time.perf_counter() - started:.0f} s")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        print(f"{arguments.passages:,} passages, {size / arguments.passages:,.0f} bytes each\n")
        print(*head(_COLUMNS), sep="\n")
        terms = Terms(folder)
        for words in _LENGTHS:
            print(row(f"{words}", terms, sample.beginnings(words)), flush=True)
        for words in _LENGTHS:
            print(row(f"{words} of the commonest", terms, sample.commonest(words)), flush=True)


if __name__ == "__main__":
    main()
