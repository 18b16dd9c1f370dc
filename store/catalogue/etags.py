"""Which version of a document is it, and is it the one that a request is about?"""

from store.catalogue.reading import StoredDocument

PRESENT = "*"
"""The condition that there is a document of that id, whichever version."""

ABSENT = "absent"
"""The condition that there is none."""


def etag(document: StoredDocument) -> str:
    """Return what changes with every commit that changes the document."""
    return f'"{document.key}-{document.sequence}"'


def fulfilled(condition: str | None, document: StoredDocument | None) -> bool:
    """Say whether the document is as the condition has it: PRESENT, ABSENT or etags with commas."""
    if condition is None:
        return True
    if document is None or condition == ABSENT:
        return document is None and condition == ABSENT
    return condition == PRESENT or etag(document) in map(str.strip, condition.split(","))
