"""What is marked on a page: a passage, words, the sentence that means what was asked."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from api.pictures.layout import Box, Layout, Letters
from search.answer import Highlight
from search.asking.query import SearchRequest
from search.engine import Engine
from store.catalogue.reading import StoredDocument, StoredPassage

MarkKind = Literal["passage", "keyword", "semantic"]

_MOST_MARKS = 500


@dataclass(frozen=True, slots=True)
class Marked:
    """What is to be marked on a page: the passage of that key, and what answers the question."""

    page: int
    passage: int | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a page that is marked, with a box for each line of it."""

    kind: MarkKind
    boxes: tuple[Box, ...]


def page_marks(
    engine: Engine, document: StoredDocument, asked: Marked, layout: Layout
) -> list[Mark]:
    """Return the marks on the page of that layout; InvalidQuery if that cannot be asked."""
    found = engine.view.catalogue.passages_of(document.key)
    there = [each for each in found if each.passage.page == asked.page]
    passages = [each for each in there if each.passage.kind == "text"]
    highlights: Mapping[int, Sequence[Highlight]] = {}
    if asked.q is not None:
        keys, request = [each.key for each in passages], SearchRequest(asked.q)
        highlights = engine.marks_inside(document.id, request, keys, asked.passage)
    return _placed(layout, passages, asked.passage, highlights)


def _placed(
    layout: Layout,
    passages: Sequence[StoredPassage],
    chosen: int | None,
    highlights: Mapping[int, Sequence[Highlight]],
) -> list[Mark]:
    """Return the marks of these passages, which are all of the page, that of the chosen first."""
    letters = [Letters.of(each.passage.text) for each in passages]
    marks: list[Mark] = []
    for each, own, place in zip(passages, letters, layout.places(letters), strict=True):
        if place is None:
            continue
        if each.key == chosen:
            marks.insert(0, Mark("passage", layout.boxes(place, place + len(own.text))))
        for found in highlights.get(each.key, ()):
            start, end = (bisect_left(own.offsets, at) for at in (found.start, found.end))
            if start < end:
                marks.append(Mark(found.kind, layout.boxes(place + start, place + end)))
    return marks[:_MOST_MARKS]
