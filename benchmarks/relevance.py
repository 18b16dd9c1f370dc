"""Fit the weights of search/verdict.py, and show what they refuse: eight libraries, four languages.

    python -m benchmarks.relevance [--work DIR]

CMRC 2018, every other paragraph of it, d2l, its Chinese and its English half, the sample corpus and
its halves are each asked what they answer, what others answer, and what nothing here does.
The weights printed are those of the plain fit. Shipped are higher cut-offs (hybrid 1.7 more within
a language and 1.2 across, semantic 1.0 and 1.5), since paragraphs about anything, as CMRC's, seem
to answer more than a textbook does.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.peers_sets import SAMPLE, JudgedSet, judged_sets
from core.settings import Settings
from core.types import SourceDocument
from evaluation.building import build
from evaluation.calibration import Cases, Shares, fit, gathered, prior
from evaluation.datasets import Dataset, JudgedQuery
from evaluation.readers.queries import read_plain
from indexer.build import NoProgress
from models import Encoder, load_encoder
from search.asking.query import MODES, Mode
from search.engine import Engine
from search.verdict import ANSWERS

_QUERIES = 400

Keep = Callable[[int, SourceDocument], bool]
KEPT: dict[str, tuple[str, Keep]] = {
    "cmrc": ("cmrc", lambda _, __: True),
    "cmrc half": ("cmrc", lambda at, _: at % 2 == 0),
    "d2l": ("d2l", lambda _, __: True),
    "d2l zh": ("d2l", lambda _, each: each.metadata.language == "zh"),
    "d2l en": ("d2l", lambda _, each: each.metadata.language == "en"),
    "sample": ("sample", lambda _, __: True),
    "sample zh": ("sample", lambda _, each: each.metadata.language == "zh"),
    "sample en": ("sample", lambda _, each: each.metadata.language == "en"),
}
FOREIGN = {"cmrc": ("d2l", "sample"), "d2l": ("cmrc",), "sample": ("cmrc",)}
"""Whose queries a library cannot answer."""


def cases_of(
    name: str, sets: dict[str, JudgedSet], encoder: Encoder, work: Path
) -> dict[Mode, Cases]:
    """Return what the queries of the library score, its own and those that it cannot answer."""
    source, keep = KEPT[name]
    documents, own = sets[source].documents, sets[source].dataset
    kept = [each for at, each in enumerate(documents.documents) if keep(at, each)]
    root = work / name.replace(" ", "-")
    build(replace(documents, documents=kept), root, encoder, NoProgress())
    answered = set(_answered(own, {each.id for each in kept}))
    answerable = some([each for each in own.queries.values() if each.id in answered])
    others = [
        query for other in FOREIGN[source] for query in some(sets[other].dataset.queries.values())
    ]
    if name == "cmrc half":
        others += some([each for each in own.queries.values() if each.id not in answered])
    others += read_plain(SAMPLE / "judgements/unanswerable.txt")
    engine = Engine(root, encoder)
    return {mode: gathered(engine, answerable, others, mode) for mode in MODES}


def _answered(own: Dataset, there: set[str]) -> Iterator[str]:
    """Return the queries that a document which is there answers well."""
    least = 2 if own.name == "judgements" else 1
    return (each.query for each in own.judgements if each.grade >= least and each.document in there)


def some(queries: Iterable[JudgedQuery]) -> list[JudgedQuery]:
    """Return some 400 of the queries, evenly spread."""
    every = list(queries)
    return list(islice(every, 0, None, max(1, len(every) // _QUERIES)))


def main() -> None:
    """Print the weights of each mode, and what the shipped ones refuse in each library."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "wenhai-relevance"
    )
    work = parser.parse_args().work
    work.mkdir(exist_ok=True)
    encoder = load_encoder(Settings().model, Settings().cache)
    sets = {each.name: each for each in judged_sets()}
    libraries = {name: cases_of(name, sets, encoder, work) for name in KEPT}
    for mode in MODES:
        shipped = ANSWERS[mode]
        plain = fit([each[mode] for each in libraries.values()], prior(mode, shipped=False), 0.02)
        print(f"{mode}: plain fit {plain.round(2).tolist()}, shipped {shipped}")
        for name, cases in libraries.items():
            found = Shares.of(cases[mode], shipped.vector())
            print(f"  {name:<10}refused {found.refused:6.1%}, wrongly {found.false_refusals:6.1%}")


if __name__ == "__main__":
    main()
