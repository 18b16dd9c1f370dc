"""Which word of the library was meant by one that neither it nor English knows?"""

from rapidfuzz.distance import OSA

from search.asking.syntax import operators
from store.view import LibraryView
from text.english import is_english
from text.folding import Folded, fold
from text.terms import Term, certain_terms, spellings

SHORTEST = 5
"""Shorter words are names and abbreviations as often as misspelt."""

_SHORTEST_WITH_TWO = 8
"""From so many letters on, two of them may be wrong."""

_PASSAGES_READ = 200
_MOST_UNKNOWN = 20
"""Who asks with more unknown words writes another language."""


class Speller:
    """Reads the queries to one view of a library as they were meant."""

    def __init__(self, view: LibraryView) -> None:
        self._view = view

    def corrected(self, q: str) -> str | None:
        """Return the query with its misspelt words put right, None where there is none.

        What stands in quotation marks or behind a sign was meant as it stands.
        """
        folded = fold(q)
        unknown = self._unknown(folded)
        better = q
        for term in reversed(unknown):
            meant = self._meant(folded.text[term.start : term.end])
            if meant is not None:
                start, end = folded.original_range(term.start, term.end)
                better = better[:start] + meant + better[end:]
        return better if better != q else None

    def _unknown(self, folded: Folded) -> list[Term]:
        literal = [(each.start, each.end) for each in operators(folded.text)]
        terms = [
            term
            for term in certain_terms(folded.text)
            if self._is_unknown(term, folded.text[term.start : term.end])
            and not any(start <= term.start < end for start, end in literal)
        ]
        return terms if len(terms) <= _MOST_UNKNOWN else []

    def _is_unknown(self, term: Term, word: str) -> bool:
        if term.kind != "word" or len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            return False
        known = self._view.terms.passages.frequency("word", term.text)
        return not known and not is_english(word)

    def _meant(self, word: str) -> str | None:
        """Return the closest word of the library with the same first letter, the most frequent."""
        for distance in (1, 2)[: 2 if len(word) >= _SHORTEST_WITH_TWO else 1]:
            near = self._near(word, distance)
            if near:
                return min(near, key=lambda other: (-self._frequency(other), other))
        return None

    def _frequency(self, word: str) -> int:
        return self._view.terms.passages.frequency("spelling", word)

    def _near(self, word: str, distance: int) -> set[str]:
        """Return words of the library at that distance from the word."""
        keys = self._view.terms.passages.holding_like(word, distance, _PASSAGES_READ)
        positions = self._view.positions_of(keys)
        stored = self._view.passages_at(positions[positions >= 0].tolist())
        return {
            term.text
            for each in stored.values()
            for term in spellings(fold(each.passage.text).text)
            if term.text[0] == word[0] and OSA.distance(word, term.text) <= distance
        }
