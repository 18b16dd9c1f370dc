"""Where a hit leads: into the file at its page, else to the document's own address."""

from urllib.parse import quote

from store.catalogue import StoredDocument


def document_link(document_id: str) -> str:
    """Return the address of the document in the API."""
    return f"/v1/documents/{quote(document_id, safe='')}"


def page_link(document_id: str) -> str:
    """Return the address of the document's page for people."""
    return f"/documents/{quote(document_id, safe='')}"


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
