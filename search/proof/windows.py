"""I have a text and its marks: which stretch of it fits into so many columns, cut where?

Where the marks stand closest: with most of the sentence that carries the meaning, then with the
most different words of the query. Cut between graphemes always, between words where it can be
helped, and at the start of a sentence if one is near.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from search.answer import Highlight
from search.proof.snippets import trimmed
from text.graphemes import edges, width, widths
from text.sentences import Span, sentences

_LEAD = 4  # at most a quarter of a window stands before its first mark
_LONGEST_STEP = 24  # graphemes to the nearest end of a word


def window(text: str, highlights: Sequence[Highlight], columns: int) -> Span:
    """Return the range of the text that is shown in at most so many columns."""
    ruler = _Ruler(text)
    if ruler.columns(0, len(text)) <= columns:
        return 0, len(text)
    first, last = _densest(ruler, highlights, columns)
    lead = min(columns // _LEAD, columns - ruler.columns(first, last))
    unbroken = _Unbroken(text, highlights)
    start = unbroken.first(ruler.places(ruler.back(first, lead), first))
    end = ruler.ahead(start, columns)
    if end == len(text):  # which came before the room was used up
        start = unbroken.first(ruler.places(ruler.back(end, columns), start))
    else:
        end = unbroken.last(ruler.places(start, end))
    return trimmed(text, start, end)


class _Ruler:
    """A text measured: where its graphemes begin, and in which column."""

    def __init__(self, text: str) -> None:
        self._places = edges(text)
        self._columns = widths(text, self._places)

    def columns(self, start: int, end: int) -> int:
        """Return how wide that range is."""
        return self._column(end) - self._column(start)

    def back(self, place: int, columns: int) -> int:
        """Return the first place that lies at most so many columns before this one."""
        return self._places[bisect_left(self._columns, self._column(place) - columns)]

    def ahead(self, place: int, columns: int) -> int:
        """Return the last place that lies at most so many columns after this one."""
        return self._places[bisect_right(self._columns, self._column(place) + columns) - 1]

    def places(self, start: int, end: int) -> Sequence[int]:
        """Return the places from start to end, both included."""
        return self._places[bisect_left(self._places, start) : bisect_right(self._places, end)]

    def _column(self, place: int) -> int:
        return self._columns[bisect_left(self._places, place)]


def _densest(ruler: _Ruler, highlights: Sequence[Highlight], columns: int) -> Span:
    """Return from where to where the marks stand that prove most, the first of equals."""
    best, proof = (0, 0), (-1, -1)
    for at, first in enumerate(highlights):
        limit = ruler.ahead(first.start, columns)
        meant, last, terms = 0, first.start, frozenset[str]()
        for mark in highlights[at:]:
            if mark.start >= limit:
                break
            if mark.kind == "semantic":
                last = min(mark.end, limit)
                meant += ruler.columns(mark.start, last)
            elif mark.end <= limit and mark.terms - terms:
                last, terms = mark.end, terms | mark.terms
        if (meant, len(terms)) > proof:
            best, proof = (first.start, last), (meant, len(terms))
    return best


class _Unbroken:
    """Where a text can be cut so that words and marked words stay whole."""

    def __init__(self, text: str, highlights: Sequence[Highlight]) -> None:
        self._text = text
        self._words = [mark for mark in highlights if mark.kind == "keyword"]

    def first(self, places: Sequence[int]) -> int:
        """Return the first of the places at which a sentence starts, or else a word."""
        if places[0] == 0:
            return 0
        starts = {start for start, _ in sentences(self._text)}
        words = (at for at in places[:_LONGEST_STEP] if not self._breaks(at))
        return next((at for at in places if at in starts), next(words, places[0]))

    def last(self, places: Sequence[int]) -> int:
        """Return the last of the places at which a word ends."""
        words = (at for at in reversed(places[-_LONGEST_STEP:]) if not self._breaks(at))
        return next(words, places[-1])

    def _breaks(self, at: int) -> bool:
        """Say whether a cut there would part a word without spaces and wide characters in it."""
        beside = self._text[at - 1 : at + 1]
        inside = all(not each.isspace() and width(each) < 2 for each in beside)
        return inside or any(mark.start < at < mark.end for mark in self._words)
