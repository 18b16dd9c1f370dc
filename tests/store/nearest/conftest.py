"""Vectors that lie as real ones do: around matters, and those of each language apart."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from store.derived.passage_table import PassageTable
from store.derived.vectors import VectorFile
from store.nearest.building import train
from store.nearest.codes import open_codes, write_codes
from store.nearest.exact import ExactIndex, VectorBlocks
from store.nearest.index import VectorIndex
from store.nearest.large import LargeIndex
from store.nearest.lists import Codes
from store.nearest.mapped import MappedRows
from store.nearest.sections import NewMeans

DIMENSION = 32
LANGUAGES = ("zh", "en", "de")
PASSAGES_A_SECTION = 6
_MATTERS = 12
_MOST = 1800


def vectors_of(groups: np.ndarray) -> np.ndarray:
    """Return a unit vector for each number of a language, as its file gives it back."""
    generator = np.random.default_rng(1)
    apart = generator.normal(0, 1, (len(LANGUAGES), DIMENSION))
    matters = generator.normal(0, 1, (_MATTERS, DIMENSION))
    chosen = generator.integers(0, _MATTERS, _MOST)[: len(groups)]
    vectors = apart[groups] + matters[chosen]
    vectors += generator.normal(0, 0.5, (_MOST, DIMENSION))[: len(groups)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16).astype(np.float32)


@dataclass(frozen=True)
class Shelf:
    """Rows on disk, each with the number of its language."""

    file: VectorFile
    vectors: np.ndarray
    groups: np.ndarray

    def rows(self) -> MappedRows:
        return MappedRows(self.file, len(self.vectors))

    def trained(self) -> Codes:
        """Return codes of all rows, not written."""
        own = {name: np.flatnonzero(self.groups == at) for at, name in enumerate(LANGUAGES)}
        return train(self.rows(), own)

    def codes(self) -> Codes:
        """Return the codes of all rows, written once and mapped."""
        if not self.codes_path.exists():
            write_codes(self.codes_path, self.trained(), NewMeans.of(self.table(), self.rows()))
        return open_codes(self.codes_path, self.rows())

    @property
    def codes_path(self) -> Path:
        return self.file.path.with_name("vectors-1-1.codes")

    def table(self, rows: np.ndarray | None = None) -> PassageTable:
        """Return the table of passages that have these rows; all rows, in their order, if None."""
        rows = np.arange(len(self.vectors)) if rows is None else rows
        numbers = np.arange(len(rows))
        none, sections = np.zeros(len(rows), np.bool_), numbers // PASSAGES_A_SECTION
        own = self.groups[rows].astype(np.int16)
        return PassageTable(numbers, numbers, sections, none, own, own, rows, LANGUAGES)

    def index(self, kind: str, rows: np.ndarray | None = None) -> VectorIndex:
        """Return the index of that kind, of passages that have these rows."""
        table = self.table(rows)
        if kind == "exact":
            blocks = VectorBlocks(self.file, len(self.vectors))
            return ExactIndex(blocks, table.vector_rows, table.languages)
        return LargeIndex(self.rows(), self.codes() if kind == "coded" else None, table)

    def nearest(self, query: np.ndarray, count: int, among: np.ndarray) -> set[int]:
        """Return the nearest of these rows in each language, by plain numpy."""
        found: set[int] = set()
        for group in np.unique(self.groups):
            own = among[self.groups[among] == group]
            found.update(own[np.argsort(-(self.vectors[own] @ query))][:count].tolist())
        return found


def put(folder: Path, count: int) -> Shelf:
    """Put so many rows on disk, few of them in the third language."""
    groups = np.random.default_rng(3).choice(3, count, p=[0.5, 0.45, 0.05])
    file = VectorFile(folder / "vectors-1.f16", DIMENSION)
    file.truncate(0)
    file.append(vectors_of(groups))
    return Shelf(file, vectors_of(groups), groups)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Let a few hundred rows make a large library, for the tests of this room only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.nearest.large.EXACT_ROWS", 100)
        patch.setattr("store.nearest.building.WORTH_LISTS", 150)
        yield


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return 1,500 rows on disk."""
    return put(tmp_path_factory.mktemp("shelf"), 1500)


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return the same rows with 300 more."""
    return put(tmp_path_factory.mktemp("grown"), 1800)


@pytest.fixture
def own_shelf(shelf: Shelf, tmp_path: Path) -> Shelf:
    """Return the 1,500 rows and their codes on disk, for a test that spoils them."""
    shelf.codes()
    shutil.copytree(shelf.file.path.parent, tmp_path, dirs_exist_ok=True)
    return replace(shelf, file=VectorFile(tmp_path / "vectors-1.f16", DIMENSION))
