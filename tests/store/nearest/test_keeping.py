"""Codes are made behind a library that is in use, and a kill leaves those that there were."""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from core.errors import StorageFailed
from core.types import Metadata, ModelCard, Passage, SourceDocument
from search.status import library_status
from store.catalogue.parts import Part
from store.doctor.examine import examine
from store.doctor.repair import repair
from store.layout import LibraryLayout
from store.nearest.keeping import keep_codes
from store.nearest.large import LargeIndex
from store.snapshot.create import create
from store.snapshot.restore import restore
from store.view import LibraryView
from store.writer import LibraryWriter

ROOT = Path(__file__).parents[3]
CARD = ModelCard("test-model", 32, "", "", "1")
PASSAGES = 50

KILLED_AT_ITS_NTH_STEP = """
import os, signal, sys
from pathlib import Path
from store.layout import LibraryLayout
from store.nearest import building, keeping, large

large.EXACT_ROWS, building.WORTH_LISTS = 100, 150
keeping._FEWEST_WORTH_ADDING, keeping._MOST_WORTH_ADDING = 100, 100
place, left = sys.argv[1], int(sys.argv[2])

def count(event, arguments):
    global left
    on_disk = event in ("open", "os.rename", "os.remove")
    if on_disk and any(part in str(arguments[:2]) for part in (".codes", ".new", "writer.lock")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
keeping.keep_codes(LibraryLayout(Path(place)))
"""


class LargeLibrary:
    """A library of documents that say the same fifty times, in vectors that need no model."""

    def __init__(self, root: Path, shelf) -> None:
        self.root, self._shelf = root, shelf
        self.layout = LibraryLayout(root)

    def add(self, *numbers: int, language: str = "en", axis: int = 0) -> None:
        with LibraryWriter(self.root, CARD) as writer, writer.turn() as turn:
            for number in numbers:
                texts = [f"{number} {at} {axis}" for at in range(PASSAGES)]
                cut = [Passage(text, 0, len(text), 1) for text in texts]
                source = SourceDocument(f"d{number}", Metadata(f"d{number}", language=language))
                part = Part(source, language, f"{axis}", False, cut)
                turn.add(
                    f"{number}",
                    f"{number}",
                    [part],
                    dict(zip(texts, self._rows(number, axis), strict=True)),
                )

    def _rows(self, number: int, axis: int) -> np.ndarray:
        return np.roll(self._shelf.vectors, axis, axis=1)[
            number * PASSAGES : (number + 1) * PASSAGES
        ]

    def remove(self, *numbers: int) -> None:
        with LibraryWriter(self.root, CARD) as writer, writer.turn() as turn:
            for number in numbers:
                turn.changes.remove_document(f"d{number}")
            turn.compact()

    def view(self, before: LibraryView | None = None) -> LibraryView:
        return LibraryView(self.root, before)

    def finds_all(self) -> bool:
        """Say whether every passage is the one that is nearest to its own vector."""
        view = self.view()
        positions = np.arange(len(view.table.keys))
        found = [
            view.vectors.compare(vector).nearest_of_each_group(1)
            for vector in view.vectors.vectors(positions)
        ]
        return all(position in each for position, each in zip(positions, found, strict=True))


@pytest.fixture(autouse=True)
def worth_little(monkeypatch):
    """Let a hundred rows be worth adding."""
    monkeypatch.setattr("store.nearest.keeping._FEWEST_WORTH_ADDING", 100)
    monkeypatch.setattr("store.nearest.keeping._MOST_WORTH_ADDING", 100)


@pytest.fixture
def library(tmp_path, shelf):
    """Return a library of 400 passages, without codes yet."""
    made = LargeLibrary(tmp_path / "library", shelf)
    made.add(*range(8))
    return made


def facts(library):
    index = library.view().vectors
    assert isinstance(index, LargeIndex)
    return index.codes.facts if index.codes is not None else None


def test_a_library_that_has_grown_large_gets_codes(library):
    assert facts(library) is None
    assert library.finds_all()
    assert keep_codes(library.layout)
    assert (facts(library).rows, facts(library).coded) == (400, 400)
    assert library.finds_all()
    assert not keep_codes(library.layout)


def test_a_small_library_gets_none(tmp_path, shelf):
    small = LargeLibrary(tmp_path / "library", shelf)
    small.add(0)
    assert not keep_codes(small.layout)
    assert small.layout.all_codes() == []


def test_few_new_rows_are_searched_exactly_until_they_are_worth_adding(library):
    keep_codes(library.layout)
    library.add(8)
    assert not keep_codes(library.layout)
    assert library.finds_all()
    library.add(9)
    assert keep_codes(library.layout)
    assert (facts(library).coded, facts(library).trained) == (500, 400)
    assert [path.name for path in library.layout.all_codes()] == ["vectors-1-2.codes"]
    assert library.finds_all()


def test_lists_are_made_anew_for_several_times_as_many_rows(library, monkeypatch):
    keep_codes(library.layout)
    monkeypatch.setattr("store.nearest.keeping._GROWN", 1.5)
    library.add(*range(8, 14))
    keep_codes(library.layout)
    assert facts(library).trained == 700


def test_lists_are_made_anew_for_a_language_that_has_none(library):
    keep_codes(library.layout)
    library.add(*range(8, 12), language="zh")
    keep_codes(library.layout)
    assert [part.language for part in facts(library).parts] == ["en", "zh"]
    assert library.finds_all()


def test_what_was_removed_and_changed_since_is_not_found(library):
    keep_codes(library.layout)
    library.remove(0)
    library.add(1, axis=3)
    assert facts(library).coded == 400
    assert library.finds_all()


def test_a_view_that_is_open_notices_codes_and_stays_valid(library):
    view = library.view()
    query = view.vectors.vectors(np.array([5]))[0]
    keep_codes(library.layout)
    assert not view.is_current()
    after = library.view(view)
    assert after.is_current()
    library.add(8, 9)
    keep_codes(library.layout)
    for each in (view, after, library.view(after)):
        assert 5 in each.vectors.compare(query).nearest_of_each_group(1)


def test_the_codes_of_rows_that_were_compacted_go_with_them(library):
    keep_codes(library.layout)
    library.add(*range(20, 26), axis=1)
    library.remove(*range(20, 26), *range(3))
    assert library.view().state.generation == 1
    for axis in range(20):
        library.add(*range(8), axis=axis)
    library.remove(7)
    assert library.view().state.generation == 2
    assert library.layout.all_codes() == []
    assert [each for each in examine(library.root) if each.drift] == []
    keep_codes(library.layout)
    assert library.finds_all()


@pytest.mark.parametrize("damage", [lambda raw: raw[:-5], lambda raw: raw[:99] + b"x" + raw[100:]])
def test_the_doctor_names_damaged_codes_and_has_them_made_anew(library, damage):
    keep_codes(library.layout)
    (path,) = library.layout.all_codes()
    path.write_bytes(damage(path.read_bytes()))
    assert library.finds_all()
    assert [each.code for each in examine(library.root)] == ["codes"]
    repair(library.root, None, None)
    assert examine(library.root) == []
    assert facts(library).coded == 400


def test_codes_that_a_newer_file_replaced_are_leftovers(library):
    keep_codes(library.layout)
    (path,) = library.layout.all_codes()
    path.with_name("vectors-1-7.codes").write_bytes(path.read_bytes())
    path.with_name("vectors-9-1.codes").touch()
    assert [each.code for each in examine(library.root)] == ["leftovers"]
    repair(library.root, None, None)
    assert [each.name for each in library.layout.all_codes()] == ["vectors-1-7.codes"]


def test_a_snapshot_leaves_codes_out(library, tmp_path):
    class Quiet:
        def start(self, total): ...

        def done(self, count): ...

    keep_codes(library.layout)
    create(library.root, tmp_path / "snapshot", Quiet())
    restore(tmp_path / "snapshot", tmp_path / "restored", Quiet())
    assert LibraryLayout(tmp_path / "restored").all_codes() == []
    assert keep_codes(LibraryLayout(tmp_path / "restored"))


def test_status_says_which_share_of_the_nearest_is_found(library):
    assert (library_status(library.root)["coded"], library_status(library.root)["recall"]) == (0, 1)
    keep_codes(library.layout)
    told = library_status(library.root)
    assert told["coded"] == 400
    assert 0.99 <= told["recall"] <= 1


@pytest.mark.parametrize("step", [1, 4, 7, 9, 10, 11, 12])
def test_a_kill_leaves_the_codes_that_there_were(library, step):
    keep_codes(library.layout)
    before = facts(library)
    library.add(8, 9)
    command = [sys.executable, "-c", KILLED_AT_ITS_NTH_STEP, str(library.root), str(step)]
    ended = subprocess.run(command, cwd=ROOT, check=False).returncode
    assert ended in (0, -signal.SIGKILL)
    assert facts(library) == before or facts(library).rows == 500
    assert library.finds_all()
    keep_codes(library.layout)
    assert facts(library).rows == 500
    library.add(10)
    assert [each for each in examine(library.root) if each.drift] == []


def test_on_a_full_disk_the_codes_stay_as_they_were(tmp_path, shelf):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        full = LargeLibrary(disk / "library", shelf)
        full.add(*range(8))
        with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while ballast.write(b"x" * 4096):
                pass
        with pytest.raises(StorageFailed, match="full"):
            keep_codes(full.layout)
        assert full.layout.all_codes() == []
        assert full.finds_all()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
