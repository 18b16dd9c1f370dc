"""A hit as the page shows it."""

from dataclasses import dataclass

from api.links import content_link, page_link
from api.web.excerpts import Excerpt, excerpt, plain, shorten
from api.web.facts import facts
from api.web.wording import Wording
from search.answer import Hit, PassageHit
from store.catalogue import StoredDocument

_LONGEST_TITLE = 240


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """An excerpt with the page that it is on."""

    excerpt: Excerpt
    page: int | None
    link: str | None


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document's title, where the title leads, and the line of facts."""

    title: str
    language: str | None
    link: str
    details: str
    facts: list[str]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A document that answers: its passages in the order of the text, relevance in percent."""

    document: ShownDocument
    passages: list[ShownPassage]
    relevance: int


def shown_document(
    document: StoredDocument, say: Wording, page: int | None = None
) -> ShownDocument:
    """Return the document as a list shows it; its link leads to that page of the file."""
    details = page_link(document.id)
    return ShownDocument(
        title=shorten(plain(document.metadata.title), _LONGEST_TITLE),
        language=document.metadata.language,
        link=content_link(document, page) or details,
        details=details,
        facts=facts(document.metadata, say),
    )


def shown_hit(hit: Hit, say: Wording) -> ShownHit:
    """Return the hit as the result page shows it."""
    best_page = hit.passages[0].passage.page if hit.passages else None
    in_order = sorted(hit.passages, key=lambda found: found.passage.start)
    return ShownHit(
        shown_document(hit.document, say, best_page),
        [_shown_passage(hit.document, found) for found in in_order],
        round(min(max(hit.relevance, 0), 1) * 100),
    )


def _shown_passage(document: StoredDocument, found: PassageHit) -> ShownPassage:
    page = found.passage.page
    return ShownPassage(
        excerpt(found.passage.text, found.highlights),
        page,
        content_link(document, page) if document.path and page else None,
    )
