"""Recommendations are measured by judged neighbours, by what lists hold and whom they reach."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidDataset, InvalidSetting
from evaluation.building import build
from evaluation.copies import Copies
from evaluation.metrics import parsed
from evaluation.neighbours import evaluate_neighbours
from evaluation.readers.choice import read_dataset
from evaluation.readers.neighbours import read_neighbours
from evaluation.recommenders import RecommendingLibrary, RecommendingServer
from evaluation.report import neighbours_report
from indexer.build import NoProgress
from search.engine import Engine

MATTERS = ("server", "tomato", "tide")
D2L = Path(__file__).parents[3] / "shared" / "eval" / "d2l"


@pytest.fixture
def judged(tmp_path):
    """Return a function that writes judgements and reads them."""

    def read(*lines: str):
        file = tmp_path / "neighbours.trec"
        file.write_text("\n".join(lines))
        return read_neighbours(file)

    return read


@pytest.fixture
def counterparts(judged):
    """Return each text of the small set beside the same in the other language."""
    pairs = [("zh", "en"), ("en", "zh")]
    return judged(*(f"{one}-{each} 0 {other}-{each} 1" for each in MATTERS for one, other in pairs))


def measured(judged, target, *metrics):
    return neighbours_report(evaluate_neighbours(judged, target, parsed(metrics), lambda: None))


def test_a_library_is_measured(counterparts, engine):
    values = measured(counterparts, RecommendingLibrary(engine))
    assert (values["queries"], values["documents"]) == (6, 6)
    assert values["metrics"]["RR@10"] > 0.8
    assert values["directions"]["zh>en"]["RR@10"] > 0.8
    assert values["lists"]["coverage"] == 1.0
    # of each list of five, three are in the other language
    assert values["lists"]["across_languages"] == pytest.approx(0.6)
    assert values["latency_ms"]["n"] == 6


def test_a_server_is_measured_alike_but_for_vectors(counterparts, engine, server):
    here = measured(counterparts, RecommendingLibrary(engine))
    with RecommendingServer(server, 2, Copies()) as target:
        there = measured(counterparts, target)
    assert here["lists"].pop("diversity") > 0
    assert there["lists"].pop("diversity") is None
    for each in ("queries", "documents", "metrics", "directions", "lists", "per_query"):
        assert there[each] == here[each]


def test_diversity_is_the_mean_of_what_parts_two_documents(counterparts, engine):
    target = RecommendingLibrary(engine)
    lists = list(target.similar([each.query for each in counterparts.judgements], 10))
    parted = []
    for ids in lists:
        vectors = [target.mean_vectors([each])[0] for each in ids]
        pairs = [(a, b) for a in range(len(ids)) for b in range(a)]
        parted.append(np.mean([1 - vectors[a] @ vectors[b] for a, b in pairs]))
    values = measured(counterparts, target)
    assert values["lists"]["diversity"] == pytest.approx(np.mean(parted), abs=1e-5)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("zh-tide 0 zh-tide 1", 'line 2: "zh-tide" is judged beside itself'),
        ("zh-tide 0 en-tide#page=2 1", "line 2: a page is judged"),
        ("zh-tide 0 en-tide", "line 2: 3 fields"),
        ("zh-tide 0 en-tide good", 'grade "good" is no whole number'),
        ("zh-server 0 en-server 2", "has grade 2"),
    ],
)
def test_a_broken_line_is_named(judged, line, told):
    with pytest.raises(InvalidDataset, match=told):
        judged("zh-server 0 en-server 1", line)


def test_without_a_neighbour_there_is_nothing_to_measure(judged, tmp_path):
    with pytest.raises(InvalidDataset, match="grade one 1"):
        judged("zh-server 0 en-server 0")
    with pytest.raises(InvalidDataset, match="holds no judged neighbours"):
        read_neighbours(tmp_path)


@pytest.mark.parametrize("line", ["zh-tide 0 nope 1", "nope 0 zh-tide 1"])
def test_what_is_not_there_is_named(judged, engine, line):
    with pytest.raises(InvalidDataset, match='"nope" in what is searched'):
        measured(judged("zh-server 0 en-server 1", line), RecommendingLibrary(engine))


def test_a_measure_that_looks_too_deep_is_refused(counterparts, engine):
    with pytest.raises(InvalidSetting, match="at most 100 are recommended"):
        measured(counterparts, RecommendingLibrary(engine), "R@1000")


def test_sections_of_a_textbook_bring_their_counterparts(judged, encoder, tmp_path):
    if not D2L.exists():
        pytest.skip(f"no judged set in {D2L}")
    dataset = read_dataset(D2L)
    chapter = [each for each in dataset.collection.documents if "/optimization/" in each.id]
    there = {each.id for each in chapter}
    root = tmp_path / "library"
    collection = type(dataset.collection)(dataset.collection.source, chapter[::2] + chapter[1::2])
    build(collection, root, encoder, NoProgress())
    other = {"zh": "en", "en": "zh"}
    pairs = ((each, other[each[:2]] + each[2:]) for each in sorted(there))
    lines = [f"{one} 0 {two} 1" for one, two in pairs if two in there]
    values = measured(judged(*lines), RecommendingLibrary(Engine(root, encoder)))
    assert len(lines) > 50
    assert values["metrics"]["RR@10"] > 0.85
    assert values["lists"]["coverage"] > 0.95
    json.dumps(values)
