"""More like this document: whose passages are nearest to its passages, one by one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Passage
from store.catalogue import StoredDocument
from store.view import LibraryView

_MOST_PASSAGES = 64
_NEIGHBOURS = 200

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A document like the one asked about, and the pair of passages that are closest.

    `similarity` is the mean, over the passages of the document asked about, of the cosine with
    the nearest passage of this one.
    """

    document: StoredDocument
    similarity: float
    own_passage: Passage
    their_passage: Passage
    closest: float


def similar_documents(
    view: LibraryView, document_id: str, limit: int
) -> tuple[SimilarDocument, ...]:
    """Return the documents whose passages are nearest to this one's, best first.

    Long documents are asked about by 64 passages spread over them. DocumentNotFound if there is
    no document of that id.
    """
    document = view.document(document_id)
    own = _spread(np.flatnonzero(view.table.documents == document.key))
    neighbours, cosines = view.vectors.nearest(view.vectors.vectors(own), _NEIGHBOURS + len(own))
    documents = view.table.documents[neighbours]
    keys, similarities = _mean_of_best(documents, cosines)
    order = [at for at in np.argsort(-similarities, kind="stable") if keys[at] != document.key]
    found = view.catalogue.documents(keys[order[:limit]].tolist())
    return tuple(
        _similar(view, found[key], similarity, _closest(documents == key, cosines, own, neighbours))
        for key, similarity in zip(keys[order[:limit]].tolist(), similarities[order], strict=False)
        if key in found
    )


def _spread(positions: Positions) -> Positions:
    """Return at most 64 of the positions, evenly spread."""
    chosen = np.linspace(0, len(positions) - 1, min(len(positions), _MOST_PASSAGES))
    return positions[np.unique(chosen.astype(np.int64))]


def _mean_of_best(documents: Positions, cosines: Floats) -> tuple[Positions, Floats]:
    """Return each document found and the mean of its best cosine with each own passage.

    Where no passage of a document was among an own passage's neighbours, its best is no better
    than the last of them, which is what counts.
    """
    keys, columns = np.unique(documents, return_inverse=True)
    best = np.repeat(cosines.min(axis=1, keepdims=True), len(keys), axis=1)
    rows = np.repeat(np.arange(len(documents)), documents.shape[1])
    np.maximum.at(best, (rows, columns.ravel()), cosines.ravel())
    return keys, best.mean(axis=0)


def _closest(
    theirs: NDArray[np.bool_], cosines: Floats, own: Positions, neighbours: Positions
) -> tuple[int, int, float]:
    """Return the own and their position of the pair with the highest cosine, and that cosine."""
    row, column = np.unravel_index(np.argmax(np.where(theirs, cosines, -1)), cosines.shape)
    return int(own[row]), int(neighbours[row, column]), float(cosines[row, column])


def _similar(
    view: LibraryView, document: StoredDocument, similarity: float, pair: tuple[int, int, float]
) -> SimilarDocument:
    own, theirs, closest = pair
    passages = view.passages_at([own, theirs])
    return SimilarDocument(
        document, float(similarity), passages[own].passage, passages[theirs].passage, closest
    )
