"""Documents are recommended out of likes, dislikes and a text; each says why."""

import pytest

from core.errors import DocumentNotFound, InvalidFilter, InvalidQuery
from search.recommending.request import RecommendRequest

SERVERS = "parameter-server-architecture"
CHINESE = "allreduce-vs-parameter-server-zh"
FLU, VACCINES = "influenza-vaccine-tw", "how-vaccines-work"


def ids(found) -> list[str]:
    return [each.document.id for each in found.documents]


def recommend(engine, **wanted):
    return engine.recommend(RecommendRequest(**wanted))


def test_similar_is_the_recommendation_for_one_liked_document(engine):
    alone = recommend(engine, positive=(SERVERS,), diversity=0)
    assert alone.documents == engine.similar(SERVERS)
    assert CHINESE in ids(alone)


def test_who_likes_two_matters_gets_both(engine):
    found = ids(recommend(engine, positive=(SERVERS, FLU), limit=6))
    assert VACCINES in found
    assert {"stale-gradients-async-sgd", "parameter-server-recommender-talk"} & set(found)


def test_what_is_like_a_disliked_one_falls_and_the_rest_stays(engine):
    plain = ids(recommend(engine, positive=(SERVERS, VACCINES), limit=8, diversity=0))
    found = ids(recommend(engine, positive=(SERVERS,), negative=(VACCINES,), limit=8, diversity=0))
    assert FLU in plain
    assert not {FLU, VACCINES} & set(found)
    assert set(found) == set(ids(recommend(engine, positive=(SERVERS,), limit=8, diversity=0)))


def test_a_text_is_liked_in_any_language_and_speaks_for_itself(engine):
    found = recommend(engine, text="疫苗如何起作用", limit=4).documents
    assert {FLU, VACCINES} <= {each.document.id for each in found}
    assert {each.reason.liked for each in found} == {None}
    assert {each.reason.own.text for each in found} == {"疫苗如何起作用"}


def test_a_reason_is_a_pair_of_passages_with_the_terms_that_they_share(engine):
    first = recommend(engine, positive=("stale-gradients-async-sgd",)).documents[0]
    assert first.reason.liked.id == "stale-gradients-async-sgd"
    own = engine.view.catalogue.passages_of(first.reason.liked.key)
    theirs = engine.view.catalogue.passages_of(first.document.key)
    assert first.reason.own in [each.passage for each in own]
    assert first.reason.theirs in [each.passage for each in theirs]
    assert 0 < first.reason.closeness <= 1
    assert 1 <= len(first.reason.label) <= 4


def test_neighbours_in_another_language_come_without_a_label(engine):
    found = engine.similar("antibiotics-rational-use-zh", 3)
    primer = next(each for each in found if each.document.id == "antibiotic-resistance-primer")
    assert primer.reason.label == ()
    assert primer.reason.closeness > 0


def test_what_was_seen_is_left_out_also_if_it_is_gone(engine):
    seen = ids(recommend(engine, positive=(SERVERS,)))[:3]
    found = ids(recommend(engine, positive=(SERVERS,), seen=(*seen, "no-longer")))
    assert not set(seen) & set(found)
    assert len(found) == 10


def test_only_what_passes_the_filter_is_given(engine):
    found = recommend(engine, positive=(SERVERS,), filter="language = zh", limit=20).documents
    assert {each.document.metadata.language for each in found} == {"zh"}
    with pytest.raises(InvalidFilter):
        recommend(engine, positive=(SERVERS,), filter="langage = zh")


def test_diversity_brings_other_matters(engine):
    close = recommend(engine, positive=("weibo-online-learning",), diversity=0).documents
    wide = recommend(engine, positive=("weibo-online-learning",), diversity=0.9).documents
    assert close[0] == wide[0]
    assert len({each.document.id for each in wide} - {each.document.id for each in close}) > 2


def test_what_is_liked_or_disliked_has_to_be_there(engine):
    for wanted in ({"positive": ("nope",)}, {"text": "vaccine", "negative": ("nope",)}):
        with pytest.raises(DocumentNotFound, match='"nope"'):
            recommend(engine, **wanted)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({}, "nothing is liked"),
        ({"positive": ("a",), "negative": ("a",)}, '"a" is in positive and in negative'),
        ({"positive": tuple(map(str, range(33)))}, "positive names 33 documents: take at most 32"),
        ({"text": "a", "limit": 101}, "limit is 101"),
        ({"text": "a", "diversity": -0.1}, "diversity is -0.1"),
    ],
)
def test_a_request_that_cannot_be_is_refused(wanted, told):
    with pytest.raises(InvalidQuery, match=told):
        RecommendRequest(**wanted)
