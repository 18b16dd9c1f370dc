"""What a search box says beside its words: `"exact phrase"`, `+word` and `-word`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import InvalidQuery
from text.terms import certain_terms

MOST_OPERATORS = 20

_OPERATOR = re.compile(
    r"""
    (?: (?<!\S) (?P<sign>[+-]) )?
    (?: (?<![a-z0-9]) ["“”] (?P<quoted>[^"“”]*) ["“”]
      | 「 (?P<cornered>[^「」]*) 」
      | 『 (?P<double_cornered>[^『』]*) 』 )
    | (?<!\S) (?P<sign_of_word>[+-]) (?P<word>[^\W\d_](?:[^\s"“”「」『』,;!?、。]|(?<=\d),(?=\d))*)
    """,
    re.VERBOSE,
)
_LATIN = re.compile("[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Condition:
    """A folded text that some passage of a document has to hold, or that none may."""

    text: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition and the half-open range of the folded query that states it."""

    condition: Condition
    start: int
    end: int


def operators(folded: str) -> tuple[Operator, ...]:
    """Return the operators of a folded query in order; InvalidQuery if there are too many.

    A sign counts at the start of a word only (not in 2024-05 or -5), a quotation mark only in pairs
    and not after a Latin letter or a digit (5" wide), and either only where it holds something to
    look up. What a question or a text with the marks of a printer (“” 「」) only mentions it is not
    held to: there, quotations without a sign have to be half of the query.
    """
    every = list(_operators(folded))
    mentions = [each for each in every if _only_mentions(folded, each)]
    if 2 * sum(len(each.condition.text) for each in mentions) >= len(folded):
        mentions = []
    found = tuple(each for each in every if each not in mentions)
    if len(found) > MOST_OPERATORS:
        raise InvalidQuery(
            f"q has {len(found)} phrases in quotes and words with + or -: use at most "
            f"{MOST_OPERATORS}"
        )
    return found


def _only_mentions(folded: str, operator: Operator) -> bool:
    """Say whether the quotation may be one that a text has by nature."""
    begins = folded[operator.start]
    return begins in "“”「『" or (begins == '"' and folded.rstrip().endswith("?"))


def _operators(folded: str) -> Iterator[Operator]:
    for match in _OPERATOR.finditer(folded):
        quoted = match["quoted"] or match["cornered"] or match["double_cornered"] or ""
        text = match["word"].rstrip(".:") if match["word"] else quoted.strip()
        if certain_terms(text):
            wanted = (match["sign"] or match["sign_of_word"]) != "-"
            yield Operator(Condition(text, wanted), *match.span())


def searched_for(folded: str, stated: Sequence[Operator]) -> str:
    """Return the query without signs and quotation marks, and without what is not wanted."""
    text, done = "", 0
    for each in stated:
        text = _joined(text, folded[done : each.start])
        if each.condition.wanted:
            text = _joined(text, each.condition.text)
        done = each.end
    return _joined(text, folded[done:])


def _joined(left: str, right: str) -> str:
    """Return both texts as one, words kept apart that a quotation mark stood between."""
    meet = _LATIN.match(left[-1:]) and _LATIN.match(right)
    return f"{left} {right}" if meet else left + right
