"""Which passages are worth a look: nearest in meaning, best in words, each on both scales."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from core.recent import Recent
from search.asking.conditions import fulfilling
from search.asking.query import Mode, Query
from search.familiarity import Familiarity
from search.fusion import Background, Leg, fuse
from search.words import Coverage, Reading
from store.derived.passage_table import Codes, PassageTable
from store.derived.vectors import inner_products
from store.nearest.index import Comparison, Mask
from store.nearest.sections import Sections
from store.view import LibraryView
from text.language import EAST_ASIAN
from text.terms import UNSPACED, Term

DEPTH = 1000
"""So many passages in each language by meaning, or by words where only those are asked."""

WORDS_BESIDE_MEANING = 256
"""So many by words where meaning brings most. With 1,000, no column of d2l's nDCG@10 moves by
0.003, and R@100 is lower by up to 0.010."""

_LAST_OF = 3
"""The last third tells whether there is more. Of 638,376 passages, of which codes find 76 % of the
thousand nearest, 9 in 10 totals called exact are so within 3 %; with the last tenth, 7 in 10."""

_SECTIONS_LOOKED_AT = 500
"""Of so many that lead; d2l keeps every nDCG@10 to the fourth digit."""

_REMEMBERED = 8
_SAMPLE_SIZE = 4000
_SAMPLE_SEED = 20261121
_UNSPACED = re.compile(f"[{UNSPACED}]")
_NONE = np.empty(0, np.int64)

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """A query made ready to be scored, in the mode that it is asked in.

    `shared` is how much of what it says, 0 to 1, stands in another script, as names do in a Chinese
    question. What only meaning needs is missing where only words count: `vector`, `comparison` (how
    near it is to what), `familiarity` (how near anything is, where that is known), `backgrounds`
    (what cosines are measured against); and the other way round `passages` and `sections` (what
    they hold of its words) and `information` (how much it says, in words that are as rare as can
    be).
    """

    query: Query
    mode: Mode
    shared: float = 0.0
    vector: Floats | None = None
    familiarity: Familiarity | None = None
    comparison: Comparison | None = None
    backgrounds: tuple[Background, ...] = ()
    passages: Coverage | None = None
    sections: Coverage | None = None
    information: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages worth a look, ascending by position.

    `last` are those of them that came last where there are more: whether these answer tells whether
    others could. It is `unknown` where what came last fell to a condition: all of it to an
    exclusion, or some to a demand that more fulfil. Only the documents `among` may answer; None
    stands for all.
    """

    positions: Positions
    last: Positions
    among: Keys | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """Passages by position with their scores, one row each.

    `section_coverage` is what the passage's section holds of the query's words; `across` marks
    passages in a language that shares no words with the query's.
    """

    positions: Positions
    cosines: Floats
    z: Floats
    coverage: Floats
    section_coverage: Floats
    fused: Floats
    across: NDArray[np.bool_]

    def rows(self, rows: Positions) -> "Scored":
        """Return only these rows, in this order."""
        return Scored(*(getattr(self, each.name)[rows] for each in fields(self)))


class Retriever:
    """Finds and scores the passages of one view of a library."""

    def __init__(self, view: LibraryView) -> None:
        self.view = view
        self._questions: Recent[tuple[Query, Mode], Question] = Recent(_REMEMBERED)
        self._ahead: Recent[tuple[Query, Mode], Reading] = Recent(_REMEMBERED)
        table = view.table
        self._groups = [
            _groups(table.languages, table.titles),
            _groups(table.own_languages, table.titles),
        ]
        self._language_sizes = np.bincount(table.languages)
        self._sections = Sections.of(table)
        numbers = np.arange(len(self._sections.keys), dtype=np.int32)
        self._section_of = np.repeat(numbers, self._sections.sizes)
        generator = np.random.default_rng(_SAMPLE_SEED)
        size = min(_SAMPLE_SIZE, len(table.keys))
        sample = np.sort(generator.choice(len(table.keys), size, replace=False))
        self._sample_vectors = view.vectors.vectors(sample)
        self._sample_groups = [groups[sample].astype(np.int64) for groups in self._groups]
        self._group_counts = [int(groups.max(initial=0)) + 1 for groups in self._groups]

    def question(self, query: Query, vector: Floats | None, mode: Mode) -> Question:
        """Return the query made ready to be scored against this view.

        The last few are remembered: a page asks the same with and without each of its filters.
        """
        if known := self._questions.get((query, mode)):
            return known
        question = Question(query, mode, self._shared(query))
        if vector is not None:
            familiarity = Familiarity.of(self.view.model.name, query.language)
            usual = familiarity.usual if familiarity else None
            question = replace(
                question,
                vector=vector,
                familiarity=familiarity,
                comparison=self.view.vectors.compare(vector, usual),
                backgrounds=self._backgrounds(vector),
            )
        if mode != "semantic":
            reading = self._ahead.get((query, mode)) or self._reading(query, mode)
            passages, sections = reading.result()
            information = passages.information
            question = replace(
                question, passages=passages, sections=sections, information=information
            )
        self._questions.put((query, mode), question)
        return question

    def _shared(self, query: Query) -> float:
        names = _of_another_script(query)
        if not names:
            return 0.0
        index = self.view.terms.passages
        return index.ideal(names) / index.ideal(query.terms)

    def read_ahead(self, query: Query, mode: Mode) -> None:
        """Begin to look for the words of a query, while its vector is made."""
        if not self._questions.get((query, mode)):
            self._ahead.put((query, mode), self._reading(query, mode))

    def _reading(self, query: Query, mode: Mode) -> Reading:
        return Reading(self.view.terms, query.terms, _depth_of_words(mode))

    def _backgrounds(self, vector: Floats) -> tuple[Background, ...]:
        """Return what the cosines of this vector are measured against: each grouping's sample."""
        cosines = inner_products(self._sample_vectors, vector)
        return tuple(
            Background.of(cosines, groups, count)
            for groups, count in zip(self._sample_groups, self._group_counts, strict=True)
        )

    def candidates(self, question: Question, among: Keys | None = None) -> Candidates:
        """Return the passages that either leg of the mode brings, ascending by position.

        With `among`, each leg brings as many of those documents. Where the query sets conditions,
        only documents that fulfil them, and more of those.
        """
        table = self.view.table
        allowed = None if among is None else np.isin(table.documents, among)
        legs: list[_Brought] = []
        if question.comparison is not None:
            legs.append(self._by_meaning(question.comparison, allowed))
        if question.passages is not None:
            legs.append(self._by_words(question.passages, question.mode, allowed))
        found, came_last = _together(legs)
        if len(found) == (len(table.keys) if allowed is None else allowed.sum()):
            came_last = _NONE
        if not question.query.conditions:
            return Candidates(found, came_last, among)
        fulfilled, everything = fulfilling(self.view, question.query.conditions, found, allowed)
        if everything:
            return Candidates(fulfilled, _NONE, among)
        kept = np.intersect1d(came_last, fulfilled)
        fell = len(kept) < len(came_last)
        unknown = fell and (question.query.is_demanding or not len(kept))
        return Candidates(fulfilled, kept, among, unknown)

    def _by_meaning(self, comparison: Comparison, allowed: Mask | None) -> "_Brought":
        nearest = comparison.nearest_of_each_group(DEPTH, allowed)
        languages = self.view.table.languages
        groups, cosines = languages[nearest], comparison.cosines(nearest)
        there = self._language_sizes if allowed is None else np.bincount(languages[allowed])
        last = np.zeros(len(nearest), np.bool_)
        for group in np.flatnonzero(there > np.bincount(groups, minlength=len(there))):
            own = np.flatnonzero(groups == group)
            last[own[np.argsort(cosines[own])[: _last_of(len(own))]]] = True
        return _Brought(nearest, last)

    def _by_words(self, passages: Coverage, mode: Mode, allowed: Mask | None) -> "_Brought":
        count = _depth_of_words(mode)
        best = passages.best(count, None if allowed is None else self.view.table.keys[allowed])
        last = np.zeros(len(best), np.bool_)
        if len(best) >= count:
            last[-_last_of(len(best)) :] = True
        return _Brought(self.view.positions_of(best), last)

    def score(self, question: Question, positions: Positions, *, exactly: bool = True) -> Scored:
        """Return the scores of these passages on both scales, and fused as the mode says.

        Unless that is wanted exactly, what those hold that are not among the best by words is
        guessed, and sections are thought to mean what their passages do where those are far behind.
        """
        table, across = self.view.table, self._across(question.query, positions)
        cosines = np.zeros(len(positions), np.float32)
        z = coverage = Leg.silent(len(positions))
        unsaid = across * np.float32(1 - question.shared)
        if question.passages is not None and question.sections is not None:
            coverage = Leg(
                question.passages.shares(table.keys[positions], exactly=exactly),
                question.sections.shares(table.sections[positions], exactly=exactly),
            )
        if question.comparison is not None:
            cosines = question.comparison.cosines(positions)
            own = self.z(question.backgrounds, cosines, positions)
            ahead = fuse(Leg(own, own), coverage, unsaid)
            rows = _largest(ahead, len(ahead) if exactly else _SECTIONS_LOOKED_AT)
            around = cosines.copy()
            around[rows] = self._around(question.comparison, positions[rows])
            z = Leg(own, self.z(question.backgrounds, around, positions))
        fused = fuse(z, coverage, unsaid)
        return Scored(positions, cosines, z.own, coverage.own, coverage.section, fused, across)

    def exactly(self, question: Question, parts: Sequence[Scored]) -> list[Scored]:
        """Return the same, at least one, with what their passages hold of the query's words."""
        if question.passages is None:
            return list(parts)
        positions = [part.positions for part in parts]
        shares = question.passages.shares(self.view.table.keys[np.concatenate(positions)])
        own = np.split(shares, np.cumsum([len(each) for each in positions])[:-1])
        return [replace(part, coverage=each) for part, each in zip(parts, own, strict=True)]

    def _around(self, comparison: Comparison, positions: Positions) -> Floats:
        """Return the mean of the cosines of each passage's section.

        That is the cosine with the section's mean vector.
        """
        sections, section_of = np.unique(self._section_of[positions], return_inverse=True)
        means: Floats = comparison.section_cosines(self._sections.some(sections))[section_of]
        return means

    def z(
        self, backgrounds: tuple[Background, ...], cosines: Floats, positions: Positions
    ) -> Floats:
        """Return how far the passages stand out in their document's language and in their own.

        The lesser of both: English code in a Chinese book stands out for any English query.
        """
        in_each = [
            background.z(cosines, groups[positions].astype(np.int64))
            for background, groups in zip(backgrounds, self._groups, strict=True)
        ]
        return np.minimum(*in_each)

    def _across(self, query: Query, positions: Positions) -> NDArray[np.bool_]:
        table = self.view.table
        across = [
            _shares_no_words(query.language, table, languages[positions])
            for languages in (table.languages, table.own_languages)
        ]
        return np.logical_and(*across)


@dataclass(frozen=True, slots=True, eq=False)
class _Brought:
    """What one leg brings, in any order, -1 for what is not there; and which of it came last."""

    positions: Positions
    last: Mask


def _depth_of_words(mode: Mode) -> int:
    return DEPTH if mode == "keyword" else WORDS_BESIDE_MEANING


def _last_of(count: int) -> int:
    """Return how many of so many came last: a third, at least one of any."""
    return -(-count // _LAST_OF)


def _together(legs: Sequence[_Brought]) -> tuple[Positions, Positions]:
    """Return what the legs bring, each once and ascending, and what came last in each that did."""
    positions = np.concatenate([leg.positions for leg in legs])
    order = np.argsort(positions, kind="stable")
    ascending = positions[order]
    starts = np.flatnonzero(np.diff(ascending, prepend=-1))
    if not len(starts):
        return _NONE, _NONE
    found = ascending[starts]
    last = np.concatenate([leg.last for leg in legs])[order]
    return found, found[np.logical_and.reduceat(last, starts)]


def _largest(numbers: Floats, count: int) -> Positions:
    """Return the places of so many of the largest numbers, in no order."""
    if len(numbers) <= count:
        return np.arange(len(numbers))
    return np.argpartition(-numbers, count)[:count]


def _groups(languages: Codes, titles: NDArray[np.bool_]) -> Codes:
    """Return the group in which each passage's cosine is judged: its language, titles apart.

    Titles are short and nearer to every query than sentences are.
    """
    return languages * np.int16(2) + titles


def _of_another_script(query: Query) -> list[Term]:
    """Return the terms that texts in other languages may hold, such as GPU of a Chinese query."""
    own_is_unspaced = query.language is not None
    return [term for term in query.terms if bool(_UNSPACED.search(term.text)) != own_is_unspaced]


def _shares_no_words(
    query_language: str | None, table: PassageTable, languages: Codes
) -> NDArray[np.bool_]:
    if query_language is None:
        return table.shares_language(languages, EAST_ASIAN)
    return ~table.shares_language(languages, {query_language})
