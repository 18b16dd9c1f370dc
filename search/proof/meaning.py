"""Where words say little: which sentence of a passage carries the meaning of the question?

The one whose vector is nearest to the question's. What would win by accident is left out where
there is anything else: fragments (a heading, a number of a list), and program code. In an East
Asian document that is what has no character of its script (an English question is near to any
English), in others what does not end as a sentence does.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.recent import Recent
from models.encoder import Encoder
from text.folding import fold
from text.graphemes import width
from text.language import EAST_ASIAN, east_asian_language
from text.sentences import Span, sentences

_FRAGMENT = 16
"""What is narrower than so many columns is no sentence."""

_END_OF_SENTENCE = re.compile(r"[.!?…][\"'”’)\]*]*$")
_REMEMBERED = 4096
"""So many sentences' vectors are kept: 8 MB, the best passages of about 100 pages of hits."""

Floats = NDArray[np.float32]


class SentenceFinder:
    """Finds the sentence that is nearest to a question; safe to call from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: Recent[str, Floats] = Recent(_REMEMBERED)

    def nearest(
        self, question: Floats, passages: Sequence[tuple[str, str | None]]
    ) -> list[Span | None]:
        """Return the sentence of each passage, given as text and its document's language.

        What has to be encoded is encoded in one go; nothing, where there is but one sentence. None
        where there is no sentence at all.
        """
        choices = [_candidates(text, language) for text, language in passages]
        doubtful = (choice for choice in choices if len(choice) > 1)
        vectors = self._vectors(text for choice in doubtful for text in choice.values())
        return [_nearest(question, choice, vectors) for choice in choices]

    def _vectors(self, texts: Iterable[str]) -> dict[str, Floats]:
        wanted = dict.fromkeys(texts)
        found = self._known.get(wanted)
        missing = [text for text in wanted if text not in found]
        if missing:
            new = dict(zip(missing, self._encoder.encode_passages(missing), strict=True))
            self._known.put(new)
            found |= new
        return found


def _candidates(text: str, language: str | None) -> dict[Span, str]:
    """Return the sentences that may carry the meaning, folded; where all are fragments, all."""
    found = {span: text[slice(*span)] for span in sentences(text)}
    is_prose = east_asian_language if language in EAST_ASIAN else _END_OF_SENTENCE.search
    prose = {span: each for span, each in found.items() if is_prose(each)} or found
    whole = {span: each for span, each in prose.items() if width(each) >= _FRAGMENT} or prose
    return {span: fold(each).text for span, each in whole.items()}


def _nearest(
    question: Floats, choice: Mapping[Span, str], vectors: Mapping[str, Floats]
) -> Span | None:
    if len(choice) < 2:
        return next(iter(choice), None)
    return max(choice, key=lambda span: float(vectors[choice[span]] @ question))
