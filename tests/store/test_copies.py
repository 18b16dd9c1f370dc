"""Documents that say the same are one group, whatever comes and goes."""

import random
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.types import Metadata

VOCABULARY = [f"word{number}" for number in range(3000)]


def text(seed: int, words: int = 150) -> str:
    return " ".join(random.Random(seed).choices(VOCABULARY, k=words))


def edited(original: str, share: float, seed: int = 0) -> str:
    chance = random.Random(seed)
    return " ".join(
        f"new{at}" if chance.random() < share else word for at, word in enumerate(original.split())
    )


def file_part(library, document_id: str, says: str, size: int = 1000):
    """Return the part of a file that is the document."""
    part = library.part(document_id, says)
    source = replace(part.document, metadata=Metadata(document_id, size_bytes=size))
    return replace(part, document=source, whole_file=True)


def remove(library, *files: str) -> None:
    with library.writer() as writer, writer.turn() as turn:
        for file in files:
            turn.changes.remove_file(turn.changes.file(file, file))


def groups(library) -> list[str]:
    """Return the groups of two or more, each as the ids of its documents in one word."""
    view = library.view()
    ids = view.catalogue.document_ids(view.copies.documents.tolist())
    found: dict[int, list[str]] = {}
    for key, head in zip(ids, view.copies.heads.tolist(), strict=True):
        found.setdefault(head, []).append(ids[key])
    return sorted("".join(sorted(group)) for group in found.values())


def test_the_same_text_and_a_nearly_same_one_are_one_group(library):
    library.add("a", library.part("a", text(1)), library.part("x", text(2)))
    library.add("b", library.part("b", text(1).upper().replace(" ", " – ")))
    library.add("c", library.part("c", edited(text(1), 0.03)))
    view = library.view()
    assert groups(library) == ["abc"]
    assert view.copies.others(view.document("a").key) == {
        view.document("b").key: True,
        view.document("c").key: False,
    }
    assert view.copies.others(view.document("x").key) == {}
    assert view.copies.count() == 2


def test_texts_that_share_a_third_of_their_words_are_no_copies(library):
    library.add("a", library.part("a", text(1, 100) + text(9, 100)))
    library.add("b", library.part("b", text(2, 100) + text(9, 100)))
    assert groups(library) == []


def test_copies_in_one_commit_are_found_as_well_as_in_two(library):
    library.add("ab", library.part("a", text(1)), library.part("b", text(1)))
    assert groups(library) == ["ab"]


def test_a_group_hangs_together_by_its_head_and_not_by_a_chain(library):
    for number, name in enumerate("abcde"):
        library.add(name, library.part(name, " ".join(VOCABULARY[number * 16 :][:200])))
    assert groups(library) == ["abc", "de"]


@pytest.mark.parametrize("gone", ["a", "b", "c"])
def test_whichever_member_goes_the_others_stay_together(library, gone):
    for name in "abcd":
        library.add(name, library.part(name, edited(text(1), 0.01 * (name == "d"))))
    remove(library, gone)
    assert groups(library) == ["abcd".replace(gone, "")]


def test_the_copies_of_two_files_that_go_at_once_find_one_another(library):
    for name in "abcd":
        library.add(name, library.part(name, text(1)))
    remove(library, "a", "b")
    assert groups(library) == ["cd"]
    remove(library, "c")
    assert groups(library) == []


def test_a_document_that_says_something_else_leaves_its_group_and_joins_another(library):
    for name, seed in zip("abcd", [1, 1, 1, 2], strict=True):
        library.add(name, library.part(name, text(seed)))
    library.add("a", library.part("a", text(2), digest="2"))
    assert groups(library) == ["ad", "bc"]


def test_a_document_of_two_files_is_compared_by_all_that_they_say(library):
    halves = text(1), text(2)
    library.add("whole", library.part("w", *halves))
    library.add("first", library.part("d", halves[0]))
    assert groups(library) == []
    library.add("second", library.part("d", halves[1]))
    assert groups(library) == ["dw"]
    remove(library, "second")
    assert groups(library) == []


@pytest.mark.parametrize("words", [0, 1, 60, 101])
def test_entries_of_a_catalogue_that_say_little_are_no_copies(library, words):
    library.add("list", library.part("a", text(1, words)), library.part("b", text(1, words)))
    assert groups(library) == []


def test_entries_of_a_catalogue_that_say_enough_are_copies(library):
    library.add("list", library.part("a", text(1, 103)), library.part("b", text(1, 103)))
    assert groups(library) == ["ab"]


def test_the_same_line_on_every_page_says_as_little_as_once(library):
    line = "downloaded from a site for documents"
    library.add("list", library.part("a", *[line] * 90), library.part("b", *[line] * 90))
    assert groups(library) == []


def test_a_short_file_is_a_copy_where_it_is_the_same_to_the_byte_or_says_a_few_lines(library):
    for name, says, size in [
        ("a", "see you tomorrow", 17),
        ("b", "see you tomorrow", 17),
        ("c", "see you tomorrow", 900),
        ("d", text(1, 40), 200),
        ("e", text(1, 40), 300),
        ("f", "!!!", 3),
        ("g", "???", 3),
    ]:
        library.add(name, file_part(library, name, says, size))
    assert groups(library) == ["ab", "de"]


def test_what_was_not_committed_makes_no_group(library):
    library.add("a", library.part("a", text(1)))
    with library.writer() as writer, pytest.raises(KeyboardInterrupt), writer.turn() as turn:  # noqa: PT012
        library.enter(turn, "b", library.part("b", text(1)))
        raise KeyboardInterrupt
    assert groups(library) == []
    library.add("c", library.part("c", text(1)))
    assert groups(library) == ["ac"]


def test_an_open_view_keeps_its_groups(library):
    library.add("ab", library.part("a", text(1)), library.part("b", text(1)))
    view = library.view()
    remove(library, "ab")
    assert view.copies.count() == 1
    assert library.view().copies.count() == 0


def test_a_thousand_copies_are_one_group_and_find_one_another_when_the_first_goes(library):
    names = [f"{number:04}" for number in range(1000)]
    library.add("first", library.part("first", text(1)))
    library.add("all", *(library.part(name, text(1)) for name in names))
    assert library.view().copies.count() == 1000
    remove(library, "first")
    assert groups(library) == ["".join(names)]


STEPS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.none() | st.integers(0, 8), st.booleans()),
    min_size=3,
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_groups_depend_only_on_what_the_documents_say_now(new_library, steps):
    library = new_library()
    says: dict[str, int] = {}
    with library.writer() as writer, ExitStack() as turns:
        turn = turns.enter_context(writer.turn())
        for at, (name, variant, commit) in enumerate(steps):
            if variant is None:
                turn.changes.remove_file(turn.changes.file(name, name))
                says.pop(name, None)
            else:
                own = edited(text(variant % 3), 0.01 * (variant // 3), variant)
                library.enter(turn, name, library.part(name, own, digest=str(at)))
                says[name] = variant
            if commit:
                turns.close()
                turn = turns.enter_context(writer.turn())
    families = ["".join(n for n in sorted(says) if says[n] % 3 == each) for each in range(3)]
    assert groups(library) == sorted(each for each in families if len(each) > 1)
