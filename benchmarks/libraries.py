"""The judged sets as libraries, built and asked through the shipped engine."""

import argparse
import hashlib
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Dataset, cmrc, d2l, sample
from core.settings import Settings
from indexer.parts import part_of
from models import Encoder, load_encoder
from search.engine import Engine
from search.query import Mode
from search.retrieve import Scored
from store.changes import Part
from store.writer import LibraryWriter
from text.folding import fold

SOME_QUESTIONS = 500
_ALL = Path("all")


@dataclass
class Answers:
    """The documents worth a look, the best first: ids, scores, relevances."""

    ids: list[str]
    scores: Scored
    relevances: NDArray[np.float32]


class Asked:
    """A dataset's library and the engine that answers from it."""

    def __init__(self, dataset: Dataset, encoder: Encoder, work: Path) -> None:
        self.dataset = dataset
        parts = [part_of(document) for document in dataset.documents]
        contents = hashlib.blake2b("".join(part.digest for part in parts).encode(), digest_size=4)
        root = work / f"{dataset.name}-{contents.hexdigest()}"
        _build(parts, encoder, root)
        self._engine = Engine(root, encoder)
        view = self._engine.view
        documents = view.catalogue.documents(set(view.table.documents.tolist()))
        self._ids = {each.key: each.id for each in documents.values()}

    def ask(self, questions: dict[str, str], mode: Mode = "hybrid") -> dict[str, Answers]:
        """Return the answers to each question."""
        return {key: self._answers(text, mode) for key, text in questions.items()}

    def _answers(self, text: str, mode: Mode) -> Answers:
        ranking = self._engine.rank(text, mode, duplicates="all")
        ids = [self._ids[key] for key in ranking.keys.tolist()]
        return Answers(ids, ranking.best, ranking.relevances)

    def answerable(self) -> dict[str, str]:
        """Return the questions that a document answers."""
        return {key: self.dataset.questions[key] for key in self.dataset.relevant}


def libraries_asked_for(description: str | None) -> dict[str, Asked]:
    """Return the three judged sets by name, in the folder that the command line names."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "wenhai-quality")
    work = parser.parse_args().work
    encoder = load_encoder(Settings().model, Settings().cache)
    return {each.name: Asked(each, encoder, work) for each in (cmrc(), d2l(), sample())}


def some(questions: dict[str, str]) -> dict[str, str]:
    """Return some 500 of the questions, evenly spread."""
    step = max(1, len(questions) // SOME_QUESTIONS)
    return dict(islice(questions.items(), 0, None, step))


def _build(parts: list[Part], encoder: Encoder, root: Path) -> None:
    """Build the library as the indexer does, from documents instead of files, unless it is there.

    One that is there is opened to write all the same: its terms are then those of today.
    """
    with LibraryWriter(root, encoder.card) as writer:
        if writer.changes.file_digest(_ALL):
            return
        texts = [fold(passage.text).text for part in parts for passage in part.passages]
        file = writer.changes.file(_ALL, _ALL.name)
        writer.add(file, parts, encoder.encode_passages(texts))
        writer.changes.finish_file(file, "whole")
        writer.commit()
