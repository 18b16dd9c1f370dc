"""What is near to anything: by sums done by hand over the means that are shipped."""

import numpy as np
import pytest

from models import Encoder
from search.engine import Engine
from search.familiarity import CALIBRATED_MODEL, MEANS, Familiarity

QUESTIONS, PASSAGES = np.load(MEANS)
ZH, EN = 0, 1


def taken_off(
    language: str | None, question: np.ndarray, passage: np.ndarray, *, across: bool
) -> float:
    """Return what a question in that language loses with a passage."""
    familiarity = Familiarity.of(CALIBRATED_MODEL, language)
    assert familiarity
    products = np.array([passage @ familiarity.usual])
    return float(familiarity.owed(question, products, np.array([across]))[0])


def test_the_means_are_of_the_bundled_model(encoder: Encoder):
    assert QUESTIONS.shape == PASSAGES.shape == (2, encoder.card.dimension)


def test_of_another_model_nothing_is_known():
    assert Familiarity.of("another", "zh") is None


@pytest.mark.parametrize(("across", "mean"), [(False, PASSAGES[EN]), (True, PASSAGES[ZH])])
def test_from_what_is_as_near_as_usual_nothing_is_taken_off(across, mean):
    assert taken_off(None, QUESTIONS[EN], mean, across=across) == pytest.approx(0, abs=1e-6)


def test_a_passage_that_is_near_to_any_question_loses_four_tenths_of_what_is_more_than_usual():
    nearer = PASSAGES[ZH] + 0.1 * QUESTIONS[ZH]
    lost = taken_off("zh", QUESTIONS[ZH], nearer, across=False)
    assert lost == pytest.approx(0.4 * 0.1 * QUESTIONS[ZH] @ QUESTIONS[ZH], abs=1e-5)


def test_an_english_query_near_to_any_chinese_passage_loses_six_tenths_of_it_there():
    nearer = QUESTIONS[EN] + 0.1 * PASSAGES[ZH]
    lost = taken_off(None, nearer, PASSAGES[ZH], across=True)
    assert lost == pytest.approx(0.6 * 0.1 * PASSAGES[ZH] @ PASSAGES[ZH], abs=1e-5)
    assert taken_off(None, nearer, PASSAGES[EN], across=False) == pytest.approx(0, abs=1e-6)


def test_a_chinese_query_loses_nothing_for_what_it_is():
    nearer = QUESTIONS[ZH] + 0.1 * PASSAGES[ZH]
    assert taken_off("zh", nearer, PASSAGES[ZH], across=False) == pytest.approx(0, abs=1e-6)


def test_what_says_nothing_is_hardly_ever_answered(engine: Engine):
    # a vector depends a little on the texts that it was made with: one of these may be near
    nothing = [
        "zxmcn",
        "asdf qwer",
        "qwertyuiop",
        "lkjhg",
        "ploknm ijb",
        "مرحبا كيف حالك",
        "😀",
        "🎉🎉",
    ]
    answered = [q for q in nothing if engine.rank(q).relevances.max(initial=0) >= 0.5]
    assert len(answered) <= 1
