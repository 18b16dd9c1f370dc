"""A server's library gets codes behind its back once it has grown large."""

import threading

import numpy as np

from core.types import Metadata, ModelCard, Passage, SourceDocument
from indexer.tasks.keeper import Keeper
from store.catalogue.parts import Part
from store.layout import LibraryLayout
from store.view import LibraryView
from store.writer import LibraryWriter

CARD = ModelCard("test-model", 8, "", "", "1")
PASSAGES = 20_500


def fill(root):
    """Make a library of one document with so many passages."""
    vectors = np.random.default_rng(1).normal(0, 1, (PASSAGES, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"passage {number}" for number in range(PASSAGES)]
    cut = [Passage(text, 0, len(text), 1) for text in texts]
    part = Part(SourceDocument("d", Metadata("d")), "en", "1", False, cut)
    with LibraryWriter(root, CARD) as writer, writer.turn() as turn:
        turn.add("f", "f", [part], dict(zip(texts, vectors, strict=True)))


def test_codes_are_made_in_a_process_of_their_own(tmp_path):
    fill(tmp_path / "library")
    view = LibraryView(tmp_path / "library")
    made = threading.Event()
    keeper = Keeper(tmp_path / "library", made.set)
    keeper.start()
    assert made.wait(60)
    keeper.stop()
    assert not view.is_current()
    assert LibraryView(tmp_path / "library", view).vectors.codes.facts.coded == PASSAGES


def test_who_stops_it_does_not_wait_for_codes(tmp_path):
    fill(tmp_path / "library")
    keeper = Keeper(tmp_path / "library", lambda: None)
    keeper.start()
    keeper.stop()
    assert not keeper._thread.is_alive()
    assert LibraryLayout(tmp_path / "library").all_codes() == []
