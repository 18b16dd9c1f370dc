"""All passages of one commit as columns: what a search works on before it reads any text."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.catalogue.reading import Catalogue, PassageColumns
from store.generations import rows_of

Numbers = NDArray[np.int64]
Codes = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class PassageTable:
    """One row for each passage, ascending by key.

    `languages` are those of the documents, `own_languages` those of the passages themselves, as
    numbers of `language_names`; "" stands for unknown. Passages in a row that are read together
    have one number in `sections`.
    """

    keys: Numbers
    documents: Numbers
    sections: Numbers
    titles: NDArray[np.bool_]
    languages: Codes
    own_languages: Codes
    vector_rows: Numbers
    language_names: tuple[str, ...]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "PassageTable":
        """Return the table of everything that the catalogue holds."""
        return cls.empty().next(catalogue, -1)

    @classmethod
    def empty(cls) -> "PassageTable":
        """Return the table of no passages."""
        none, no_codes = np.empty(0, np.int64), np.empty(0, np.int16)
        return cls(none, none, none, np.empty(0, np.bool_), no_codes, no_codes, none, ())

    def next(self, catalogue: Catalogue, since: int) -> "PassageTable":
        """Return the table of the catalogue's commit, this one being that of the commit `since`."""
        numbers = {name: number for number, name in enumerate(self.language_names)}
        new = [_block(each, numbers) for each in catalogue.passage_columns(since)]
        gone = [passage for passage, _ in catalogue.removed_since(since)]
        kept = np.isin(self.keys, gone, invert=True)
        languages = catalogue.languages_of_changed(since)
        for name in languages.values():
            numbers.setdefault(name, len(numbers))
        parts = [{each: getattr(self, each)[kept] for each in _COLUMNS}, *new]
        columns = {each: np.concatenate([part[each] for part in parts]) for each in _COLUMNS}
        table = PassageTable(**columns, language_names=tuple(numbers))
        return table._with_languages({key: numbers[name] for key, name in languages.items()})

    def in_generation(self, keys: Numbers) -> "PassageTable":
        """Return the passages that vectors with these keys have, with their rows there."""
        rows = rows_of(keys, self.keys)
        there = rows >= 0
        columns = {each: getattr(self, each)[there] for each in _COLUMNS if each != "vector_rows"}
        return PassageTable(**columns, vector_rows=rows[there], language_names=self.language_names)

    def _with_languages(self, changed: dict[int, int]) -> "PassageTable":
        """Return the table with other languages for the passages of these documents."""
        if not changed:
            return self
        documents = np.array(sorted(changed), np.int64)
        codes = np.array([changed[key] for key in documents.tolist()], np.int16)
        places = np.minimum(np.searchsorted(documents, self.documents), len(documents) - 1)
        theirs = documents[places] == self.documents
        return replace(self, languages=np.where(theirs, codes[places], self.languages))

    def shares_language(self, languages: Codes, wanted: AbstractSet[str]) -> NDArray[np.bool_]:
        """Say of each number of `languages` whether it stands for one of the names."""
        held = np.array([name in wanted for name in self.language_names], np.bool_)
        return held[languages] if len(held) else np.zeros(len(languages), np.bool_)


_COLUMNS = [each.name for each in fields(PassageTable) if each.name != "language_names"]


def _block(columns: PassageColumns, numbers: dict[str, int]) -> dict[str, NDArray[Any]]:
    """Return the columns of these passages; languages that are new get the next numbers.

    That of a document is not known yet, and stands as 0.
    """
    *texts, languages = columns
    keys, documents, sections, titles, vector_rows = (
        np.fromstring(text, np.int64, sep=",") for text in texts
    )
    names = json.loads(languages)
    for name in names:
        numbers.setdefault(name, len(numbers))
    own = np.array([numbers[name] for name in names], np.int16)
    return {
        "keys": keys,
        "documents": documents,
        "sections": sections,
        "titles": titles.astype(np.bool_),
        "languages": np.zeros_like(own),
        "own_languages": own,
        "vector_rows": vector_rows,
    }
