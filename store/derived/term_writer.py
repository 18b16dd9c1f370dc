"""How do the indexes of terms keep up with the catalogue?

Every term is entered twice: with tantivy's fixed k1 of 1.2 that is a k1 of 0.6, for a passage
hardly says more about a matter that it names twice (zh→zh 0.649 to 0.659 nDCG@10).
"""

import shutil
from contextlib import closing
from itertools import groupby
from pathlib import Path

import tantivy

from core.errors import LibraryDamaged
from store.catalogue.reading import Catalogue, StoredPassage
from store.derived.term_schema import (
    FIELDS,
    PASSAGES,
    SECTIONS,
    keys_of,
    mark_of,
    marks,
    schema,
    sequence_of,
)
from store.derived.terms import Terms
from store.failures import storage_errors
from store.layout import LibraryLayout
from text.folding import fold
from text.terms import Term, document_terms, spellings

_HEAP_BYTES = 64 * 2**20
_BATCH = 1000


def bring_up_to_date(layout: LibraryLayout, catalogue: Catalogue) -> None:
    """Let the terms hold what the catalogue does; to look costs next to nothing where they do."""
    try:
        current = Terms(layout.terms).sequence == catalogue.state().sequence
    except (LibraryDamaged, FileNotFoundError):
        current = False
    if not current:
        with storage_errors(layout.root), closing(TermWriter(layout.terms)) as terms:
            terms.catch_up(catalogue)


class TermWriter:
    """Brings the terms up to the catalogue, whatever they missed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._passages = UnitWriter(folder / PASSAGES)
        self._sections = UnitWriter(folder / SECTIONS)

    def sequence(self) -> int:
        """Return the commit of the catalogue that the terms are current to, 0 for empty ones."""
        return min(self._passages.sequence(), self._sections.sequence())

    def catch_up(self, catalogue: Catalogue) -> None:
        """Take out and enter what changed since the terms were current.

        A kill between the two commits leaves one of them behind, and both are brought up anew.
        """
        state = catalogue.state()
        known, wanted = self.sequence(), state.sequence
        if known == wanted:
            return
        if not state.notes_since <= known < wanted:
            # nobody remembers what went meanwhile
            self._passages.clear()
            self._sections.clear()
            known = 0
        removed = catalogue.removed_since(known) if known else []
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


class UnitWriter:
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
        self._index = tantivy.Index(schema(), str(folder))
        self.sequence()
        self._writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        # what a kill has left behind would be in the way of files of the same name
        self._writer.garbage_collect_files()
        for draft in folder.glob(".tmp*"):
            draft.unlink()
        self._replaced: list[tuple[int, tantivy.Document]] = []

    def sequence(self) -> int:
        """Return the commit of the catalogue that the index is current to, 0 for an empty one."""
        self._index.reload()
        return sequence_of(self._index.searcher(), self._index.schema)

    def clear(self) -> None:
        """Take out everything."""
        self._writer.delete_all_documents()

    def remove(self, numbers: list[int]) -> None:
        """Take out the units of these numbers."""
        if numbers:
            query = tantivy.Query.term_set_query(self._index.schema, "key", keys_of(numbers))
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
        self._writer.delete_documents_by_query(marks(self._index.schema))
        self._writer.add_document(mark_of(sequence))
        self._writer.commit()

    def close(self) -> None:
        """Wait for merges under way."""
        self._writer.wait_merging_threads()


def _terms_of(stored: StoredPassage) -> list[Term]:
    folded = fold(stored.passage.text).text
    return [*document_terms(folded), *spellings(folded)]


def _entry(number: int, terms: list[Term]) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_unsigned("unit", number)
    entry.add_text("key", keys_of([number])[0])
    for kind, field in FIELDS.items():
        entry.add_text(field, " ".join([term.text for term in terms if term.kind == kind] * 2))
    return entry


def _is_damage(error: ValueError) -> bool:
    return any(
        sign in str(error).lower()
        for sign in (
            "corrupt",
            "invaliddata",
            "schema",
            "deserializ",
            "does not exist",
            "doesnotexist",
        )
    )
