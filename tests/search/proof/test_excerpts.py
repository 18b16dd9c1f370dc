"""The snippet of a hit: its passages in reading order, gaps shown, never wider than asked."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import Metadata, Passage
from search.answer import Highlight, Hit, PassageHit, Scores, Snippet
from search.proof.excerpts import shorten, snippet
from search.proof.snippets import highlights, with_sentence
from store.catalogue.reading import StoredDocument
from text.folding import fold
from text.graphemes import edges, width
from text.readable import plain
from text.sentences import sentences
from text.terms import query_terms

SCORES = Scores(0, 0, 0, 0)


def passage(
    text: str, key: int = 1, start: int = 0, page: int | None = None, query: str = "灯塔"
) -> PassageHit:
    marks = highlights(text, query_terms(fold(query).text))
    return PassageHit(key, Passage(text, start, start + len(text), page), SCORES, marks)


def hit(*passages: PassageHit, path: Path | None = Path("a.md")) -> Hit:
    document = StoredDocument(1, "a", Metadata("A"), path, None, 1)
    return Hit(document, 1.0, SCORES, passages)


def marked(shown: Snippet) -> list[str]:
    return [shown.text[mark.start : mark.end] for mark in shown.highlights]


def test_a_hit_without_passages_has_an_empty_snippet():
    assert snippet(hit(), 320) == Snippet()
    assert snippet(hit(passage("\ue000\n")), 320) == Snippet()
    assert (Snippet().text, Snippet().highlights) == ("", ())


def test_passages_stand_in_the_order_of_the_text_with_gaps_between_and_marks_moved_along():
    shown = snippet(hit(passage("岸边有灯塔。", 9, 90), passage("海上看灯塔。", 2, 20)), 320)
    assert shown.text == "海上看灯塔。 … 岸边有灯塔。"
    assert marked(shown) == ["灯塔", "灯塔"]


def test_neighbours_in_the_text_are_joined_without_a_gap():
    chinese = snippet(hit(passage("岸边有灯塔。", 3, 6), passage("海上看灯塔。", 2, 0)), 320)
    assert chinese.text == "海上看灯塔。岸边有灯塔。"
    english = snippet(hit(passage("A lighthouse.", 2, 0), passage("A sea.", 3, 14)), 320)
    assert english.text == "A lighthouse. A sea."


def test_snippets_of_a_catalogue_may_have_anything_between_them():
    passages = passage("海上看灯塔。", 2, 0), passage("岸边有灯塔。", 3, 7)
    assert snippet(hit(*passages, path=None), 320).text == "海上看灯塔。 … 岸边有灯塔。"


def test_what_was_cut_away_is_shown_before_and_after():
    text = "海" * 300 + "灯塔" + "海" * 300
    shown = snippet(hit(passage(text)), 100).text
    assert shown.startswith("… 海")
    assert shown.endswith("海 …")
    assert 90 <= width(shown) <= 100


def test_neighbours_that_were_cut_have_a_gap_between_them():
    shown = snippet(hit(passage("灯塔" + "海" * 300, 1), passage("岸。", 2, 302)), 100)
    assert width(shown.text) <= 100
    assert shown.text.endswith("海 … 岸。")


def test_what_one_passage_does_not_need_the_others_get():
    shown = snippet(hit(passage("灯塔。", 1), passage("灯塔" + "海" * 300, 5, 90)), 320)
    assert width(shown.text) > 300


def test_a_passage_with_marks_gets_more_than_one_without():
    shown = snippet(hit(passage("灯塔" + "海" * 300, 1), passage("岸" * 300, 5, 900)), 320)
    assert shown.text.count("海") > 1.8 * shown.text.count("岸")


def test_a_narrow_snippet_shows_only_the_best_passages():
    passages = [passage(f"第{key}座灯塔" + "海" * 200, key, 900 * key) for key in (5, 3, 4, 2, 1)]
    shown = [each.text[:3] for each in snippet(hit(*passages), 320).excerpts]
    assert shown == ["第2座", "第3座", "第4座", "第5座"]


def test_each_excerpt_knows_its_page():
    shown = snippet(hit(passage("灯塔。", 1, 0, 3), passage("海。", 2, 4, 4)), 320)
    assert [(each.text, each.page) for each in shown.excerpts] == [("灯塔。", 3), ("海。", 4)]


def test_what_cannot_be_read_is_not_shown_and_marks_stay_where_they_belong():
    shown = snippet(hit(passage("\ue000 海\x00上\n\n有\u202e灯塔\ufffd。")), 320)
    assert shown.text == "海上 有灯塔 。"
    assert marked(shown) == ["灯塔"]


@pytest.mark.parametrize("end", ["\uf0b7", " \uf0b7", "\ufffd \n", "\x00", " \u202e "])
def test_a_marked_sentence_may_end_in_what_cannot_be_read(end):
    text = f"海上有灯塔{end}"
    whole = replace(passage(text), highlights=(Highlight(0, len(text), "semantic"),))
    assert marked(snippet(hit(whole), 320)) == ["海上有灯塔"]


@pytest.mark.parametrize("columns", [1, 20, 21])
def test_a_long_title_ends_in_an_ellipsis_within_its_columns(columns):
    shown = shorten("海" * 5000, columns)
    assert shown == "海" * ((columns - 1) // 2) + "…"
    assert shorten("海" * 10, 20) == "海" * 10


BITS = [
    *"海灯塔。.\n \ue000\x00\u202e🇨🇳é",
    "lighthouse ",
    "灯塔",
    "e\u0301",
    "👩\u200d🔬",
    "क्षि",
    "x" * 30,
]
TEXTS = st.lists(st.sampled_from(BITS), min_size=1, max_size=60).map("".join)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(40, 200))
def test_snippets_keep_to_their_columns_and_their_marks_to_graphemes(texts, columns):
    passages = [passage(text, 9 * key, 900 * key) for key, text in enumerate(texts)]
    shown = snippet(hit(*passages), columns)
    assert width(shown.text) <= columns
    for each in shown.excerpts:
        whole = [plain(text) for text in texts if each.text in plain(text)]
        assert whole
        places = set(edges(each.text))
        assert all({mark.start, mark.end} <= places for mark in each.highlights)
    assert all(left.end <= right.start for left, right in pairwise(shown.highlights))
    assert all("灯" in text or "塔" in text for text in marked(shown))


@settings(deadline=None, derandomize=True, max_examples=300)
@given(TEXTS, st.data())
def test_every_sentence_can_be_marked(text, data):
    spans = sentences(text)
    sentence = data.draw(st.sampled_from(spans or [(0, 0)]))
    found = passage(text)
    marks = with_sentence(text, sentence, found.highlights)
    shown = snippet(hit(replace(found, highlights=marks)), 80)
    assert all(mark.start < mark.end <= len(shown.text) for mark in shown.highlights)
