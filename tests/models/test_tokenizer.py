"""Our cut of a text is the one that the reference implementation makes."""

import importlib.util
from pathlib import Path

import pytest

from models.export import unigram
from models.tokenizer import Tokenizer, normalize
from models.unpack import read_vocabulary, unpacked
from models.weights import Vocabulary

SMALL = Vocabulary(
    pieces=("<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "ab", "▁a", "<mask>"),
    scores=(0.0, 0.0, 0.0, 0.0, -3.0, -2.0, -2.0, -2.5, -2.2, 0.0),
    bos=0,
    eos=2,
    pad=1,
    unknown=3,
)


@pytest.fixture(scope="module")
def vocabulary(model_cache: Path) -> Vocabulary:
    return read_vocabulary(unpacked(model_cache))


def test_the_cut_with_the_highest_sum_of_scores_wins():
    assert Tokenizer(SMALL).cut("ab") == [8, 6]  # ▁a + b = -4.2, ▁ + ab = -5.5


def test_neighbouring_unknown_characters_become_one_piece():
    assert Tokenizer(SMALL).cut("axyzb") == [8, 3, 6]


def test_special_pieces_are_not_found_in_a_text():
    assert not {SMALL.bos, 9} & set(Tokenizer(SMALL).cut("<s> <mask>"))


def test_width_controls_and_runs_of_spaces_are_normalised():
    assert normalize("ＡＢＣ　\t ﬁ\x01x\u200b①") == "ABC fix 1"


def test_texts_are_cut_as_the_reference_cuts_them(vocabulary: Vocabulary, sentences: list[str]):
    if importlib.util.find_spec("tokenizers") is None:
        pytest.skip("tokenizers is not installed")
    ours, reference = Tokenizer(vocabulary), unigram(vocabulary)
    texts = [*sentences, " lead", "tail ", "a\x00b", "e\u0301", "𠮷野家", "ｱｲｳ ㈱", "x" * 50]
    for text in texts:
        assert [ours.bos, *ours.cut(text), ours.eos] == reference.encode(text).ids, text
