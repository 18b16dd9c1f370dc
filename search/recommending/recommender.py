"""Documents like these: seeds → likeness of every document → mixed → copies folded → reasons."""

from search.asking.query import understand
from search.filtering.within import document_within
from search.following import Serving
from search.recommending.answer import Recommendation
from search.recommending.likeness import document_seeds, text_seed
from search.recommending.ranking import Ranked
from search.recommending.reasons import reason
from search.recommending.request import RecommendRequest
from search.recommending.visits import Visits


def recommended(
    serving: Serving, request: RecommendRequest, visits: Visits | None = None
) -> tuple[Recommendation, ...]:
    """Return the documents that the request asks for, the best first, each with the reason.

    Neither copies of what is liked, disliked or seen are among them, nor two copies of one another.
    DocumentNotFound names what is liked or disliked and not there.
    """
    ranked = _ranked(serving, request, visits)
    if ranked is None:
        return ()
    chosen = ranked.best(request)
    documents = ranked.view.catalogue.documents(each.key for each in chosen)
    because = ((each, reason(ranked.documents.centre, ranked.liked, each)) for each in chosen)
    return tuple(
        Recommendation(documents[each.key], each.score, told)
        for each, told in because
        if told is not None and each.key in documents
    )


def recommended_ids(
    serving: Serving, request: RecommendRequest, visits: Visits | None = None
) -> list[str]:
    """Return the ids of the same documents, without looking for reasons: for evaluation."""
    ranked = _ranked(serving, request, visits)
    if ranked is None:
        return []
    keys = [each.key for each in ranked.best(request)]
    ids = ranked.view.catalogue.document_ids(keys)
    return [ids[key] for key in keys if key in ids]


def _ranked(serving: Serving, request: RecommendRequest, visits: Visits | None) -> Ranked | None:
    """Return all documents by what is liked and what is not; None where nothing liked says much."""
    view = serving.retriever.view
    positive, negative = (
        [document_within(view, each, request.within) for each in dict.fromkeys(ids)]
        for ids in (request.positive, request.negative)
    )
    documents = serving.documents
    centre = documents.centre
    liked = document_seeds(centre, positive)
    if request.text is not None:
        query = understand(request.text)
        vector = serving.encoder.encode_queries([query.text])[0]
        liked.append(text_seed(centre, request.text, query, vector))
    if not liked:
        return None
    return Ranked.of(documents, liked, document_seeds(centre, negative), visits)
