"""What do the two indexes of terms look like, and which commit of the catalogue are they of?"""

from collections.abc import Iterable

import tantivy

from text.terms import TermKind

PASSAGES, SECTIONS = "passages", "sections"

FIELDS: dict[TermKind, str] = {
    "word": "words",
    "pair": "pairs",
    "phrase": "phrases",
    "spelling": "spellings",
}


def schema() -> tantivy.Schema:
    """Return the fields of an index: a numbered unit with its terms, and one mark."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("unit", fast=True)
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for field in FIELDS.values():
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    # one document says which commit of the catalogue the index is current to
    builder.add_text_field("mark", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("sequence", stored=True)
    return builder.build()


def keys_of(units: Iterable[int]) -> list[str]:
    """Return the terms that units are looked up by.

    Of few digits: to find many at once, tantivy tries all that follow at each place. As numbers,
    of 256 at a place, 2,000 of a million units took ten times as long.
    """
    return [f"{unit:021o}" for unit in units]


def mark_of(sequence: int) -> tantivy.Document:
    """Return the document that says which commit the index is current to."""
    mark = tantivy.Document()
    mark.add_text("mark", "current")
    mark.add_unsigned("sequence", sequence)
    return mark


def marks(fields: tantivy.Schema) -> tantivy.Query:
    """Return what finds that document."""
    return tantivy.Query.term_query(fields, "mark", "current", "basic")


def sequence_of(searcher: tantivy.Searcher, fields: tantivy.Schema) -> int:
    """Return which commit the index is current to, 0 for an empty one."""
    hits = searcher.search(marks(fields), 1, count=False).hits
    return int(str(searcher.doc(hits[0][1]).get_first("sequence"))) if hits else 0
