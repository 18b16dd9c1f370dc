"""The sentence nearest in meaning, found with the library's own encoder, each encoded once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import search.proof.meaning
from search.proof.meaning import SentenceFinder

CHINESE = "本章介绍训练。\n过拟合\n用暂退法可以防止模型过拟合。\n下一节讨论数据集的划分。"
ENGLISH = "We bought a new server. The model overfits when it has seen too little data. Exercises"
CODE = "def dropout_layer(X, dropout):\n    assert 0 <= dropout <= 1"


class Watched:
    """The real encoder, and what it was asked to encode."""

    def __init__(self, encoder):
        self.card = encoder.card
        self.encode_queries = encoder.encode_queries
        self.asked = []
        self._encoder = encoder

    def encode_passages(self, texts, progress=None):
        self.asked.append(list(texts))
        return self._encoder.encode_passages(texts, progress)


@pytest.fixture
def watched(encoder):
    return Watched(encoder)


def nearest(encoder, question, *passages):
    vector = encoder.encode_queries([question])[0]
    found = SentenceFinder(encoder).nearest(vector, passages)
    return [
        text[slice(*span)] if span else None
        for (text, _), span in zip(passages, found, strict=True)
    ]


def test_the_sentence_that_says_it_in_another_language_is_found(encoder):
    assert nearest(encoder, "how to prevent overfitting", (CHINESE, "zh")) == [
        "用暂退法可以防止模型过拟合。"
    ]
    assert nearest(encoder, "什么时候会过拟合", (ENGLISH, "en")) == [
        "The model overfits when it has seen too little data."
    ]


def test_program_code_is_not_taken_for_a_sentence(encoder):
    chinese, english = "随机丢弃一部分神经元的输出。", "It zeroes some of them at random."
    for says, language in ((chinese, "zh"), (english, "en")):
        found = nearest(encoder, "what does dropout_layer do", (f"{CODE}\n{says}", language))
        assert found == [says]


def test_where_there_are_only_fragments_the_nearest_of_them_is_found(encoder):
    assert nearest(encoder, "防止过拟合", ("目录\n过拟合\n练习", "zh")) == ["过拟合"]


def test_a_single_sentence_is_not_encoded(watched):
    assert nearest(watched, "过拟合", ("The model overfits on it.", "en")) == [
        "The model overfits on it."
    ]
    assert nearest(watched, "过拟合", (" \n", None)) == [None]
    assert watched.asked == []


def test_all_sentences_are_encoded_in_one_go_and_only_once(watched):
    finder = SentenceFinder(watched)
    vector = watched.encode_queries(["overfitting"])[0]
    first = finder.nearest(vector, [(CHINESE, "zh"), (ENGLISH, "en")])
    assert finder.nearest(vector, [(ENGLISH, "en"), (CHINESE, "zh")]) == first[::-1]
    assert [len(texts) for texts in watched.asked] == [4]


def test_what_was_asked_for_longest_ago_is_forgotten(watched, monkeypatch):
    monkeypatch.setattr(search.proof.meaning, "_REMEMBERED", 4)
    finder = SentenceFinder(watched)
    vector = watched.encode_queries(["overfitting"])[0]
    for passage in ((CHINESE, "zh"), (ENGLISH, "en"), (ENGLISH, "en"), (CHINESE, "zh")):
        finder.nearest(vector, [passage])
    assert [len(texts) for texts in watched.asked] == [2, 2]


def test_threads_share_what_is_remembered_without_harm(encoder, monkeypatch):
    monkeypatch.setattr(search.proof.meaning, "_REMEMBERED", 3)
    finder = SentenceFinder(encoder)
    vector = encoder.encode_queries(["overfitting"])[0]
    passages = [(CHINESE, "zh"), (ENGLISH, "en")]
    alone = finder.nearest(vector, passages)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: finder.nearest(vector, passages), range(20)))
    assert found == [alone] * 20
