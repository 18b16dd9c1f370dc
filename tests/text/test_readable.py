"""What is shown can be read, and turns nothing round."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text.readable import Plain, harmless, plain


def test_direction_overrides_and_control_characters_are_taken_out():
    assert harmless("gpj.\u202eexe\u2066!") == "gpj.exe!"
    assert harmless("a\x00b\x1b[31mc\td\n") == "ab[31mc\td\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("目\ue000\ufffd标", "目 标"),
        ("one\r\n\t two", "one two"),
        ("a \x00 b", "a b"),
        ("海\u3000海", "海 海"),
    ],
)
def test_what_is_shown_stands_on_one_line(text, shown):
    assert plain(text) == shown


@settings(deadline=None, derandomize=True)
@given(st.text("a海 \n\x00\u202e\ue000\ufffd\u3000e\u0301", max_size=30), st.integers(0, 30))
def test_the_start_of_a_text_is_shown_as_the_start_of_what_is_shown(text, length):
    assert plain(text).startswith(plain(text[:length]))


@settings(deadline=None, derandomize=True)
@given(st.text("a海 \n\x00\u202e\ue000\ufffd\u3000e\u0301", max_size=30), st.integers(0, 30))
def test_a_place_is_where_the_text_before_it_ends(text, at):
    at = min(at, len(text))
    assert Plain(text).text == plain(text)
    assert Plain(text).place(at) == len(plain(text[:at]))
