"""I have hits: what is shown of each, in a few lines, to prove that it answers?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.encoder import Encoder
from search.answer import Excerpt, Highlight, Hit, PassageHit, Snippet
from search.asking.query import SearchRequest
from search.proof.meaning import nearest_sentences
from search.proof.snippets import say_something, trimmed, with_sentence
from search.proof.windows import window
from search.retrieve import Question
from store.catalogue.reading import StoredDocument
from text.graphemes import edges, width
from text.readable import Plain
from text.sentences import Span

_GAP = "…"
_BETWEEN = f" {_GAP} "
_LEAST_COLUMNS = 80  # less of a passage proves nothing: the best ones share the room
_LITTLE = 0.15
"""Words that cover less of a query prove little: as much as a third of them, each said once."""


class Prover:
    """Gives hits their snippets, and the mark of meaning where words say little."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def proved(
        self, hits: Sequence[Hit], question: Question, request: SearchRequest
    ) -> tuple[Hit, ...]:
        """Return the hits with snippets and, unless the request wants none, marks of meaning."""
        if request.semantic_marks and question.vector is not None:
            hits = self._explained(hits, question.query.text)
        return tuple(replace(hit, snippet=snippet(hit, request.snippet_columns)) for hit in hits)

    def _explained(self, hits: Sequence[Hit], question: str) -> list[Hit]:
        """Return the hits, a sentence marked in those best passages that words leave unclear."""
        unclear = [hit for hit in hits if hit.passages and _unclear(hit.passages[0])]
        texts = [(hit.passages[0].passage.text, hit.document.metadata.language) for hit in unclear]
        found = nearest_sentences(self._encoder, question, texts)
        explained = {
            hit.passages[0].key: _with_sentence(hit, sentence)
            for hit, sentence in zip(unclear, found, strict=True)
        }
        return [explained.get(hit.passages[0].key, hit) if hit.passages else hit for hit in hits]


def snippet(hit: Hit, columns: int) -> Snippet:
    """Return excerpts of the hit's best passages in at most so many columns together."""
    best = _fitting([_Readable.of(found) for found in hit.passages], columns)
    shown = sorted(best, key=lambda each: each.found.key)
    shares = _shares(shown, columns)
    cuts = [each.cut(share) for each, share in zip(shown, shares, strict=True)]
    if not cuts:
        return Snippet()
    first = f"{_GAP} " if cuts[0].start else ""
    befores = [first, *(_between(*pair, hit.document) for pair in pairwise(cuts))]
    excerpts = (cut.excerpt(before) for cut, before in zip(cuts, befores, strict=True))
    return Snippet(tuple(excerpts), f" {_GAP}" if cuts[-1].is_cut_after else "")


def shorten(text: str, columns: int) -> str:
    """Return the text in at most so many columns, `…` where it was cut."""
    if width(text) <= columns:
        return text
    return text[slice(*window(text, (), columns - len(_GAP)))] + _GAP


@dataclass(frozen=True, slots=True)
class _Readable:
    """A passage made plain, with its marks, and the range of it that is shown."""

    found: PassageHit
    text: str
    highlights: tuple[Highlight, ...]
    start: int
    end: int

    @classmethod
    def of(cls, found: PassageHit) -> "_Readable":
        """Return the whole passage; marks that are no longer whole graphemes are left out."""
        whole = Plain(found.passage.text)
        text = whole.text.strip()
        left_out = len(whole.text) - len(whole.text.lstrip())
        places = frozenset(edges(text))
        marks: list[Highlight] = []
        for mark in found.highlights:
            before, upto = (whole.place(at) - left_out for at in (mark.start, mark.end))
            start, end = trimmed(text, max(before, 0), min(upto, len(text)))
            if start < end and {start, end} <= places:
                marks.append(replace(mark, start=start, end=end))
        return cls(found, text, tuple(marks), 0, len(text))

    @property
    def is_cut_after(self) -> bool:
        return self.end < len(self.text)

    def cut(self, columns: int) -> "_Readable":
        """Return so many columns of it."""
        start, end = window(self.text, self.highlights, columns)
        return replace(self, start=start, end=end)

    def excerpt(self, before: str) -> Excerpt:
        """Return what is shown, with the marks that stand in it."""
        spans = ((max(m.start, self.start), min(m.end, self.end), m) for m in self.highlights)
        marks = (
            replace(mark, start=start - self.start, end=end - self.start)
            for start, end, mark in spans
            if start < end
        )
        text = self.text[self.start : self.end]
        return Excerpt(before, text, tuple(marks), self.found.passage.page)


def _unclear(best: PassageHit) -> bool:
    """Say whether the words that are marked leave open why the passage was found."""
    return best.scores.keyword < _LITTLE or not say_something(best.highlights)


def _with_sentence(hit: Hit, sentence: Span | None) -> Hit:
    if sentence is None:
        return hit
    best, *others = hit.passages
    marks = with_sentence(best.passage.text, sentence, best.highlights)
    return replace(hit, passages=(replace(best, highlights=marks), *others))


def _fitting(passages: Iterable[_Readable], columns: int) -> list[_Readable]:
    """Return as many of the passages, the best first, as there is room to say something of."""
    fitting: list[_Readable] = []
    for each in (each for each in passages if each.text):
        columns -= min(width(each.text), _LEAST_COLUMNS)
        if columns < 0 and fitting:
            break
        fitting.append(each)
    return fitting


def _shares(passages: Sequence[_Readable], columns: int) -> list[int]:
    """Return how many columns each passage gets: one with marks as much as two without.

    What one does not need, the others share.
    """
    widths = [width(each.text) for each in passages]
    if sum(widths) + len(_BETWEEN) * (len(passages) - 1) <= columns:
        return widths
    room = columns - len(_BETWEEN) * (len(passages) + 1)
    weights = [2 if each.highlights else 1 for each in passages]
    shares = dict.fromkeys(range(len(passages)), 0)
    order = sorted(shares, key=lambda at: widths[at] / weights[at])
    for done, at in enumerate(order):
        still_open = sum(weights[each] for each in order[done:])
        shares[at] = min(widths[at], room * weights[at] // still_open)
        room -= shares[at]
    return list(shares.values())


def _between(left: _Readable, right: _Readable, document: StoredDocument) -> str:
    """Return what stands between two excerpts: a gap, unless nothing of the text is left out.

    Neighbours in a catalogue may have anything between them, unless they are parts of one snippet.
    """
    end, start = left.found.passage.end, right.found.passage.start
    neighbours = right.found.key == left.found.key + 1 and (document.path or start == end)
    if left.is_cut_after or right.start or not neighbours:
        return _BETWEEN
    return "" if start == end else " "
