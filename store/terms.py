"""Which passages hold the words of a query: BM25 over terms that are cut beforehand, in tantivy."""

import math
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from store.catalogue import Catalogue, StoredPassage
from text.folding import fold
from text.terms import Term, document_terms

PAIR_WEIGHT = 0.5
"""A pair of characters counts half a word: it must not outvote one."""

PHRASE_WEIGHT = 0.2
"""Words that follow one another as in the query: a hint beside the words themselves."""

# tantivy multiplies each term's score by k1 + 1, which the ideal has to do as well
_SATURATED = 2.2
_FIELDS = {"word": "words", "pair": "pairs", "phrase": "phrases"}
_WEIGHTS = {"word": 1.0, "pair": PAIR_WEIGHT, "phrase": PHRASE_WEIGHT}
_HEAP_BYTES = 64 * 2**20
_BATCH = 1000

Keys = NDArray[np.int64]
Scores = NDArray[np.float32]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    for field in _FIELDS.values():
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    # one document says which commit of the catalogue the index is current to
    builder.add_text_field("mark", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("sequence", stored=True)
    return builder.build()


class TermWriter:
    """Brings the index up to the catalogue, whatever it missed."""

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

    def sequence(self) -> int:
        """Return the commit of the catalogue that the index is current to, 0 for an empty one."""
        self._index.reload()
        return _sequence(self._index.searcher(), self._index.schema)

    def catch_up(self, catalogue: Catalogue) -> None:
        """Take out and enter what changed since the index was current, in one commit."""
        known, wanted = self.sequence(), catalogue.state().sequence
        if known == wanted:
            return
        self._remove(catalogue.removed_since(known))
        for batch in _batched(catalogue.passages_since(known), _BATCH):
            # an interrupted run may have entered some of them already
            self._remove([stored.key for stored in batch])
            for stored in batch:
                self._writer.add_document(_entry(stored))
        self._writer.delete_documents_by_query(_marks(self._index.schema))
        self._writer.add_document(_mark(wanted))
        self._writer.commit()

    def _remove(self, keys: list[int]) -> None:
        # by query: by term, tantivy takes a Python number for a signed one and finds nothing
        if keys:
            query = tantivy.Query.term_set_query(self._index.schema, "passage", keys)
            self._writer.delete_documents_by_query(query)

    def close(self) -> None:
        """Wait for merges under way and free the index for the next writer."""
        self._writer.wait_merging_threads()


class TermIndex:
    """An immutable view of the index as it was when opened."""

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

    def matching(self, terms: Sequence[Term], count: int) -> tuple[Keys, Scores]:
        """Return the passages with the best BM25 scores, descending; empty without a match."""
        return self._search(self._query(terms), count)

    def scores(self, terms: Sequence[Term], keys: Sequence[int]) -> dict[int, float]:
        """Return the BM25 score of each of these passages that holds any of the terms."""
        among = tantivy.Query.term_set_query(self._schema, "passage", list(keys))
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, self._query(terms)),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
            ]
        )
        found, scores = self._search(query, max(1, len(keys)))
        return dict(zip(found.tolist(), scores.tolist(), strict=True))

    def ideal(self, terms: Sequence[Term]) -> float:
        """Return the score of a passage that would hold all terms to saturation.

        The sum of the terms' idf, ln(1 + (N - n + 0.5) / (n + 0.5)), times k1 + 1; terms in no
        passage count as the rarest there can be.
        """
        passages = self._searcher.num_docs
        total = 0.0
        for kind, text in _distinct(terms):
            holding = self._searcher.doc_freq(_FIELDS[kind], text)
            total += _WEIGHTS[kind] * math.log(1 + (passages - holding + 0.5) / (holding + 0.5))
        return _SATURATED * total

    def _query(self, terms: Sequence[Term]) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term_query(*each)) for each in _distinct(terms)]
        )

    def _term_query(self, kind: str, text: str) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, _FIELDS[kind], text, "freq")
        weight = _WEIGHTS[kind]
        return query if weight == 1 else tantivy.Query.boost_query(query, weight)

    def _search(self, query: tantivy.Query, count: int) -> tuple[Keys, Scores]:
        hits = self._searcher.search(query, count, count=False).hits
        addresses = [address for _, address in hits]
        keys = self._searcher.fast_field_values("passage", addresses)
        return np.array(keys, np.int64), np.array([score for score, _ in hits], np.float32)


def _entry(stored: StoredPassage) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_unsigned("passage", stored.key)
    terms = document_terms(fold(stored.passage.text).text)
    for kind, field in _FIELDS.items():
        entry.add_text(field, " ".join(term.text for term in terms if term.kind == kind))
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


def _distinct(terms: Sequence[Term]) -> Iterable[tuple[str, str]]:
    return dict.fromkeys((term.kind, term.text) for term in terms)


def _sequence(searcher: tantivy.Searcher, schema: tantivy.Schema) -> int:
    hits = searcher.search(_marks(schema), 1, count=False).hits
    return int(str(searcher.doc(hits[0][1]).get_first("sequence"))) if hits else 0


def _batched(items: Iterator[StoredPassage], size: int) -> Iterator[list[StoredPassage]]:
    """Return the items in lists of `size`, the last one shorter."""
    while batch := list(islice(items, size)):
        yield batch
