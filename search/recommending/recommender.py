"""Documents like these: seeds → likeness of every document → mixed → copies folded → reasons."""

from search.asking.query import understand
from search.filtering.within import document_within
from search.following import Serving
from search.recommending.answer import Recommendation
from search.recommending.centring import Centre
from search.recommending.likeness import document_seeds, text_seed
from search.recommending.ranking import Ranked
from search.recommending.reasons import reason
from search.recommending.request import RecommendRequest
from search.recommending.visits import Visits


def recommended(
    serving: Serving, request: RecommendRequest, visits: Visits | None = None
) -> tuple[Recommendation, ...]:
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
    ranked = Ranked.of(centre, liked, document_seeds(centre, negative), visits)
    chosen = ranked.best(request)
    documents = view.catalogue.documents(each.key for each in chosen)
    because = ((each, reason(centre, ranked.liked, each)) for each in chosen)
    return tuple(
        Recommendation(documents[each.key], each.score, told)
        for each, told in because
        if told is not None and each.key in documents
    )
