"""Documents like these: seeds → likeness of every document → mixed → copies folded → reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.asking.query import understand
from search.filtering.within import among, document_within, keys_within
from search.following import Serving
from search.recommending.answer import Recommendation
from search.recommending.centring import Centre
from search.recommending.diversity import diversified
from search.recommending.likeness import Documents, Seed, document_seeds, text_seed
from search.recommending.mixing import mixed
from search.recommending.reasons import reason
from search.recommending.request import RecommendRequest

_AT_HAND = 5
"""Of so many times the documents wanted, those are taken that differ."""

Keys = NDArray[np.int64]
Floats = NDArray[np.float32]


def recommended(serving: Serving, request: RecommendRequest) -> tuple[Recommendation, ...]:
    """Return the documents that the request asks for, the best first.

    Neither copies of what is liked, disliked or seen are among them, nor two copies of one another.
    DocumentNotFound names what is liked or disliked and not there.
    """
    view = serving.retriever.view
    positive, negative = (
        [document_within(view, each, request.within) for each in dict.fromkeys(ids)]
        for ids in (request.positive, request.negative)
    )
    centre = Centre.of(view)
    liked = document_seeds(centre, positive)
    if request.text is not None:
        query = understand(request.text)
        vector = serving.encoder.encode_queries([query.text])[0]
        liked.append(text_seed(request.text, centre.question(vector, query.language)))
    if not liked:
        return ()
    named = np.array([each.key for each in [*positive, *negative]], np.int64)
    ranked = _Ranked.of(centre, named, liked, document_seeds(centre, negative))
    chosen = ranked.best(request, keys_within(view, request.seen, request.within))
    documents = view.catalogue.documents(chosen)
    because = {key: reason(centre, ranked.liked, key) for key in chosen if key in documents}
    return tuple(
        Recommendation(documents[key], chosen[key], told) for key, told in because.items() if told
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Every document of the view with its score.

    `groups` tells copies; those in `named` were asked about. `liked` is what speaks for others.
    """

    documents: Documents
    scores: Floats
    groups: Keys
    named: Keys
    liked: Sequence[Seed]

    @classmethod
    def of(
        cls, centre: Centre, named: Keys, liked: Sequence[Seed], disliked: Sequence[Seed]
    ) -> "_Ranked":
        """Return the documents scored; `named` are those that are liked and disliked."""
        documents, copies = Documents(centre), centre.view.copies
        groups, named = copies.of(documents.keys), copies.of(named)
        z, telling = documents.likeness([*liked, *disliked], np.isin(groups, named))
        scores = mixed(z[: len(liked)], z[len(liked) :])
        return cls(documents, scores, groups, named, telling[: len(liked)])

    def best(self, request: RecommendRequest, seen: Keys) -> dict[int, float]:
        """Return keys and scores of the documents to show, in their order."""
        view = self.documents.view
        allowed = ~np.isin(self.groups, np.union1d(self.named, view.copies.of(seen)))
        if (passing := among(view, request.filter, request.within)) is not None:
            allowed &= np.isin(self.documents.keys, passing)
        columns = np.flatnonzero(allowed)
        columns = columns[np.argsort(-self.scores[columns], kind="stable")]
        _, first = np.unique(self.groups[columns], return_index=True)
        columns = columns[np.sort(first)][: request.limit * _AT_HAND]
        if request.diversity > 0:
            vectors = self.documents.mean_vectors(columns)
            rows = diversified(self.scores[columns], vectors, request.limit, request.diversity)
            columns = columns[rows]
        columns = columns[: request.limit]
        keys, scores = self.documents.keys[columns], self.scores[columns]
        return dict(zip(keys.tolist(), scores.tolist(), strict=True))
