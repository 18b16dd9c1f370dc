"""Cut pages into passages: runs of whole sentences, short enough to be about one thing."""

from collections.abc import Callable, Iterable, Iterator

from core.types import Page, Passage
from text.sentences import Span, sentences

PASSAGE_SIZE = 160
"""About so many Chinese characters make a passage, or 450 Latin letters: the size at which dense
retrieval was best on DRCD (0.933 MRR@10, whole paragraphs 0.857)."""

CUTTING_VERSION = 1
"""Raised whenever the same page would give other passages: files are then read anew."""

# what a Latin letter says, measured in Chinese characters
_LETTER_SIZE = PASSAGE_SIZE / 450
_WIDE = "\u1100"
_LONGEST = 1.5 * PASSAGE_SIZE
_MOST_CHARACTERS = int(_LONGEST / _LETTER_SIZE) + 2  # of which any text is too long
_TOO_SHORT_ALONE = PASSAGE_SIZE / 5
_PAUSES = "，、,;；:： \n"


def passages(pages: Iterable[Page]) -> Iterator[Passage]:
    """Return the passages of the pages in order; none goes over the end of its page."""
    page_start = 0
    for page in pages:
        for start, end in _page_spans(page.text):
            yield Passage(page.text[start:end], page_start + start, page_start + end, page.number)
        page_start += len(page.text) + 1


def size(text: str) -> float:
    """Return how much the text says, in Chinese characters."""
    wide = sum(character >= _WIDE for character in text)
    return wide + (len(text) - wide) * _LETTER_SIZE


def _page_spans(text: str) -> list[Span]:
    """Join sentences up to the passage size, then what is too short to stand alone to the left."""
    full = _joined(text, _short_sentences(text), lambda left, right: left + right <= PASSAGE_SIZE)
    return _joined(
        text,
        full,
        lambda left, right: right < _TOO_SHORT_ALONE and left + right <= _LONGEST,
    )


def _joined(
    text: str, spans: Iterable[Span], belong_together: Callable[[float, float], bool]
) -> list[Span]:
    """Join each span to the one before it wherever the sizes of both allow it."""
    joined: list[Span] = []
    open_size = 0.0
    for start, end in spans:
        own_size = size(text[start:end])
        if joined and belong_together(open_size, own_size):
            joined[-1] = (joined[-1][0], end)
            open_size += own_size
        else:
            joined.append((start, end))
            open_size = own_size
    return joined


def _short_sentences(text: str) -> Iterator[Span]:
    for start, end in sentences(text):
        yield from _cut_long(text, (start, end))


def _cut_long(text: str, span: Span) -> Iterator[Span]:
    """Cut a sentence of more than 1.5 passages at its pauses, or where it has none, anywhere."""
    start, end = span
    while size(text[start : min(end, start + _MOST_CHARACTERS)]) > _LONGEST:
        cut = _last_pause(text, start, _end_of_size(text, start))
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _end_of_size(text: str, start: int) -> int:
    """Return where a stretch of one passage's size that begins at `start` ends."""
    reached, end = 0.0, start
    while reached < PASSAGE_SIZE:
        reached += 1 if text[end] >= _WIDE else _LETTER_SIZE
        end += 1
    return end


def _last_pause(text: str, start: int, end: int) -> int:
    middle = (start + end) // 2
    pauses = [text.rfind(pause, middle, end) for pause in _PAUSES]
    return max(pauses) + 1 or end
