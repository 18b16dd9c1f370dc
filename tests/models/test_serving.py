"""An encoder for a server: questions are remembered, and those of many run together."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.types import ModelCard
from models import Encoder
from models.serving import AT_ONCE, ServingEncoder


class Slow:
    """An encoder that says what it was asked for, and answers when it is let."""

    card = ModelCard("slow", 2, "", "", "slow")

    def __init__(self) -> None:
        self.runs: list[list[str]] = []
        self.began = threading.Event()
        self.goes_on = threading.Event()

    def encode_queries(self, texts):
        self.runs.append(list(texts))
        self.began.set()
        assert self.goes_on.wait(10)
        if "broken" in texts:
            raise ValueError("broken")
        return np.array([[len(text), 1] for text in texts], np.float32)

    def encode_passages(self, texts, progress=None):  # noqa: ARG002
        return self.encode_queries(texts)


def test_vectors_are_those_of_the_encoder(encoder: Encoder) -> None:
    serving = ServingEncoder(encoder)
    texts = ["参数服务器", "parameter server", "how to avoid overfitting"]
    expected = encoder.encode_queries(texts)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda text: serving.encode_queries([text])[0], texts))
    assert np.abs(np.stack(found) - expected).max() < 1e-5


def test_those_who_come_while_the_model_runs_share_the_next_run() -> None:
    slow = Slow()
    serving = ServingEncoder(slow)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(serving.encode_queries, ["first"])
        assert slow.began.wait(10)
        others = [pool.submit(serving.encode_queries, ["x" * n]) for n in range(1, 12)]
        again = pool.submit(serving.encode_queries, ["first"])
        while len(serving._asked) < 12:
            pass
        slow.goes_on.set()
        assert first.result()[0, 0] == again.result()[0, 0] == 5
        assert [each.result()[0, 0] for each in others] == list(range(1, 12))
    assert [len(run) for run in slow.runs] == [1, AT_ONCE, 11 - AT_ONCE]


def test_a_question_is_encoded_once_and_its_vector_is_nobodys_to_change() -> None:
    slow = Slow()
    slow.goes_on.set()
    serving = ServingEncoder(slow)
    serving.encode_queries(["tea"])[:] = 0
    assert serving.encode_queries(["tea"]).tolist() == [[3, 1]]
    assert slow.runs == [["tea"]]


def test_what_goes_wrong_is_told_to_who_asked_and_the_next_one_is_served() -> None:
    slow = Slow()
    slow.goes_on.set()
    serving = ServingEncoder(slow)
    with pytest.raises(ValueError, match="broken"):
        serving.encode_queries(["broken"])
    assert serving.encode_queries(["tea"]).tolist() == [[3, 1]]
