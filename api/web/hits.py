"""A hit as the page shows it."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from api.answers import marked_html
from api.links import content_link, page_link
from api.web.facts import facts
from api.web.wording import Wording
from search.answer import Excerpt, Hit
from search.proof.excerpts import shorten
from store.catalogue.reading import StoredDocument
from text.readable import plain

_LONGEST_TITLE = 240


@dataclass(frozen=True, slots=True)
class ShownExcerpt:
    """An excerpt with its marks, what stands before it, and the page that it is on."""

    before: str
    html: Markup
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
    """A document that answers: its snippet, what stands `after` it, relevance in percent.

    `copy` is the first of the other documents that say the same, if any; `more_copies` the others.
    """

    document: ShownDocument
    excerpts: list[ShownExcerpt]
    after: str
    relevance: int
    copy: ShownDocument | None
    more_copies: int


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


def shown_copy(copy: StoredDocument, original: StoredDocument, say: Wording) -> ShownDocument:
    """Return the copy as a list shows it, by its file's name where both have one title."""
    shown = shown_document(copy, say)
    if copy.metadata.title != original.metadata.title or copy.label is None:
        return shown
    return replace(shown, title=shorten(plain(copy.label), _LONGEST_TITLE), language=None)


def shown_hit(hit: Hit, say: Wording) -> ShownHit:
    """Return the hit as the result page shows it."""
    best_page = hit.passages[0].passage.page if hit.passages else None
    copies = [shown_copy(each.document, hit.document, say) for each in hit.duplicates[:1]]
    return ShownHit(
        shown_document(hit.document, say, best_page),
        [_shown_excerpt(hit.document, each) for each in hit.snippet.excerpts],
        hit.snippet.after,
        round(min(max(hit.relevance, 0), 1) * 100),
        copies[0] if copies else None,
        hit.duplicate_count - 1,
    )


def _shown_excerpt(document: StoredDocument, excerpt: Excerpt) -> ShownExcerpt:
    return ShownExcerpt(
        excerpt.before,
        marked_html(excerpt.text, excerpt.highlights),
        excerpt.page,
        content_link(document, excerpt.page) if document.path and excerpt.page else None,
    )
