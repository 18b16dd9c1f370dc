"""Which passages hold the words of a query, and which sections: BM25 in tantivy, terms cut before.

Each of the two has an index of its own, since a word that is rare in sections need not be rare in
passages.
"""

import json
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from store.derived.term_schema import FIELDS, PASSAGES, SECTIONS, keys_of, schema, sequence_of
from text.terms import Term, TermKind

PAIR_WEIGHT = 0.5
"""A pair of characters counts half a word: it must not outvote one."""

PHRASE_WEIGHT = 0.2
"""Words that follow one another as in the query: a hint beside the words themselves."""

# tantivy multiplies each term's score by k1 + 1, which the ideal has to do as well
_SATURATED = 2.2
_FEW = 50
"""So many units are looked up one by one, which takes half as long as all of them together."""

_LARGEST_UNIT = 2**63 - 1
_WEIGHTS: dict[TermKind, float] = {"word": 1.0, "pair": PAIR_WEIGHT, "phrase": PHRASE_WEIGHT}

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]


class Terms:
    """An immutable view of both indexes as they were when opened."""

    def __init__(self, folder: Path) -> None:
        self.passages = TermIndex(folder / PASSAGES)
        self.sections = TermIndex(folder / SECTIONS)

    @property
    def sequence(self) -> int:
        """The commit of the catalogue that this view is current to."""
        return min(self.passages.sequence, self.sections.sequence)


class TermIndex:
    """An immutable view of one index as it was when opened."""

    def __init__(self, folder: Path) -> None:
        try:
            if not tantivy.Index.exists(str(folder)):
                raise ValueError("no index is there")
            self._mirror = None if os.access(folder, os.W_OK) else _mirror(folder)
            self._index = tantivy.Index(
                schema(), self._mirror.name if self._mirror else str(folder)
            )
        except ValueError as error:
            raise LibraryDamaged(
                f"terms in {folder} cannot be read ({error}): run `wenhai index` on any of the "
                "documents, it builds them anew"
            ) from error
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self._units = _units_with_removed(folder)

    @property
    def sequence(self) -> int:
        """The commit of the catalogue that this view is current to."""
        return sequence_of(self._searcher, self._schema)

    @property
    def size(self) -> int:
        """How many units there are, and one mark."""
        return int(self._searcher.num_docs)

    def best(self, terms: Sequence[Term], count: int) -> tuple[Numbers, Scores]:
        """Return the units with the best BM25 scores, descending; empty without a match."""
        return self._search(self._query(terms), count)

    def scores(self, terms: Sequence[Term], units: Numbers) -> tuple[Numbers, Scores]:
        """Return those of these units that hold any of the terms, and their BM25 scores."""
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, self._query(terms)),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(self._among(units), 0.0)),
            ]
        )
        return self._search(query, max(1, len(units)))

    def holding(
        self, terms: Sequence[Term], among: Numbers | None = None, most: int | None = None
    ) -> Numbers:
        """Return the units that hold all of these terms, a `character` also as half of a pair.

        With `among`, only of those; with `most`, so many of them.
        """
        wanted = [self._held(term) for term in terms]
        if among is not None:
            wanted.append(self._among(among))
        all_of_them = tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in wanted])
        count = self._searcher.num_docs if most is None else most
        units, _ = self._search(tantivy.Query.const_score_query(all_of_them, 0.0), max(1, count))
        return units

    def holding_like(self, word: str, distance: int, count: int) -> Numbers:
        """Return so many of the units with a spelling that differs in that many letters at most.

        Two neighbours that changed places differ in one (Damerau-Levenshtein, OSA).
        """
        query = tantivy.Query.fuzzy_term_query(
            self._schema, FIELDS["spelling"], word, distance, transposition_cost_one=True
        )
        return self._search(query, count)[0]

    def units(self) -> Numbers:
        """Return the numbers of all units, in no order."""
        every = tantivy.Query.range_query(
            self._schema, "unit", tantivy.FieldType.Unsigned, 0, _LARGEST_UNIT
        )
        return self._search(every, max(1, self._searcher.num_docs))[0]

    def frequency(self, kind: TermKind, text: str) -> int:
        """Return how many units hold the term."""
        return self._searcher.doc_freq(FIELDS[kind], text)

    def ideal(self, terms: Sequence[Term]) -> float:
        """Return the score of a unit that would hold all terms to saturation.

        The sum of the terms' idf, ln(1 + (N - n + 0.5) / (n + 0.5)), times k1 + 1; terms in no
        unit count as the rarest there can be.
        """
        units = self._units
        total = 0.0
        for kind, text in _distinct(terms):
            holding = self.frequency(kind, text)
            total += _WEIGHTS[kind] * math.log(1 + (units - holding + 0.5) / (holding + 0.5))
        return _SATURATED * total

    def rarest(self) -> float:
        """Return the ideal of one word that no unit holds."""
        return _SATURATED * math.log(1 + (self._units + 0.5) / 0.5)

    def _among(self, units: Numbers) -> tantivy.Query:
        keys = keys_of(units.tolist())
        if len(keys) > _FEW:
            return tantivy.Query.term_set_query(self._schema, "key", keys)
        each = (tantivy.Query.term_query(self._schema, "key", key, "basic") for key in keys)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in each])

    def _held(self, term: Term) -> tantivy.Query:
        if term.kind != "character":
            return self._term_query(term.kind, term.text)
        half = tantivy.Query.regex_query(self._schema, "pairs", f"{term.text}.|.{term.text}")
        return self._term_query("word", term.text).or_should_match(half)

    def _query(self, terms: Sequence[Term]) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term_query(*each)) for each in _distinct(terms)]
        )

    def _term_query(self, kind: TermKind, text: str) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, FIELDS[kind], text, "freq")
        weight = _WEIGHTS[kind]
        return query if weight == 1 else tantivy.Query.boost_query(query, weight)

    def _search(self, query: tantivy.Query, count: int) -> tuple[Numbers, Scores]:
        hits = self._searcher.search(query, count, count=False).hits
        addresses = [address for _, address in hits]
        numbers = self._searcher.fast_field_values("unit", addresses)
        return np.array(numbers, np.int64), np.array([score for score, _ in hits], np.float32)


def _units_with_removed(folder: Path) -> int:
    """Return how many units the statistics are of: until merged away, removed ones too."""
    segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    return sum(segment["max_doc"] for segment in segments)


def _mirror(folder: Path) -> TemporaryDirectory[str]:
    """Return a writable folder of links to the index: even to read, tantivy has to lock a file."""
    mirror = TemporaryDirectory(prefix="wenhai-terms-")
    for file in folder.iterdir():
        if file.suffix != ".lock":
            Path(mirror.name, file.name).symlink_to(file.absolute())
    return mirror


def _distinct(terms: Sequence[Term]) -> Iterable[tuple[TermKind, str]]:
    return dict.fromkeys((term.kind, term.text) for term in terms)
