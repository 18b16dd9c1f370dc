"""A filter that holds whatever else is asked: documents that do not pass are as if not there."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.errors import DocumentNotFound, InvalidFilter
from search.filtering.masks import passing
from store.catalogue.reading import StoredDocument
from store.derived.facts import Facts
from store.view import LibraryView

_KEPT = 4

Keys = NDArray[np.int64]


def facts_within(view: LibraryView, within: str | None) -> Facts:
    """Return the facts about the documents that pass, None standing for all of them.

    Fields that only others have are unknown. A field that no document of the library has is one
    that none passes by.
    """
    return view.facts if within is None else _narrowed(view.facts, within)


def among(view: LibraryView, filter_: str | None, within: str | None = None) -> Keys | None:
    """Return the keys of the documents that pass both filters, None for all."""
    if filter_ is None:
        return None if within is None else facts_within(view, within).keys
    return passing(filter_, facts_within(view, within))


def document_within(view: LibraryView, document_id: str, within: str | None) -> StoredDocument:
    """Return the document of that id; DocumentNotFound if there is none that passes."""
    document = view.document(document_id)
    if within is not None and facts_within(view, within).rows(np.array([document.key]))[0] < 0:
        raise DocumentNotFound(f'no document "{document_id}" here')
    return document


def keys_within(view: LibraryView, ids: Sequence[str], within: str | None) -> dict[str, int]:
    """Return the keys of those documents of these ids that are there and pass, by id."""
    found = view.catalogue.keys_of(ids)
    if within is None:
        return found
    rows = facts_within(view, within).rows(np.array(list(found.values()), np.int64))
    return {id_: key for (id_, key), row in zip(found.items(), rows, strict=True) if row >= 0}


@lru_cache(_KEPT)
def _narrowed(facts: Facts, within: str) -> Facts:
    try:
        keys = passing(within, facts)
    except InvalidFilter:
        keys = facts.keys[:0]
    return facts.next((), facts.keys[~np.isin(facts.keys, keys)].tolist())
