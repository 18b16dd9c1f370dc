"""A hit as the page shows it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from markupsafe import Markup

from api.answers import marked_html
from api.links import content_link, is_pdf, page_link, picture_link
from api.web.facts import facts
from api.web.wording import Wording
from search.answer import Excerpt, Hit, PassageHit
from search.proof.excerpts import shorten
from store.catalogue.reading import StoredDocument
from text.readable import plain

_LONGEST_TITLE = 240
_STRENGTHS = {"high": 80, "medium": 50, "low": 20, "none": 0}


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
class Preview:
    """The picture of the page that answers best, and where that page is shown marked."""

    picture: str
    page: int
    link: str


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A document that answers: its snippet, what stands `after` it, relevance in percent.

    `copy` is the first of the other documents that say the same, if any; `more_copies` the others.
    `original` is where the file itself opens, at the page that answers best.
    """

    document: ShownDocument
    excerpts: list[ShownExcerpt]
    after: str
    relevance: int
    copy: ShownDocument | None
    more_copies: int
    preview: Preview | None
    original: str | None

    @property
    def strength(self) -> str:
        """How people are told the relevance: the name of the highest step that it reaches."""
        return next(name for name, least in _STRENGTHS.items() if self.relevance >= least)


def shown_document(document: StoredDocument, say: Wording) -> ShownDocument:
    """Return the document as a list shows it."""
    details = page_link(document.id)
    elsewhere = content_link(document) if document.path is None else None
    return ShownDocument(
        title=shorten(plain(document.metadata.title), _LONGEST_TITLE),
        language=document.metadata.language,
        link=elsewhere or details,
        details=details,
        facts=facts(document.metadata, say),
    )


def shown_copy(copy: StoredDocument, original: StoredDocument, say: Wording) -> ShownDocument:
    """Return the copy as a list shows it, by its file's name where both have one title."""
    shown = shown_document(copy, say)
    if copy.metadata.title != original.metadata.title or copy.label is None:
        return shown
    return replace(shown, title=shorten(plain(copy.label), _LONGEST_TITLE), language=None)


def shown_hit(hit: Hit, q: str, say: Wording) -> ShownHit:
    """Return the hit as the result page shows it; its links lead to where the answer stands."""
    document, best = hit.document, hit.passages[0] if hit.passages else None
    shown = shown_document(document, say)
    marked = _marked_at(document, best, q)
    if document.path is not None:
        shown = replace(shown, link=marked)
    page = best.passage.page if best else None
    copies = [shown_copy(each.document, document, say) for each in hit.duplicates[:1]]
    return ShownHit(
        shown,
        [_shown_excerpt(hit, each, q) for each in hit.snippet.excerpts],
        hit.snippet.after,
        round(min(max(hit.relevance, 0), 1) * 100),
        copies[0] if copies else None,
        hit.duplicate_count - 1,
        Preview(picture_link(document.id, page), page, marked)
        if page and is_pdf(document)
        else None,
        content_link(document, page) if document.path else None,
    )


def _preview(document: StoredDocument, page: int | None, link: str) -> Preview | None:
    if page is None or not is_pdf(document):
        return None
    return Preview(picture_link(document.id, page), page, link)


def _shown_excerpt(hit: Hit, excerpt: Excerpt, q: str) -> ShownExcerpt:
    there = [each for each in hit.passages if each.passage.page == excerpt.page]
    return ShownExcerpt(
        excerpt.before,
        marked_html(excerpt.text, excerpt.highlights),
        excerpt.page,
        _marked_at(hit.document, there[0], q) if there and hit.document.path else None,
    )


def _marked_at(document: StoredDocument, found: PassageHit | None, q: str) -> str:
    """Return where that passage is shown marked: on the page of its document."""
    if found is None:
        return page_link(document.id)
    at = [("at", found.passage.page)] if found.passage.page and is_pdf(document) else []
    marks = urlencode([*at, ("passage", found.key), ("q", q)], errors="replace")
    return f"{page_link(document.id)}?{marks}"
