"""A label has telling terms that both sides hold, as they are written, and no noise."""

import pytest

from search.recommending.labels import label


@pytest.fixture(scope="module")
def index(engine):
    return engine.view.terms.passages


def test_terms_of_both_sides_are_shown_as_the_other_side_writes_them(index):
    ours = ["Checkpoints let a server recover its shards."]
    theirs = ["Each SHARD is written to a Checkpoint every night."]
    assert set(label(index, ours, theirs)) == {"SHARD", "Checkpoint"}


def test_traditional_and_simplified_share_terms(index):
    assert "參數" in label(index, ["参数如何切成分片"], ["參數的更新與同步"])


def test_a_pair_of_words_comes_before_the_words_in_it(index):
    texts = ["The embedding tables live on a parameter server."]
    found = label(index, texts, texts)
    assert "embedding tables" in found
    assert not {"embedding", "tables"} & set(found)


def test_without_a_word_in_common_the_label_is_empty(index):
    assert label(index, ["参数服务器如何容灾"], ["Tomatoes need warm soil."]) == ()
    assert label(index, ["", "…"], ["?"]) == ()


@pytest.mark.parametrize(
    "noise",
    [
        "the and of what is which 的 了 怎么 什么",
        "other between take mean",
        "42 2023 0.5 v2",
        "self.worker(checkpoint_path)",
        "网 格 梯",
    ],
)
def test_noise_is_no_label(index, noise):
    assert label(index, [noise], [noise]) == ()


def test_a_label_has_four_terms_at_most(index):
    text = "分片 检查点 梯度 嵌入 稀疏 延迟 缓存 吞吐 哈希"
    assert len(label(index, [text], [text])) == 4
