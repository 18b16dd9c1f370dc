"""Another model for a library that is in use: made beside it, switched to, switched back."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UnknownGeneration
from indexer.build import LibraryBuilder, NoProgress
from indexer.rebuild import (
    activate,
    drop,
    previous,
    rebuild,
)
from search.asking.query import SearchRequest
from search.engine import Engine
from store.calibration import StoredCalibration, write_calibration
from store.generations import active_generation, library_generations
from store.layout import LibraryLayout
from store.view import LibraryView
from store.writer import LibraryWriter

QUERIES = ["leader election", "overfitting", "参数服务器"]


class Mirrored:
    """A model of its own whose vectors are the bundled model's, read backwards: same cosines."""

    def __init__(self, encoder, fail_after: int = 10**9) -> None:
        self._encoder = encoder
        self.card = replace(encoder.card, name="mirrored", fingerprint="mirrored")
        self.embedded, self._fail_after = 0, fail_after

    def encode_queries(self, texts):
        return self._encoder.encode_queries(texts)[:, ::-1].copy()

    def encode_passages(self, texts, progress=None):
        if self.embedded >= self._fail_after:
            raise KeyboardInterrupt
        self.embedded += len(texts)
        return self._encoder.encode_passages(texts, progress)[:, ::-1].copy()


class Silent:
    def start(self, passages: int) -> None:
        self.passages = passages

    def done(self, passages: int) -> None:
        pass


@pytest.fixture
def library(tmp_path: Path, encoder):
    write(tmp_path, "raft", "A leader is elected by a majority of votes.")
    write(tmp_path, "dropout", "Dropout is a remedy against overfitting.")
    write(tmp_path, "ps", "参数服务器保存模型的参数，节点宕机后从快照恢复。")
    index(tmp_path, encoder)
    return tmp_path / "library"


def write(folder: Path, name: str, text: str) -> None:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / f"{name}.md").write_text(f"# {name}\n\n{text}\n")


def index(folder: Path, encoder) -> None:
    with LibraryWriter(folder / "library", encoder.card) as writer:
        LibraryBuilder(writer, encoder, NoProgress()).index([folder / "texts"], prune=True)


def answers(engine: Engine) -> list[list[tuple[str, float]]]:
    pages = (engine.search(SearchRequest(q, min_relevance=0)) for q in QUERIES)
    return [[(hit.document.id, round(hit.scores.semantic, 1)) for hit in p.hits] for p in pages]


def test_another_model_answers_as_its_vectors_say_and_the_old_one_comes_back(library, encoder):
    before = answers(Engine(library, encoder))
    mirrored = Mirrored(encoder)
    number = rebuild(library, mirrored, Silent())
    assert answers(Engine(library, encoder)) == before
    activate(library, number, mirrored, Silent())
    assert LibraryView(library).model.name == "mirrored"
    assert answers(Engine(library, mirrored)) == before
    activate(library, previous(library), encoder, Silent())
    assert answers(Engine(library, encoder)) == before


def test_an_open_engine_follows_to_the_other_model(library, encoder):
    models = {"mirrored": Mirrored(encoder), encoder.card.name: encoder}
    engine = Engine(library, encoder, models.__getitem__)
    before = answers(engine)
    activate(library, rebuild(library, models["mirrored"], Silent()), models["mirrored"], Silent())
    engine.follow()
    assert engine.encoder is models["mirrored"]
    assert answers(engine) == before


def test_what_came_and_went_meanwhile_is_right_after_the_switch_and_after_the_return(
    library, encoder, tmp_path
):
    mirrored = Mirrored(encoder)
    number = rebuild(library, mirrored, Silent())
    write(tmp_path, "paxos", "A quorum of acceptors elects the leader.")
    (tmp_path / "texts" / "dropout.md").unlink()
    index(tmp_path, encoder)
    activate(library, number, mirrored, Silent())
    write(tmp_path, "gossip", "Rumours spread without any leader election.")
    index(tmp_path, mirrored)
    with_the_new = answers(Engine(library, mirrored))
    activate(library, previous(library), encoder, Silent())
    assert answers(Engine(library, encoder)) == with_the_new
    assert LibraryView(library).catalogue.counts()["documents"] == 4


def test_an_interrupted_run_goes_on_where_it_was(library, encoder, monkeypatch):
    monkeypatch.setattr("indexer.rebuild._PASSAGES_AT_ONCE", 2)
    with pytest.raises(KeyboardInterrupt):
        rebuild(library, Mirrored(encoder, fail_after=4), Silent())
    mirrored, progress = Mirrored(encoder), Silent()
    number = rebuild(library, mirrored, progress)
    assert progress.passages == mirrored.embedded == 2
    activate(library, number, mirrored, Silent())
    assert mirrored.embedded == 2


def test_half_a_row_that_a_kill_left_is_made_anew(library, encoder):
    mirrored, before = Mirrored(encoder), answers(Engine(library, encoder))
    number = rebuild(library, mirrored, Silent())
    with LibraryLayout(library).vectors(number).open("ab") as stream:
        stream.write(b"half a row")
    keys = LibraryLayout(library).vector_keys(number)
    keys.write_bytes(keys.read_bytes()[:-3])
    assert rebuild(library, mirrored, Silent()) == number
    activate(library, number, mirrored, Silent())
    assert answers(Engine(library, mirrored)) == before


def test_a_generation_can_be_dropped_unless_it_is_searched(library, encoder):
    number = rebuild(library, Mirrored(encoder), Silent())
    with pytest.raises(UnknownGeneration, match="activate another one first"):
        drop(library, active_generation(library).number)
    drop(library, number)
    assert [each.active for each in library_generations(library)] == [True]
    assert not LibraryLayout(library).vectors(number).exists()
    with pytest.raises(UnknownGeneration, match=f"no generation {number} here"):
        activate(library, number, Mirrored(encoder), Silent())


def test_a_calibration_counts_only_with_the_model_that_it_was_fitted_with(library, encoder):
    fitted = StoredCalibration({"hybrid": [1.0] * 7}, {}, encoder.card.fingerprint)
    write_calibration(LibraryLayout(library).calibration, fitted)
    mirrored = Mirrored(encoder)
    assert LibraryView(library).calibration == fitted
    activate(library, rebuild(library, mirrored, Silent()), mirrored, Silent())
    assert LibraryView(library).calibration is None
    activate(library, previous(library), encoder, Silent())
    assert LibraryView(library).calibration == fitted
