"""Ranges of sorted texts agree with looking at each text."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from search.suggesting.sorted_texts import SortedTexts

WORD = st.text(alphabet="abc 参数\U0001f600", max_size=6)
LATIN = st.text(alphabet="abc", min_size=2, max_size=6)


def texts_of(found: SortedTexts, start: int, end: int) -> set[str]:
    return {found[place].decode() for place in range(start, end)}


@given(st.lists(WORD), WORD)
def test_those_that_begin_with_a_text_are_one_range(words, prefix):
    found = SortedTexts((word, number) for number, word in enumerate(words))
    start, end = found.beginning_with(prefix)
    numbers = sorted(found.numbers[start:end].tolist())
    assert numbers == [n for n, word in enumerate(words) if word.startswith(prefix)]


@given(st.lists(LATIN, max_size=30), LATIN)
def test_those_that_nearly_begin_with_a_text_are_all_found(words, typed):
    found = SortedTexts((word, 0) for word in words)
    near = set().union(*(texts_of(found, *each) for each in found.beginning_nearly_with(typed)))
    beginnings = {word: [word[:end] for end in range(len(word) + 1)] for word in words}
    assert near <= {
        w for w, parts in beginnings.items() if min(OSA.distance(p, typed) for p in parts) <= 1
    }
    assert near >= {
        word
        for word, parts in beginnings.items()
        if word[0] == typed[0]
        and any(OSA.distance(part, typed) == 1 for part in parts)
        and not word.startswith(typed)
    }
