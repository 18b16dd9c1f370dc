"""From what the search found to the shapes that go out."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from api.links import content_link, web_address
from api.schemas import (
    DocumentAnswer,
    DocumentHead,
    DuplicateOut,
    FacetOut,
    FacetValueOut,
    FactsOut,
    HighlightOut,
    HitOut,
    ListAnswer,
    PassageHitOut,
    PassageOut,
    ReasonOut,
    ScoresOut,
    SearchAnswer,
    SimilarAnswer,
    SimilarOut,
    SnippetOut,
    TotalOut,
    VerdictOut,
)
from core.types import Passage
from search.answer import (
    Duplicate,
    Highlight,
    HighlightKind,
    Hit,
    PassageHit,
    Scores,
    SearchPage,
)
from search.asking.query import HighlightStyle, SearchRequest
from search.recommending.answer import Reason, Recommendation
from search.selection.facets import Facet
from search.selection.listing import ListPage
from store.catalogue.reading import StoredDocument, StoredPassage
from text.readable import harmless

_DIGITS = 4
_MARKS: dict[HighlightKind, Markup] = {
    "keyword": Markup("<mark>{}</mark>"),
    "semantic": Markup('<mark class="semantic">{}</mark>'),
}


def search_answer(
    page: SearchPage, request: SearchRequest, highlight: HighlightStyle = "offsets"
) -> SearchAnswer:
    """Return the answer as HTTP and `wenhai search --json` give it."""
    verdict = page.verdict
    return SearchAnswer(
        query=page.query,
        corrected=page.corrected,
        mode=request.mode,
        verdict=VerdictOut(
            answer=verdict.answer,
            best=round(verdict.best, _DIGITS),
            min_relevance=round(verdict.min_relevance, _DIGITS),
            none_below=round(verdict.none_below, _DIGITS),
            calibration=verdict.calibration,
        ),
        total=TotalOut(value=page.total.value, relation=page.total.relation),
        limit=request.limit,
        offset=request.offset,
        hits=[_hit(hit, highlight) for hit in page.hits],
        nearest=[_hit(hit, highlight) for hit in page.nearest],
        facets=_facets(page.facets),
        generation=page.generation,
        took_ms=round(page.took_ms, 2),
    )


def document_answer(document: StoredDocument, passages: Iterable[StoredPassage]) -> DocumentAnswer:
    """Return a document with those of its passages that are text and not its title."""
    shown = [each for each in passages if each.passage.kind == "text"]
    return DocumentAnswer(
        **_head(document),
        passages=[passage_out(document, each) for each in shown],
    )


def list_answer(page: ListPage) -> ListAnswer:
    """Return one page of a list of documents."""
    return ListAnswer(
        documents=[DocumentHead(**_head(each)) for each in page.documents],
        total=TotalOut(value=page.total, relation="eq"),
        facets=_facets(page.facets),
        next_cursor=page.cursor,
        generation=page.generation,
    )


def passage_out(document: StoredDocument, found: StoredPassage) -> PassageOut:
    """Return the passage of that document."""
    return PassageOut(**_passage(document, found.key, found.passage))


def similar_answer(document_id: str, similar: Iterable[Recommendation]) -> SimilarAnswer:
    """Return the documents like that one."""
    return SimilarAnswer(id=document_id, similar=[similar_out(each) for each in similar])


def similar_out(found: Recommendation) -> SimilarOut:
    """Return one document that is recommended, and why."""
    return SimilarOut(
        **_head(found.document, found.reason.theirs.page),
        similarity=round(found.similarity, _DIGITS),
        reason=_reason(found.reason),
    )


def marked_html(text: str, highlights: Iterable[Highlight]) -> Markup:
    """Return the text harmless and escaped, each highlight inside the `<mark>` of its kind."""
    parts: list[Markup] = []
    done = 0
    for mark in highlights:
        parts += [escape(harmless(text[done : mark.start]))]
        parts += [_MARKS[mark.kind].format(harmless(text[mark.start : mark.end]))]
        done = mark.end
    return Markup("").join([*parts, escape(harmless(text[done:]))])


def _hit(hit: Hit, highlight: HighlightStyle) -> HitOut:
    best_page = hit.passages[0].passage.page if hit.passages else None
    return HitOut(
        **_head(hit.document, best_page),
        relevance=round(hit.relevance, _DIGITS),
        scores=_scores(hit.scores),
        snippet=SnippetOut(**_marked(hit.snippet.text, hit.snippet.highlights, highlight)),
        passages=[_passage_hit(hit.document, each, highlight) for each in hit.passages],
        duplicates=_duplicates(hit.duplicates),
        duplicate_count=hit.duplicate_count,
    )


def _passage_hit(
    document: StoredDocument, found: PassageHit, highlight: HighlightStyle
) -> PassageHitOut:
    marked = _marked(found.passage.text, found.highlights, highlight)
    passage = {**_passage(document, found.key, found.passage), **marked}
    return PassageHitOut(**passage, scores=_scores(found.scores))


def _marked(
    text: str, highlights: Iterable[Highlight], highlight: HighlightStyle
) -> dict[str, Any]:
    """Return the fields of a text and its marks in the style that was asked for."""
    marks = list(highlights) if highlight != "none" else []
    return {
        "text": text,
        "highlights": [
            HighlightOut(range=(each.start, each.end), kind=each.kind) for each in marks
        ],
        "html": str(marked_html(text, marks)) if highlight == "html" else None,
    }


def _reason(reason: Reason) -> ReasonOut:
    return ReasonOut(
        label=list(reason.label),
        liked=reason.liked.id if reason.liked else None,
        own=reason.own.text,
        own_page=reason.own.page,
        theirs=reason.theirs.text,
        their_page=reason.theirs.page,
        closeness=round(reason.closeness, _DIGITS),
        visited=reason.visited,
    )


def _facets(facets: Mapping[str, Facet]) -> dict[str, FacetOut]:
    return {
        name: FacetOut(
            values=[FacetValueOut(value=each.value, count=each.count) for each in facet.values],
            other=facet.other,
            missing=facet.missing,
            min=facet.least,
            max=facet.most,
        )
        for name, facet in facets.items()
    }


def _duplicates(duplicates: Iterable[Duplicate]) -> list[DuplicateOut]:
    return [DuplicateOut(**_head(each.document), kind=each.kind) for each in duplicates]


def _scores(scores: Scores) -> ScoresOut:
    return ScoresOut(
        semantic=round(scores.semantic, _DIGITS),
        z=round(scores.z, _DIGITS),
        keyword=round(scores.keyword, _DIGITS),
        fused=round(scores.fused, _DIGITS),
    )


def _head(document: StoredDocument, page: int | None = None) -> dict[str, Any]:
    """Return the fields of a DocumentHead; the link leads to that page."""
    facts = document.metadata
    return {
        "id": document.id,
        "title": facts.title,
        "url": web_address(facts.url),
        "link": content_link(document, page),
        "document": FactsOut(
            file_type=facts.file_type,
            page_count=facts.page_count,
            size_bytes=facts.size_bytes,
            price=facts.price,
            language=facts.language,
            uploaded_at=facts.uploaded_at,
            authors=list(facts.authors),
            tags=list(facts.tags),
            source=facts.source,
            fields={
                name: list(value) if isinstance(value, tuple) else value
                for name, value in facts.fields.items()
            },
            path=document.label,
        ),
    }


def _passage(document: StoredDocument, key: int, passage: Passage) -> dict[str, Any]:
    """Return the fields of a PassageOut."""
    return {
        "id": key,
        "text": passage.text,
        "page": passage.page,
        "char_range": (passage.start, passage.end),
        "link": content_link(document, passage.page),
    }
