"""Likeness of documents agrees with plain sums, and leaves out what others repeat."""

import numpy as np
import pytest

from search.recommending.centring import Centre
from search.recommending.likeness import Documents, Seed, document_seeds


@pytest.fixture(scope="module")
def centre(engine) -> Centre:
    return Centre.of(engine.view)


def seed_of(centre: Centre, document_id: str) -> Seed:
    return document_seeds(centre, [centre.view.document(document_id)])[0]


def plain(centre: Centre, documents: Documents, seed: Seed, apart) -> np.ndarray:
    """Return the same likeness, document by document, in float64."""
    table = centre.view.table
    raw = []
    for key in documents.keys.tolist():
        theirs = centre.vectors(np.flatnonzero(table.documents == key)).astype(np.float64)
        cosines = seed.vectors @ theirs.T
        raw.append(cosines.max(axis=1).mean() + cosines.max(axis=0).mean())
    z = np.empty(len(raw))
    for language in np.unique(documents.languages):
        here = documents.languages == language
        usual = np.array(raw)[here & ~apart]
        z[here] = (np.array(raw)[here] - usual.mean()) / usual.std()
    own = documents.languages == documents.languages[documents.keys == seed.document.key]
    return np.where(own, z, 1.1 * z)


def test_likeness_is_the_mean_of_the_nearest_both_ways_in_deviations_of_a_language(centre):
    documents = Documents(centre)
    seed = seed_of(centre, "parameter-server-architecture")
    apart = documents.keys == seed.document.key
    (found,), (told,) = documents.likeness([seed], apart)
    assert told is seed
    expected = plain(centre, documents, seed, apart)
    assert found == pytest.approx(expected, abs=1e-3)


def test_several_seeds_are_measured_each_for_itself(centre):
    documents = Documents(centre)
    seeds = [seed_of(centre, each) for each in ("alps-hut-hiking", "weibo-online-learning")]
    apart = np.isin(documents.keys, [each.document.key for each in seeds])
    both, _ = documents.likeness(seeds, apart)
    for row, seed in zip(both, seeds, strict=True):
        (alone,), _ = documents.likeness([seed], apart)
        assert row == pytest.approx(alone, abs=1e-5)


def test_passages_in_many_blocks_count_once(centre, monkeypatch):
    documents = Documents(centre)
    seed = seed_of(centre, "weibo-online-learning")
    apart = documents.keys == seed.document.key
    whole, _ = documents.likeness([seed], apart)
    monkeypatch.setattr("search.recommending.likeness._AT_ONCE", 7)
    in_blocks, _ = documents.likeness([seed], apart)
    assert in_blocks == pytest.approx(whole, abs=1e-5)


def test_what_many_documents_repeat_does_not_speak(centre):
    documents = Documents(centre)
    seed = seed_of(centre, "alps-hut-hiking")
    others = [key for key in documents.keys.tolist() if key != seed.document.key]
    table = centre.view.table
    # the first passages of four others, as if the seed had them too: each is near to one document
    borrowed = [int(np.flatnonzero(table.documents == key)[0]) for key in others[:4]]
    middle = centre.vectors(np.array(borrowed)).sum(axis=0)
    repeated = middle[None, :] / np.linalg.norm(middle)
    vectors = np.concatenate([seed.vectors, repeated])
    longer = Seed(vectors, np.append(seed.positions, 0), seed.languages)
    near = (centre.vectors(np.array(borrowed)) @ repeated[0]).min()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.recommending.likeness._MUCH_THE_SAME", float(near) - 0.01)
        _, (told,) = documents.likeness([longer], documents.keys == seed.document.key)
    assert len(told.vectors) == len(seed.vectors)


def test_a_long_document_is_asked_about_by_a_part_of_its_passages(centre, monkeypatch):
    monkeypatch.setattr("search.recommending.likeness._MOST_PASSAGES", 3)
    seed = seed_of(centre, "weibo-online-learning")
    own = np.flatnonzero(centre.view.table.documents == seed.document.key)
    assert len(seed.positions) == 3 < len(own)
    assert {own[0], own[-1]} <= set(seed.positions.tolist())


def test_cosines_are_those_of_the_centred_vectors(centre):
    positions = np.arange(0, len(centre.view.table.keys), 5)
    rows = centre.vectors(positions[:6])
    expected = rows @ centre.vectors(positions).T
    assert centre.cosines(rows, positions) == pytest.approx(expected, abs=2e-3)
