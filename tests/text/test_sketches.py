"""Sketches tell how much of their wording two texts share, without the texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.folding import fold
from text.sketches import bands, resemblance, sketch

WORDS = [f"word{number}" for number in range(4000)]


def sketched(*pieces: str):
    return sketch(fold(piece) for piece in pieces)


def alike(one: str, other: str) -> float:
    return float(resemblance(sketched(one).minima, sketched(other).minima[None])[0])


def test_shingles_are_three_words_and_a_han_character_is_a_word():
    assert sketched("one two three four").shingles == 2
    assert sketched("参数服务器 server").shingles == 4
    assert sketched("a b c a b c a b c").shingles == 3
    assert sketched("two words", "").shingles == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("參數服務器，很快。", "参数服务器很快"),
        ("Ｐａｒａｍｅｔｅｒ server!", "# parameter\n\n*SERVER*"),
        ("⽬标 检测 3.5", "“目标”检测：3·5"),
    ],
)
def test_spelling_spaces_and_punctuation_do_not_matter(one, other):
    assert sketched(one).letters == sketched(other).letters


def test_texts_with_other_words_or_another_order_are_told_apart():
    texts = ["the cat sat down", "the cat sat up", "down sat the cat", "", "参数", "数参"]
    assert len({sketched(text).letters for text in texts}) == len(texts)


@given(st.integers(0, 3000), st.integers(200, 1000))
def test_the_estimate_is_near_the_share_of_shingles_in_common(start, count):
    first, second = WORDS[:1000], WORDS[start : start + count]
    both = len({*range(998)} & {*range(start, start + count - 2)})
    share = both / (998 + min(count, 4000 - start) - 2 - both)
    assert alike(" ".join(first), " ".join(second)) == pytest.approx(share, abs=0.15)


@given(st.lists(st.integers(0, 50), max_size=200), st.integers(0, 200))
def test_a_text_in_pieces_has_the_sketch_of_the_whole(numbers, cut):
    words = [f"w{number}" for number in numbers]
    whole, pieces = sketched(" ".join(words)), sketched(" ".join(words[:cut]), *words[cut:])
    assert (whole.letters, whole.shingles) == (pieces.letters, pieces.shingles)
    assert np.array_equal(whole.minima, pieces.minima)


def test_a_long_text_is_sketched_in_blocks_and_nothing_is_lost_between_them():
    whole = " ".join(f"w{number}" for number in range(70_000))
    assert sketched(whole).shingles == pytest.approx(69_998, abs=2)
    assert sketched(*whole.split()).shingles == sketched(whole).shingles


def test_texts_that_are_alike_have_a_band_in_common_and_others_have_none():
    text, changed, other = WORDS[:600], [*WORDS[:300], "new", *WORDS[301:600]], WORDS[600:1200]
    own = set(bands(sketched(" ".join(text)).minima))
    assert len(own) == 16
    assert own & set(bands(sketched(" ".join(changed)).minima))
    assert not own & set(bands(sketched(" ".join(other)).minima))


def test_a_sketch_stays_the_same_from_release_to_release():
    # libraries hold sketches: if this fails, raise FORMAT_VERSION in store/layout.py
    found = sketched("参数服务器把参数切成分片, and writes checkpoints")
    assert found.letters == 7811941646979100656
    assert found.minima[:3].tolist() == [605678561, 99816256, 69107904]
    assert bands(found.minima)[0] == -7207636234317924537
