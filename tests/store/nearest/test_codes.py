"""A file of codes is used whole, for the vectors that it was made of, or not at all."""

import shutil

import numpy as np
import pytest

from core.errors import LibraryDamaged
from store.nearest.codes import open_codes, read_facts
from store.nearest.opening import Committed, open_index


@pytest.fixture
def shelf(own_shelf):
    """Return rows and codes that nobody else looks at."""
    return own_shelf


@pytest.fixture
def written(shelf):
    """Return the path of whole codes."""
    return shelf.codes_path


def test_a_file_says_what_it_knows_and_finds(written, shelf):
    facts = read_facts(written)
    counts = np.bincount(shelf.groups)
    assert (facts.rows, facts.coded) == (1500, counts[0] + counts[1])
    assert [(each.language, each.rows) for each in facts.parts] == [
        ("zh", counts[0]),
        ("en", counts[1]),
    ]
    assert all(each.recall >= 0.99 for each in facts.parts)


def test_the_same_rows_make_the_same_codes(written, shelf):
    assert shelf.trained().facts == read_facts(written)


@pytest.mark.parametrize("left", [0, 10, 0.3, 0.9, -1])
def test_a_torn_file_is_refused(written, shelf, left):
    raw = written.read_bytes()
    written.write_bytes(raw[: int(len(raw) * left) if isinstance(left, float) else left])
    with pytest.raises(LibraryDamaged, match="torn"):
        open_codes(written, shelf.rows())


@pytest.mark.parametrize("where", [0.0, 0.2, 0.5, 0.8])
def test_a_flipped_bit_is_noticed(written, shelf, where):
    raw = bytearray(written.read_bytes())
    raw[int(len(raw) * where)] ^= 1
    written.write_bytes(raw)
    with pytest.raises(LibraryDamaged, match="as it was written"):
        open_codes(written, shelf.rows())


def test_codes_of_other_vectors_are_refused(written, shelf):
    shelf.file.truncate(0)
    shelf.file.append(shelf.vectors[::-1])
    with pytest.raises(LibraryDamaged, match="other vectors"):
        open_codes(written, shelf.rows())


def test_without_whole_codes_searches_are_exact(written, shelf):
    written.write_bytes(written.read_bytes()[:-1])
    index = open_index(Committed(shelf.file, 1500, written), shelf.table(), None)
    query = shelf.vectors[9]
    found = set(index.compare(query).nearest_of_each_group(20).tolist())
    assert found == shelf.nearest(query, 20, np.arange(1500))


def test_what_is_open_stays_valid_when_its_file_goes(written, shelf):
    index = open_index(Committed(shelf.file, 1500, written), shelf.table(), None)
    before = index.compare(shelf.vectors[4]).nearest_of_each_group(10)
    shutil.copy(written, written.with_suffix(".other"))
    written.unlink()
    assert (index.compare(shelf.vectors[4]).nearest_of_each_group(10) == before).all()


def test_codes_that_are_open_are_shared_with_the_next_index(written, shelf):
    committed = Committed(shelf.file, 1500, written)
    before = open_index(committed, shelf.table(), None)
    assert open_index(committed, shelf.table(), before).codes is before.codes
