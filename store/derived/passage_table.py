"""All passages of one commit as columns: what a search works on before it reads any text."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.catalogue.reading import Catalogue, PassageRow
from store.generations import rows_of

Numbers = NDArray[np.int64]
Codes = NDArray[np.int16]

_BLOCK = 65_536


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
        return _table(catalogue.passage_rows(), ())

    def next(self, catalogue: Catalogue, since: int) -> "PassageTable":
        """Return the table of the catalogue's commit, this one being that of the commit `since`."""
        new = _table(catalogue.passage_rows(since), self.language_names)
        gone = [passage for passage, _ in catalogue.removed_since(since)]
        kept = np.isin(self.keys, gone, invert=True)
        names = new.language_names
        languages = catalogue.languages_of_changed(since)
        numbers = {name: number for number, name in enumerate(names)}
        names += tuple(dict.fromkeys(n for n in languages.values() if n not in numbers))
        numbers = {name: number for number, name in enumerate(names)}
        columns = {
            each.name: np.concatenate([getattr(self, each.name)[kept], getattr(new, each.name)])
            for each in fields(self)
            if each.name != "language_names"
        }
        table = PassageTable(**columns, language_names=names)
        return table._with_languages({key: numbers[name] for key, name in languages.items()})

    def in_generation(self, keys: Numbers) -> "PassageTable":
        """Return the passages that vectors with these keys have, with their rows there."""
        rows = rows_of(keys, self.keys)
        there = rows >= 0
        columns = {
            each.name: getattr(self, each.name)[there]
            for each in fields(self)
            if each.name not in ("language_names", "vector_rows")
        }
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


def _table(rows: Iterable[PassageRow], known: tuple[str, ...]) -> PassageTable:
    """Return the table of these rows, which are turned into columns block by block."""
    numbers = {name: number for number, name in enumerate(known)}
    left = iter(rows)
    blocks = [_columns([], numbers)]
    while block := list(islice(left, _BLOCK)):
        blocks.append(_columns(block, numbers))
    keys, documents, sections, titles, languages, own, vector_rows = (
        np.concatenate(parts) for parts in zip(*blocks, strict=True)
    )
    names = tuple(numbers)
    return PassageTable(
        keys, documents, sections, titles.astype(np.bool_), languages, own, vector_rows, names
    )


def _columns(rows: list[PassageRow], numbers: dict[str, int]) -> list[NDArray[Any]]:
    """Return the columns of these rows; languages that are new get the next numbers."""
    columns = list(zip(*rows, strict=True)) or [()] * 7
    for name in chain(columns[4], columns[5]):
        numbers.setdefault(name, len(numbers))
    codes = [np.array([numbers[name] for name in column], np.int16) for column in columns[4:6]]
    head = [np.array(column, np.int64) for column in columns[:4]]
    return [*head, *codes, np.array(columns[6], np.int64)]
