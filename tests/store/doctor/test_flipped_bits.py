"""A bit that flips in any file of a library is found, or changes no answer."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.errors import LibraryDamaged
from store.calibration import StoredCalibration, write_calibration
from store.doctor.examine import examine
from store.doctor.repair import repair
from store.layout import LibraryLayout
from store.view import LibraryView
from text.terms import query_terms

WORDS = "leader election log replication quorum acceptor 参数 服务器 梯度 worker pushes".split()


@pytest.fixture
def filled(library):
    """Return a library of several commits, with copies of a document and a calibration."""
    for number in range(3):
        texts = [" ".join(WORDS[number + at :] * 4) for at in range(7)]
        library.add(f"{number}.md", library.part(f"d{number}", *texts), axis=number)
    library.add("3.md", library.part("copy", *texts))
    weights = {mode: [0.5] * 7 for mode in ("hybrid", "semantic", "keyword")}
    write_calibration(
        LibraryLayout(library.root).calibration, StoredCalibration(weights, {"queries": 3}, "1")
    )
    with closing(sqlite3.connect(LibraryLayout(library.root).catalogue)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return library


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(file=st.integers(0, 2**16), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@example(file=1, place=0.482421875, bit=7)  # in the schema, which SQLite then quotes
def test_a_flipped_bit_is_found_or_changes_nothing_and_is_mended_or_named(filled, file, place, bit):
    broken = filled.root.with_name("broken")
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(filled.root, broken)
    flip(broken, file, place, bit)
    if not drift(broken):
        assert answers(broken) == answers(filled.root)
        return
    with suppress(LibraryDamaged):
        repair(
            broken, lambda _: lambda texts: np.eye(4, dtype=np.float32)[[0] * len(texts)], ignore
        )
    left = drift(broken)
    assert {each.code for each in left} <= {"parts", "catalogue"}
    assert all("snapshot" in each.remedy for each in left)


def flip(root: Path, file: int, place: float, bit: int) -> None:
    """Change one bit; every second time in the catalogue."""
    files = [each for each in sorted(root.rglob("*")) if each.is_file() and each.stat().st_size]
    chosen = LibraryLayout(root).catalogue if file % 2 else files[file // 2 % len(files)]
    raw = bytearray(chosen.read_bytes())
    raw[int(place * len(raw))] ^= 1 << bit
    chosen.write_bytes(raw)


def drift(root):
    return [each for each in examine(root) if each.drift]


def ignore(_):
    pass


def answers(root):
    """Return all that searches work on."""
    view = LibraryView(root)
    everything = range(len(view.table.keys))
    terms = [index.best(query_terms(word), 50) for word in WORDS for index in indexes(view)]
    return (
        view.passages_at(everything),
        view.vectors.vectors(np.array(everything)).tolist(),
        [sorted(zip(*(each.tolist() for each in found), strict=True)) for found in terms],
        [
            str(view.catalogue.document(document)).replace(str(root), "")
            for document in "d0 d1 d2 copy".split()
        ],
        (view.copies.documents.tolist(), view.copies.heads.tolist()),
        view.calibration,
    )


def indexes(view):
    return view.terms.passages, view.terms.sections
