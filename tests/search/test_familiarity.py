"""What is near to anything: by sums done by hand over the means that are shipped."""

import numpy as np
import pytest

from models import Encoder
from search.asking.query import Query
from search.engine import Engine
from search.familiarity import MEANS, familiarity
from search.retrieve import Question, Scored

QUESTIONS, PASSAGES = np.load(MEANS)
ZH, EN = 0, 1


def asked(language: str | None, vector: np.ndarray) -> Question:
    return Question(Query("text", (), language), "hybrid", vector=vector)


class Only:
    """The vectors of a library with one passage."""

    def __init__(self, vector: np.ndarray) -> None:
        self._vector = vector

    def products(self, vector: np.ndarray, positions: np.ndarray) -> np.ndarray:
        return np.full(len(positions), self._vector @ vector)


def found(*, across: bool) -> Scored:
    nothing = np.zeros(1, np.float32)
    columns = ("cosines", "z", "coverage", "section_coverage", "fused")
    return Scored(np.array([0]), across=np.array([across]), **dict.fromkeys(columns, nothing))


def test_the_means_are_of_the_bundled_model(encoder: Encoder):
    assert QUESTIONS.shape == PASSAGES.shape == (2, encoder.card.dimension)


def test_from_what_is_as_near_as_usual_nothing_is_taken_off():
    question = asked(None, QUESTIONS[EN])
    for across, mean in ((False, PASSAGES[EN]), (True, PASSAGES[ZH])):
        assert familiarity(found(across=across), question, Only(mean)) == pytest.approx(0, abs=1e-6)


def test_a_passage_that_is_near_to_any_question_loses_four_tenths_of_what_is_more_than_usual():
    nearer = PASSAGES[ZH] + 0.1 * QUESTIONS[ZH]
    lost = familiarity(found(across=False), asked("zh", QUESTIONS[ZH]), Only(nearer))
    assert lost[0] == pytest.approx(0.4 * 0.1 * QUESTIONS[ZH] @ QUESTIONS[ZH], abs=1e-5)


def test_an_english_query_near_to_any_chinese_passage_loses_six_tenths_of_it_there():
    nearer = asked(None, QUESTIONS[EN] + 0.1 * PASSAGES[ZH])
    lost = familiarity(found(across=True), nearer, Only(PASSAGES[ZH]))
    assert lost[0] == pytest.approx(0.6 * 0.1 * PASSAGES[ZH] @ PASSAGES[ZH], abs=1e-5)
    assert familiarity(found(across=False), nearer, Only(PASSAGES[EN])) == pytest.approx(
        0, abs=1e-6
    )


def test_a_chinese_query_loses_nothing_for_what_it_is():
    nearer = asked("zh", QUESTIONS[ZH] + 0.1 * PASSAGES[ZH])
    assert familiarity(found(across=False), nearer, Only(PASSAGES[ZH])) == pytest.approx(
        0, abs=1e-6
    )


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
