"""A library becomes a catalogue that `wenhai index` reads back to the same answers.

What files said together about a document is one line, its passages are the snippets: cut again,
each gives itself. Not in it are the files' own pages and what makes a document a file, so that
short files that are copies of others are no longer told as such.
"""

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from indexer.readers.catalogue import MAX_LINE
from store.catalogue.reading import Catalogue, StoredPassage


@dataclass(frozen=True, slots=True)
class ExportedLine:
    """A document as a line of JSON; one that is too long is not read back."""

    document_id: str
    text: str

    @property
    def too_long(self) -> bool:
        """Whether a catalogue may have no line of this length."""
        return len(self.text) >= MAX_LINE


def exported(catalogue: Catalogue, only: Container[int] | None = None) -> Iterator[ExportedLine]:
    """Yield the library's documents in their order; with `only`, those of these keys."""
    for key, document_id, metadata in catalogue.records():
        if only is None or key in only:
            passages = catalogue.passages_of(key)
            snippets = [_snippet(each) for each in passages if each.passage.kind == "text"]
            record = {"id": document_id, **json.loads(metadata), "snippets": snippets}
            yield ExportedLine(document_id, json.dumps(record, ensure_ascii=False))


def _snippet(stored: StoredPassage) -> dict[str, Any] | str:
    passage = stored.passage
    if passage.page is None:
        return passage.text
    return {"text": passage.text, "page": passage.page}
