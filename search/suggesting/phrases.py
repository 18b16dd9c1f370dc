"""Phrases that a library uses: which words belong together, and lead to documents?

Of words a and b that follow one another in passages, the cohesion is what the normalised pointwise
mutual information says, 1 where neither stands without the other and 0 where chance would have it:

    ln(p(ab) / (p(a) · p(b))) / -ln p(ab)

with shares p of the passages read; of three words, that of the pair that holds together less. What
only stands within a longer phrase is left out; of the others, those are taken for which documents ·
cohesion is greatest, and of these, those that a search answers.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.suggesting.index import Index, Source
from search.suggesting.spelled import spelled
from search.suggesting.titles import LONGEST, is_asked_whole
from store.view import LibraryView
from text.folding import Folded, fold
from text.terms import FUNCTION_WORDS, UNSPACED, Term, query_terms

LEAST_DOCUMENTS = 3
LEAST_COHESION = 0.35
MOST_PHRASES = 400
MOST_READ = 10_000
"""So many passages are read, evenly out of all."""

_MUCH = 0.1
"""Once so large a share of the passages is new or gone, phrases are gathered anew."""

_AT_ONCE = 500
_SHORTEST_WORD = 2
_GAP = re.compile(r"[\s_-]+")
_SPACE_BESIDE_UNSPACED = re.compile(rf"(?<=[{UNSPACED}])\s+|\s+(?=[{UNSPACED}])")

Words = tuple[str, ...]
Prove = Callable[[Sequence[str]], Sequence[int | None]]
"""Gives the passage that answers each text, None where nothing does."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases gathered out of one view; `keys` are all of its passages, ascending."""

    keys: NDArray[np.int64]
    index: Index

    @classmethod
    def of(cls, view: LibraryView, before: "Phrases | None", prove: Prove) -> "Phrases":
        """Return the phrases of a view, those of an earlier one where most passages are the same.

        Only what `prove` has an answer for is a phrase.
        """
        if before is not None:
            kept = int(np.isin(view.table.keys, before.keys).sum())
            changed = len(view.table.keys) + len(before.keys) - 2 * kept
            if changed <= _MUCH * len(before.keys):
                return before
        gathered = _Gathered.of(view)
        found = [gathered.source(words) for words in gathered.best()]
        proofs = prove([each.text for each in found])
        proved = (
            Source(each.text, each.passages, proof)
            for each, proof in zip(found, proofs, strict=True)
            if proof is not None
        )
        return cls(view.table.keys, Index({spelled(each.text).text: each for each in proved}))


@dataclass(slots=True)
class _Gathered:
    """Words and phrases of the passages read, by their terms."""

    read: int = 0
    passages_with: Counter[str] = field(default_factory=Counter)
    holders: dict[Words, list[tuple[int, int]]] = field(default_factory=dict)
    texts: dict[Words, str] = field(default_factory=dict)

    @classmethod
    def of(cls, view: LibraryView) -> "_Gathered":
        """Return what stands in the passages of the view, or in some of them evenly chosen."""
        gathered = cls()
        every = np.flatnonzero(~view.table.titles)
        step = max(1, math.ceil(len(every) / MOST_READ))
        chosen = every[::step].tolist()
        for start in range(0, len(chosen), _AT_ONCE):
            found = view.passages_at(chosen[start : start + _AT_ONCE])
            for stored in found.values():
                gathered._read(stored.passage.text, (stored.key, stored.document))
        return gathered

    def _read(self, text: str, holder: tuple[int, int]) -> None:
        folded = fold(text)
        terms = query_terms(folded.text)
        self.read += 1
        self.passages_with.update({term.text for term in terms if term.kind == "word"})
        for words, start, end in _phrases(terms, folded.text):
            holders = self.holders.setdefault(words, [])
            if not holders or holders[-1] != holder:
                holders.append(holder)
            if words not in self.texts:
                self.texts[words] = _as_written(text, folded, start, end)

    def best(self) -> list[Words]:
        """Return the phrases that enough documents hold, whose words belong together."""
        documents = {
            words: count
            for words, holders in self.holders.items()
            if (count := len({document for _, document in holders})) >= LEAST_DOCUMENTS
        }
        halves = {
            half
            for words, count in documents.items()
            for half in (words[:-1], words[1:])
            if documents.get(half) == count
        }
        weights: dict[Words, float] = {}
        for words in documents.keys() - halves:
            cohesion = min(map(self._cohesion, pairwise(words)))
            if cohesion >= LEAST_COHESION and _is_askable(self.texts[words]):
                weights[words] = documents[words] * cohesion
        return sorted(weights, key=lambda words: (-weights[words], words))[:MOST_PHRASES]

    def source(self, words: Words) -> Source:
        """Return the phrase as it was first written, and the passages that hold it."""
        return Source(self.texts[words], tuple(key for key, _ in self.holders[words]))

    def _cohesion(self, pair: Words) -> float:
        both = len(self.holders.get(pair, ())) / self.read
        if both == 1:
            return 1.0
        left, right = (self.passages_with[word] / self.read for word in pair)
        return math.log(both / (left * right)) / -math.log(both)


def _is_askable(text: str) -> bool:
    return len(text) <= LONGEST and is_asked_whole(fold(text).text)


def _phrases(terms: Sequence[Term], folded: str) -> Iterator[tuple[Words, int, int]]:
    """Return two and three words of a folded text that follow one another, with their range."""
    pairs = [
        term
        for term in terms
        if term.kind == "phrase" and _says_something(term, folded[term.start : term.end])
    ]
    for term in pairs:
        yield tuple(term.text.split("_")), term.start, term.end
    for first, second in pairwise(pairs):
        if second.start < first.end:
            words = (*first.text.split("_"), second.text.split("_")[1])
            yield words, first.start, second.end


def _says_something(term: Term, text: str) -> bool:
    words = {*term.text.split("_"), *_GAP.split(text)}
    return words.isdisjoint(FUNCTION_WORDS) and all(
        len(word) >= _SHORTEST_WORD and not word[0].isdigit() for word in words
    )


def _as_written(text: str, folded: Folded, start: int, end: int) -> str:
    """Return that range of the folded text as the original has it, on one line."""
    first, last = folded.original_range(start, end)
    return _SPACE_BESIDE_UNSPACED.sub("", " ".join(text[first:last].split()))
