"""The sample corpus as a library, and an engine that answers from it."""

from pathlib import Path

import pytest

from indexer.build import LibraryBuilder, NoProgress
from models import Encoder
from search.engine import Engine
from store.writer import LibraryWriter

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """Return the folder of a library that holds the sample corpus."""
    root = tmp_path_factory.mktemp("sample") / "library"
    with LibraryWriter(root, encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([CORPUS])
    return root


@pytest.fixture(scope="session")
def engine(sample_library: Path, encoder: Encoder) -> Engine:
    """Return an engine over the sample corpus."""
    return Engine(sample_library, encoder)
