"""The library on disk: what was committed is there, what was not is not."""

import numpy as np
import pytest

from core.errors import LibraryBusy
from store.derived.term_writer import TermWriter
from text.terms import query_terms


def test_what_was_committed_is_found_by_meaning_and_by_words(library):
    library.add("a.md", library.part("raft", "leader election"), axis=1)
    view = library.view()
    comparison = view.vectors.compare(np.eye(4, dtype=np.float32)[1])
    cosines = comparison.cosines(comparison.nearest_of_each_group(5))
    keys, scores = view.terms.passages.best(query_terms("leader"), 5)
    assert cosines == pytest.approx([1, 1])
    assert view.positions_of(keys).tolist() == [1]
    assert scores[0] > 0


def test_what_was_not_committed_is_gone(library):
    library.add("a.md", library.part("raft", "leader election"))
    with library.writer() as writer, pytest.raises(KeyboardInterrupt), writer.turn() as turn:  # noqa: PT012
        library.enter(turn, "b.md", library.part("paxos", "a quorum of acceptors"))
        raise KeyboardInterrupt
    assert library.texts() == ["leader election"]
    assert library.view().state.vector_rows == 2


def test_a_new_version_of_a_document_takes_the_place_of_the_old(library):
    library.add("a.md", library.part("raft", "old text"))
    library.add("a.md", library.part("raft", "new text", digest="2"))
    view = library.view()
    assert library.texts() == ["new text"]
    assert view.terms.passages.best(query_terms("old"), 5)[0].tolist() == []
    assert view.catalogue.counts()["documents"] == 1


def test_two_files_that_speak_of_one_document_are_one_document(library):
    library.add("a.txt", library.part("raft", "from the first page"))
    library.add("b.txt", library.part("raft", "from the second page"))
    assert library.view().catalogue.counts()["documents"] == 1
    assert library.texts() == ["from the first page", "from the second page"]


def test_a_removed_file_takes_only_what_it_alone_says(library):
    library.add("a.txt", library.part("raft", "first"), library.part("paxos", "acceptors"))
    library.add("b.txt", library.part("raft", "second"))
    with library.writer() as writer, writer.turn() as turn:
        turn.changes.remove_file(turn.changes.file("a.txt", "a.txt"))
    assert library.texts() == ["second"]
    assert library.view().catalogue.document("paxos") is None


def test_an_open_view_keeps_its_commit_and_knows_that_it_is_old(library):
    library.add("a.md", library.part("raft", "leader election"))
    view = library.view()
    library.add("b.md", library.part("paxos", "acceptors"))
    assert len(view.table.keys) == 2
    assert not view.is_current()
    assert library.view().is_current()


def test_only_one_writer_has_a_turn_at_a_time(library):
    with library.writer() as one, library.writer() as other, one.turn():  # noqa: SIM117
        with pytest.raises(LibraryBusy, match="wait until it has finished"), other.turn():
            pass


def test_terms_that_fell_behind_catch_up_when_the_library_is_next_written(library, monkeypatch):
    library.add("a.md", library.part("raft", "leader election"))
    monkeypatch.setattr("store.derived.term_writer.TermWriter.catch_up", interrupted_after(0))
    with pytest.raises(KeyboardInterrupt):
        library.add("b.md", library.part("paxos", "quorum of acceptors"))
    monkeypatch.undo()
    assert not library.view().is_current()
    with library.writer():
        pass
    view = library.view()
    assert view.is_current()
    assert len(view.terms.passages.best(query_terms("quorum"), 5)[0]) == 1


def test_vectors_of_removed_passages_are_dropped_once_they_are_many(library):
    many = [f"sentence {number}" for number in range(1200)]
    library.add("a.md", library.part("long", *many))
    library.add("a.md", library.part("long", "short now", digest="2"), axis=2)
    with library.writer() as writer, writer.turn() as turn:
        turn.compact()
    view = library.view()
    assert view.state.vector_rows == len(view.table.keys) == 2
    assert view.vectors.vectors(np.array([1])).tolist() == [[0, 0, 1, 0]]
    assert len(list(library.root.glob("vectors-*"))) == 1


def interrupted_after(calls: int):
    real, made = TermWriter.catch_up, []

    def catch_up(self, catalogue):
        made.append(1)
        if len(made) > calls:
            raise KeyboardInterrupt
        return real(self, catalogue)

    return catch_up
