"""The battery that every encoder passes: order, length 1, any text, nothing lost."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models import Encoder, load_encoder

SEVEN_BIT_NOISE = 1e-2
"""Activations are quantised over a batch, so its other texts move a vector a little."""

AWKWARD = [
    "",
    " ",
    "\n\t\r\n",
    "before\x00after",
    "🎉👩‍👩‍👧‍👦🇨🇳",
    "lone \ud83d surrogate \udc00",
    "\ue000\ufffd\ufeff",
    "<s> </s> <mask> <pad>",
    "深度学习" * 500,
    "x" * 3000,
]


def cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.sum(left * right, axis=-1)


def test_vectors_keep_the_order_of_the_texts(any_encoder: Encoder, sentences: list[str]):
    forward = any_encoder.encode_passages(sentences[:12])
    backward = any_encoder.encode_passages(sentences[:12][::-1])
    closest = np.argmax(forward @ backward[::-1].T, axis=1)
    assert closest.tolist() == list(range(12))


def test_rows_are_unit_vectors_of_the_cards_dimension(any_encoder: Encoder, sentences: list[str]):
    for vectors in (any_encoder.encode_queries(sentences), any_encoder.encode_passages(sentences)):
        assert vectors.shape == (len(sentences), any_encoder.card.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_question_has_the_same_vector_alone_and_among_others(
    any_encoder: Encoder, sentences: list[str]
):
    together = any_encoder.encode_queries(sentences[:8])
    alone = np.concatenate([any_encoder.encode_queries([each]) for each in sentences[:8]])
    assert np.abs(together - alone).max() < 1e-5


def test_a_passage_has_nearly_the_same_vector_alone_and_among_others(
    any_encoder: Encoder, sentences: list[str]
):
    together = any_encoder.encode_passages(sentences[:8])
    alone = np.concatenate([any_encoder.encode_passages([each]) for each in sentences[:8]])
    assert cosine(together, alone).min() > 1 - SEVEN_BIT_NOISE


@pytest.mark.parametrize("text", AWKWARD, ids=lambda text: ascii(text[:12]))
def test_any_text_has_a_vector(any_encoder: Encoder, text: str):
    rows = np.concatenate([any_encoder.encode_queries([text]), any_encoder.encode_passages([text])])
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", AWKWARD, ids=lambda text: ascii(text[:12]))
def test_any_text_has_tokens_or_none(any_encoder: Encoder, text: str):
    (tokens,) = any_encoder.tokens([text])
    assert tokens.vectors.shape[:1] == tokens.information.shape
    assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (tokens.information >= 0).all()


def test_a_token_is_near_to_the_same_word_in_the_other_language(any_encoder: Encoder):
    network, *others = any_encoder.tokens(["network", "网络", "苹果"])
    near, far = (float((network.vectors @ each.vectors.T).max()) for each in others)
    assert near > far + 0.05


def test_no_texts_give_no_rows(any_encoder: Encoder):
    assert any_encoder.encode_queries([]).shape == (0, any_encoder.card.dimension)
    assert any_encoder.encode_passages([]).shape == (0, any_encoder.card.dimension)


def test_progress_counts_every_text_once(any_encoder: Encoder, sentences: list[str]):
    done: list[int] = []
    texts = [*sentences[:10], "长文本。" * 300, ""]
    any_encoder.encode_passages(texts, done.append)
    assert sum(done) == len(texts)


def test_the_end_of_a_long_text_counts(any_encoder: Encoder):
    beginning = "The weather was mild that spring. " * 120
    ends = ["", "Gradient descent follows the slope of the loss. " * 60]
    plain, mixed = any_encoder.encode_passages([beginning + end for end in ends])
    question = any_encoder.encode_queries(["how does gradient descent work"])[0]
    assert mixed @ question > plain @ question + 0.02


def test_a_question_finds_its_answer_in_the_other_language(any_encoder: Encoder):
    answers = ["学习率太大，损失就会发散。", "红烧肉要先焯水，再用小火慢炖。"]
    question = any_encoder.encode_queries(["why does training diverge"])
    assert int(np.argmax(question @ any_encoder.encode_passages(answers).T)) == 0


def test_questions_agree_between_the_encoders(
    encoder: Encoder, hub_encoder: Encoder, sentences: list[str]
):
    ours, theirs = encoder.encode_queries(sentences), hub_encoder.encode_queries(sentences)
    assert cosine(ours, theirs).min() > 0.999


def test_passages_agree_between_the_encoders(
    encoder: Encoder, hub_encoder: Encoder, sentences: list[str]
):
    ours, theirs = encoder.encode_passages(sentences), hub_encoder.encode_passages(sentences)
    assert cosine(ours, theirs).min() > 0.99


def test_threads_get_the_vectors_of_their_own_texts(any_encoder: Encoder, sentences: list[str]):
    texts = sentences[:16]
    expected = any_encoder.encode_queries(texts)
    with ThreadPoolExecutor(4) as threads:
        rows = threads.map(lambda text: any_encoder.encode_queries([text])[0], texts)
    assert np.abs(np.stack(list(rows)) - expected).max() < 1e-5


def test_the_model_says_the_same_on_one_thread(encoder, model_cache):
    alone = load_encoder(None, model_cache, threads=1)
    expected = encoder.encode_queries(["参数服务器", "parameter server"])
    assert alone.encode_queries(["参数服务器", "parameter server"]) == pytest.approx(
        expected, abs=1e-5
    )
