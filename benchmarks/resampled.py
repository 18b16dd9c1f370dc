"""A library of any size out of the sample corpus: texts in new company, vectors with noise."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers_sets import SAMPLE
from core.settings import Settings
from core.types import Metadata, Page, SourceDocument
from indexer.build import LibraryBuilder, NoProgress
from indexer.parts import part_of
from models import load_encoder
from models.encoder import Encoder
from store.catalogue.parts import Part
from store.view import LibraryView
from store.writer import LibraryWriter

PASSAGES_A_DOCUMENT = 10
_DOCUMENTS_A_TURN = 200
NOISE = 0.02
SEED = 20261122

Vectors = NDArray[np.float32]


def build_resampled(root: Path, encoder: Encoder, passages: int) -> None:
    """Make a library of about so many passages, each document with `number` as a field."""
    texts, vectors = _sample(root.parent / "sample", encoder)
    generator = np.random.default_rng(SEED)
    documents = passages // PASSAGES_A_DOCUMENT
    with LibraryWriter(root, encoder.card) as writer:
        for first in range(0, documents, _DOCUMENTS_A_TURN):
            numbers = range(first, min(first + _DOCUMENTS_A_TURN, documents))
            parts = [_part(number, texts, generator) for number in numbers]
            found = dict(_vectors(parts, vectors, generator))
            with writer.turn() as turn:
                turn.add(f"/resampled/{first}", f"{first}", parts, found)


def sample_library(root: Path, encoder: Encoder) -> None:
    """Make the library of the sample corpus."""
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([SAMPLE / "corpus"])


def made(library: Path) -> Path:
    """Return the library, which becomes that of the sample corpus if there is none."""
    if not library.exists():
        sample_library(library, load_encoder(None, Settings().cache))
    return library


def _sample(root: Path, encoder: Encoder) -> tuple[list[str], Vectors]:
    sample_library(root, encoder)
    view = LibraryView(root)
    there = np.flatnonzero(~view.table.titles)
    found = view.passages_at(there.tolist())
    return [each.passage.text for each in found.values()], view.vectors.vectors(there)


def _part(number: int, texts: list[str], generator: np.random.Generator) -> Part:
    chosen = generator.integers(0, len(texts), PASSAGES_A_DOCUMENT - 1)
    pages = tuple(
        Page(f"{texts[at]} {number}-{page}", page) for page, at in enumerate(chosen.tolist(), 1)
    )
    facts = Metadata(f"Document {number}", page_count=len(pages), fields={"number": float(number)})
    return part_of(SourceDocument(f"resampled-{number}", facts, pages))


def _vectors(
    parts: list[Part], vectors: Vectors, generator: np.random.Generator
) -> Iterator[tuple[str, Vectors]]:
    for text in (passage.text for part in parts for passage in part.passages):
        near = vectors[generator.integers(len(vectors))]
        noisy = near + generator.normal(0, NOISE, len(near)).astype(np.float32)
        yield text, noisy / np.linalg.norm(noisy)
