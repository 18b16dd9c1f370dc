"""The sentence nearest in meaning, found with the tokens of the library's own encoder."""

from search.proof.meaning import nearest_sentences

CHINESE = "本章介绍训练。\n过拟合\n用暂退法可以防止模型过拟合。\n下一节讨论数据集的划分。"
ENGLISH = "We bought a new server. The model overfits when it has seen too little data. Exercises"
CODE = "def dropout_layer(X, dropout):\n    assert 0 <= dropout <= 1"


def nearest(encoder, question, *passages):
    found = nearest_sentences(encoder, question, passages)
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


def test_a_single_sentence_is_taken_and_nothing_where_there_is_none(encoder):
    found = nearest(encoder, "过拟合", ("The model overfits on it.", "en"), (" \n", None))
    assert found == ["The model overfits on it.", None]
