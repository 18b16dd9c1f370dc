"""Where a hit leads: into the file at its page, else to the document's own address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import quote

from store.catalogue.reading import StoredDocument

_place: ContextVar[str] = ContextVar("place", default="/v1")


@contextmanager
def leading_into(place: str) -> Iterator[None]:
    """Let the links of the request that is answered in the block lead below that address."""
    before = _place.set(place)
    try:
        yield
    finally:
        _place.reset(before)


def document_link(document_id: str) -> str:
    """Return the address of the document in the API, in the library that is asked."""
    return f"{_place.get()}/documents/{quote(document_id, safe='')}"


def page_link(document_id: str) -> str:
    """Return the address of the document's page for people."""
    return f"/documents/{quote(document_id, safe='')}"


def picture_link(document_id: str, page: int, width: int = 160) -> str:
    """Return the address of the picture of a page, by default small as lists show it."""
    return f"{document_link(document_id)}/pages/{page}.png?width={width}"


def is_pdf(document: StoredDocument) -> bool:
    """Say whether the pages of the document can be shown as pictures."""
    return document.path is not None and document.path.suffix.lower() == ".pdf"


def content_link(document: StoredDocument, page: int | None = None) -> str | None:
    """Return where the document can be read, at that page of its file; None if nowhere."""
    if document.path is None:
        return web_address(document.metadata.url)
    fragment = f"#page={page}" if page else ""
    return f"{document_link(document.id)}/file{fragment}"


def web_address(url: str | None) -> str | None:
    """Return the address if a browser may follow it: nothing that runs a script."""
    harmless = url is not None and url.lower().startswith(("http://", "https://", "/"))
    return url if harmless else None
