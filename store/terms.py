"""Which passages hold the words of a query, and which sections: BM25 in tantivy, terms cut before.

Each of the two has an index of its own, since a word that is rare in sections need not be rare in
passages. Every term is entered twice: with tantivy's fixed k1 of 1.2 that is a k1 of 0.6, for a
passage hardly says more about a matter that it names twice (zh→zh 0.649 to 0.659 nDCG@10).
"""

import math
import os
import shutil
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from store.catalogue import Catalogue, StoredPassage
from text.folding import fold
from text.terms import Term, TermKind, document_terms, spellings

PAIR_WEIGHT = 0.5
"""A pair of characters counts half a word: it must not outvote one."""

PHRASE_WEIGHT = 0.2
"""Words that follow one another as in the query: a hint beside the words themselves."""

PASSAGES, SECTIONS = "passages", "sections"

# tantivy multiplies each term's score by k1 + 1, which the ideal has to do as well
_SATURATED = 2.2
_FIELDS: dict[TermKind, str] = {
    "word": "words",
    "pair": "pairs",
    "phrase": "phrases",
    "spelling": "spellings",
}
_WEIGHTS: dict[TermKind, float] = {"word": 1.0, "pair": PAIR_WEIGHT, "phrase": PHRASE_WEIGHT}
_HEAP_BYTES = 64 * 2**20
_BATCH = 1000

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("unit", indexed=True, fast=True)
    for field in _FIELDS.values():
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    # one document says which commit of the catalogue the index is current to
    builder.add_text_field("mark", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("sequence", stored=True)
    return builder.build()


class TermWriter:
    """Brings the terms up to the catalogue, whatever they missed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._passages = _UnitWriter(folder / PASSAGES)
        self._sections = _UnitWriter(folder / SECTIONS)

    def sequence(self) -> int:
        """Return the commit of the catalogue that the terms are current to, 0 for empty ones."""
        return min(self._passages.sequence(), self._sections.sequence())

    def catch_up(self, catalogue: Catalogue) -> None:
        """Take out and enter what changed since the terms were current.

        A kill between the two commits leaves one of them behind, and both are brought up anew.
        """
        known, wanted = self.sequence(), catalogue.state().sequence
        if known == wanted:
            return
        removed = catalogue.removed_since(known)
        self._passages.remove([passage for passage, _ in removed])
        self._sections.remove(list({section for _, section in removed}))
        new = groupby(catalogue.passages_since(known), lambda stored: stored.section)
        for section, passages in new:
            terms = [(stored.key, _terms_of(stored)) for stored in passages]
            for key, own in terms:
                self._passages.replace(key, own)
            together = [term for _, own in terms for term in own if term.kind != "spelling"]
            self._sections.replace(section, together)
        self._passages.commit(wanted)
        self._sections.commit(wanted)

    def close(self) -> None:
        """Wait for merges under way and free the index for the next writer."""
        self._passages.close()
        self._sections.close()


class _UnitWriter:
    """Writes one of the indexes: numbered units, each with the terms that it holds."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        try:
            self._open(folder)
        except ValueError as error:
            if not _is_damage(error):
                raise
            # nothing is lost: all of it is derived from the catalogue
            shutil.rmtree(folder)
            folder.mkdir()
            self._open(folder)

    def _open(self, folder: Path) -> None:
        self._index = tantivy.Index(_schema(), str(folder))
        self.sequence()
        self._writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        self._replaced: list[tuple[int, tantivy.Document]] = []

    def sequence(self) -> int:
        """Return the commit of the catalogue that the index is current to, 0 for an empty one."""
        self._index.reload()
        return _sequence(self._index.searcher(), self._index.schema)

    def remove(self, numbers: list[int]) -> None:
        """Take out the units of these numbers."""
        # by query: by term, tantivy takes a Python number for a signed one and finds nothing
        if numbers:
            query = tantivy.Query.term_set_query(self._index.schema, "unit", numbers)
            self._writer.delete_documents_by_query(query)

    def replace(self, number: int, terms: list[Term]) -> None:
        """Enter a unit, for one of that number that an interrupted run may have entered."""
        self._replaced.append((number, _entry(number, terms)))
        if len(self._replaced) >= _BATCH:
            self._enter()

    def _enter(self) -> None:
        self.remove([number for number, _ in self._replaced])
        for _, entry in self._replaced:
            self._writer.add_document(entry)
        self._replaced.clear()

    def commit(self, sequence: int) -> None:
        """Make all changes durable, and note the commit of the catalogue that they belong to."""
        self._enter()
        self._writer.delete_documents_by_query(_marks(self._index.schema))
        self._writer.add_document(_mark(sequence))
        self._writer.commit()

    def close(self) -> None:
        """Wait for merges under way."""
        self._writer.wait_merging_threads()


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
                _schema(), self._mirror.name if self._mirror else str(folder)
            )
        except ValueError as error:
            raise LibraryDamaged(
                f"terms in {folder} cannot be read ({error}): run `wenhai index` on any of the "
                "documents, it builds them anew"
            ) from error
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    @property
    def sequence(self) -> int:
        """The commit of the catalogue that this view is current to."""
        return _sequence(self._searcher, self._schema)

    def best(self, terms: Sequence[Term], count: int) -> tuple[Numbers, Scores]:
        """Return the units with the best BM25 scores, descending; empty without a match."""
        return self._search(self._query(terms), count)

    def scores(self, terms: Sequence[Term], units: Numbers) -> tuple[Numbers, Scores]:
        """Return those of these units that hold any of the terms, and their BM25 scores."""
        among = tantivy.Query.term_set_query(self._schema, "unit", units.tolist())
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, self._query(terms)),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
            ]
        )
        return self._search(query, max(1, len(units)))

    def holding(self, terms: Sequence[Term]) -> Numbers:
        """Return the units that hold all of these terms, a `character` also as half of a pair."""
        all_of_them = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, self._held(term)) for term in terms]
        )
        units, _ = self._search(
            tantivy.Query.const_score_query(all_of_them, 0.0), max(1, self._searcher.num_docs)
        )
        return units

    def holding_like(self, word: str, distance: int, count: int) -> Numbers:
        """Return so many of the units with a spelling that differs in that many letters at most.

        Two neighbours that changed places differ in one (Damerau-Levenshtein, OSA).
        """
        query = tantivy.Query.fuzzy_term_query(
            self._schema, _FIELDS["spelling"], word, distance, transposition_cost_one=True
        )
        return self._search(query, count)[0]

    def frequency(self, kind: TermKind, text: str) -> int:
        """Return how many units hold the term."""
        return self._searcher.doc_freq(_FIELDS[kind], text)

    def ideal(self, terms: Sequence[Term]) -> float:
        """Return the score of a unit that would hold all terms to saturation.

        The sum of the terms' idf, ln(1 + (N - n + 0.5) / (n + 0.5)), times k1 + 1; terms in no
        unit count as the rarest there can be.
        """
        units = self._searcher.num_docs
        total = 0.0
        for kind, text in _distinct(terms):
            holding = self.frequency(kind, text)
            total += _WEIGHTS[kind] * math.log(1 + (units - holding + 0.5) / (holding + 0.5))
        return _SATURATED * total

    def rarest(self) -> float:
        """Return the ideal of one word that no unit holds."""
        return _SATURATED * math.log(1 + (self._searcher.num_docs + 0.5) / 0.5)

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
        query = tantivy.Query.term_query(self._schema, _FIELDS[kind], text, "freq")
        weight = _WEIGHTS[kind]
        return query if weight == 1 else tantivy.Query.boost_query(query, weight)

    def _search(self, query: tantivy.Query, count: int) -> tuple[Numbers, Scores]:
        hits = self._searcher.search(query, count, count=False).hits
        addresses = [address for _, address in hits]
        numbers = self._searcher.fast_field_values("unit", addresses)
        return np.array(numbers, np.int64), np.array([score for score, _ in hits], np.float32)


def _terms_of(stored: StoredPassage) -> list[Term]:
    folded = fold(stored.passage.text).text
    return [*document_terms(folded), *spellings(folded)]


def _entry(number: int, terms: list[Term]) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_unsigned("unit", number)
    for kind, field in _FIELDS.items():
        entry.add_text(field, " ".join([term.text for term in terms if term.kind == kind] * 2))
    return entry


def _mark(sequence: int) -> tantivy.Document:
    mark = tantivy.Document()
    mark.add_text("mark", "current")
    mark.add_unsigned("sequence", sequence)
    return mark


def _mirror(folder: Path) -> TemporaryDirectory[str]:
    """Return a writable folder of links to the index: even to read, tantivy has to lock a file."""
    mirror = TemporaryDirectory(prefix="wenhai-terms-")
    for file in folder.iterdir():
        if file.suffix != ".lock":
            Path(mirror.name, file.name).symlink_to(file.absolute())
    return mirror


def _is_damage(error: ValueError) -> bool:
    return any(
        sign in str(error).lower()
        for sign in ("corrupt", "schema", "deserializ", "does not exist", "doesnotexist")
    )


def _marks(schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.term_query(schema, "mark", "current", "basic")


def _distinct(terms: Sequence[Term]) -> Iterable[tuple[TermKind, str]]:
    return dict.fromkeys((term.kind, term.text) for term in terms)


def _sequence(searcher: tantivy.Searcher, schema: tantivy.Schema) -> int:
    hits = searcher.search(_marks(schema), 1, count=False).hits
    return int(str(searcher.doc(hits[0][1]).get_first("sequence"))) if hits else 0
