"""More like this document: whose passages are nearest to its passages, one by one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Passage
from search.retrieve import Retriever
from store.catalogue.copies import CopyGroups
from store.catalogue.reading import StoredDocument
from store.view import LibraryView

_MOST_PASSAGES = 64
_NEIGHBOURS = 200
_COPIES_MADE_ROOM_FOR = 10

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A document like the one asked about, and the pair of passages that are closest.

    `similarity` is the mean, over the passages of the document asked about, of how many standard
    deviations the nearest passage of this one stands out among those in its language; `closest`
    is the cosine of the pair.
    """

    document: StoredDocument
    similarity: float
    own_passage: Passage
    their_passage: Passage
    closest: float


def similar_documents(
    retriever: Retriever, document_id: str, limit: int, among: Positions | None = None
) -> tuple[SimilarDocument, ...]:
    """Return the documents whose passages are nearest to this one's, best first.

    Its copies are not among them, and of others that say the same, the most similar one is. Long
    documents are asked about by 64 passages spread over them. With the keys of documents in
    `among`, only those are given. DocumentNotFound if there is no document of that id.
    """
    view = retriever.view
    document = view.document(document_id)
    allowed = None if among is None else np.isin(view.table.documents, among)
    if allowed is not None and not allowed.any():
        return ()
    own = _spread(np.flatnonzero(view.table.documents == document.key))
    vectors = view.vectors.vectors(own)
    same = min(1 + len(view.copies.others(document.key)), _COPIES_MADE_ROOM_FOR)
    count = _NEIGHBOURS + same * len(own)
    neighbours, cosines = view.vectors.nearest_of_each_group(vectors, count, allowed)
    z = np.array(
        [
            retriever.z(retriever.backgrounds(vector), own_cosines, positions)
            for vector, own_cosines, positions in zip(vectors, cosines, neighbours, strict=True)
        ]
    )
    documents = view.table.documents[neighbours]
    keys, similarities = _mean_of_best(documents, z)
    order = _folded(view.copies, keys, np.argsort(-similarities, kind="stable"), document.key)
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


def _mean_of_best(documents: Positions, scores: Floats) -> tuple[Positions, Floats]:
    """Return each document found and the mean of its best score with each own passage.

    Where no passage of a document was among an own passage's neighbours, its best is no better
    than the last of them, which is what counts.
    """
    keys, columns = np.unique(documents, return_inverse=True)
    best = np.repeat(scores.min(axis=1, keepdims=True), len(keys), axis=1)
    rows = np.repeat(np.arange(len(documents)), documents.shape[1])
    np.maximum.at(best, (rows, columns.ravel()), scores.ravel())
    return keys, best.mean(axis=0)


def _folded(copies: CopyGroups, keys: Positions, order: Positions, document: int) -> Positions:
    """Return the first row of each group in this order, without the document's own group."""
    groups = copies.of(keys[order])
    _, first = np.unique(groups, return_index=True)
    rows = np.sort(first)
    others: Positions = order[rows[groups[rows] != copies.of(np.array([document]))]]
    return others


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
