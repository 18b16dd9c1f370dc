"""Terms: what is looked up for a text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from text.english import _words
from text.folding import fold
from text.terms import (
    _beginning,
    _stemmed,
    document_terms,
    query_terms,
    words_and_pairs,
    words_and_pairs_among,
)


def words(text: str) -> list[str]:
    return [term.text for term in query_terms(fold(text).text) if term.kind == "word"]


def pairs(text: str) -> list[str]:
    return [term.text for term in query_terms(fold(text).text) if term.kind == "pair"]


def test_a_document_gives_the_words_within_its_words_a_query_does_not() -> None:
    document = {term.text for term in document_terms("参数服务器") if term.kind == "word"}
    assert {"参数", "服务", "服务器"} <= document
    assert words("参数服务器") == ["参数", "服务器"]


def test_a_word_that_no_dictionary_has_is_found_by_its_pairs() -> None:
    assert pairs("码力全开") == ["码力"]
    assert "码力" in {term.text for term in document_terms("0码力一页")}


def test_function_words_make_no_pairs() -> None:
    assert pairs("熵是的") == []


def test_words_that_follow_one_another_are_a_phrase() -> None:
    terms = query_terms(fold("Parameter servers. Workers").text)
    assert [term.text for term in terms if term.kind == "phrase"] == ["paramet_server"]


def test_known_words_of_a_query_make_no_pairs() -> None:
    assert pairs("深度学习框架") == []


def test_english_words_meet_in_their_stem() -> None:
    assert words("Parameter Servers") == words("parameters server")


def test_programming_languages_and_versions_stay_whole() -> None:
    assert words("C++ and C# 3.11") == ["c++", "and", "c#", "3.11"]


def test_latin_words_in_chinese_text_stand_alone() -> None:
    assert words("用PyTorch训练BERT") == ["用", "pytorch", "训练", "bert"]


def test_japanese_and_korean_are_looked_up_by_pairs() -> None:
    assert pairs("データ") == ["デー", "ータ"]
    assert pairs("한국어") == ["한국", "국어"]


@settings(deadline=None, derandomize=True)
@given(st.text(st.sampled_from("参数服务器码力的abcC+#1. データ한\n"), max_size=40))
def test_every_term_of_a_query_is_a_term_of_the_same_document(text: str) -> None:
    folded = fold(text).text
    document = {(term.kind, term.text) for term in document_terms(folded)}
    assert {(term.kind, term.text) for term in query_terms(folded)} <= document


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_terms_stand_where_they_say(text: str) -> None:
    folded = fold(text).text
    for term in document_terms(folded):
        assert 0 <= term.start < term.end <= len(folded)
        assert term.kind != "pair" or folded[term.start : term.end] == term.text


def test_chinese_words_that_only_ask_are_left_out_of_a_query():
    assert [term.text for term in query_terms("怎么备份数据") if term.kind == "word"] == [
        "备份",
        "数据",
    ]


def test_a_query_of_function_words_keeps_them():
    assert [term.text for term in query_terms("怎么")] == ["怎么"]


def test_short_words_are_not_stemmed():
    assert [term.text for term in query_terms("aed")] == ["aed"]


def test_a_plus_before_a_han_character_belongs_to_the_word():
    assert query_terms("b+树")[0].text == "b+"


ALIKE = st.text(alphabet="参数服务器的一 abdyingssCc+#1.5.ひらกขé", max_size=40)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(ALIKE, ALIKE)
def test_wanted_words_and_pairs_are_those_of_all_that_are_wanted(text: str, query: str) -> None:
    folded = fold(text).text
    wanted = {(term.kind, term.text) for term in query_terms(fold(query).text)}
    every = [term for term in words_and_pairs(folded) if (term.kind, term.text) in wanted]
    assert words_and_pairs_among(folded, wanted) == every


def test_a_stem_begins_like_its_word() -> None:
    for word in ("dying", "lying", "ties", "skies", "happily", "idly", "generously", "yes", "yyyy"):
        (stem,) = (term.text for term in words_and_pairs(word))
        assert stem[0] == word[0]


def test_every_english_word_begins_as_is_looked_for_by_its_stem():
    assert [word for word in _words() if not word.startswith(_beginning(_stemmed(word)))] == []
