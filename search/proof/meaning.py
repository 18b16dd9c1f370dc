"""Where words say little: which sentence of a passage carries the meaning of the question?

The one that has something near to each token of the question, those that tell most before others:

    likeness(q, s) = Σ t ∈ q: information(t) · max u ∈ s: cos(t, u)

(MaxSim of ColBERT, Khattab and Zaharia 2020, over vectors of tokens as the model has them before
they see each other, so that the model need not run: `python -m benchmarks.marks`.) What would win
by accident is left out where there is anything else: fragments (a heading, a number of a list), and
program code. In an East Asian document that is what has no character of its script (an English
question is near to any English), in others what does not end as a sentence does.
"""

import re
from collections.abc import Mapping, Sequence

from models.encoder import Encoder, Tokens
from text.folding import fold
from text.graphemes import width
from text.language import EAST_ASIAN, east_asian_language
from text.sentences import Span, sentences

_FRAGMENT = 16
"""What is narrower than so many columns is no sentence."""

_END_OF_SENTENCE = re.compile(r"[.!?…][\"'”’)\]*]*$")


def nearest_sentences(
    encoder: Encoder, question: str, passages: Sequence[tuple[str, str | None]]
) -> list[Span | None]:
    """Return the sentence of each passage, given as text and its document's language.

    The question comes folded. None where there is no sentence, or the model has no tokens.
    """
    choices = [candidates(text, language) for text, language in passages]
    doubtful = [text for choice in choices if len(choice) > 1 for text in choice.values()]
    if not doubtful:
        return [next(iter(choice), None) for choice in choices]
    asked, *tokens = encoder.tokens([question, *doubtful])
    said = dict(zip(doubtful, tokens, strict=True))
    return [_nearest(asked, choice, said) for choice in choices]


def candidates(text: str, language: str | None) -> dict[Span, str]:
    """Return the sentences that may carry the meaning, folded; where all are fragments, all."""
    found = {span: text[slice(*span)] for span in sentences(text)}
    is_prose = east_asian_language if language in EAST_ASIAN else _END_OF_SENTENCE.search
    prose = {span: each for span, each in found.items() if is_prose(each)} or found
    whole = {span: each for span, each in prose.items() if width(each) >= _FRAGMENT} or prose
    return {span: fold(each).text for span, each in whole.items()}


def _nearest(
    question: Tokens, choice: Mapping[Span, str], said: Mapping[str, Tokens]
) -> Span | None:
    if len(choice) < 2:
        return next(iter(choice), None)
    if not len(question.vectors):
        return None
    return max(choice, key=lambda span: _likeness(question, said[choice[span]]))


def _likeness(question: Tokens, sentence: Tokens) -> float:
    if not len(sentence.vectors):
        return 0.0
    nearest = (question.vectors @ sentence.vectors.T).max(axis=1)
    return float(question.information @ nearest)
