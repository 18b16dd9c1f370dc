"""If-Match and If-None-Match: on which version of a document may a request act?"""

import re

from fastapi import Request

from api.problems import Refused
from api.writing.library import Library
from core.errors import DocumentNotFound, PreconditionFailed
from store.etags import ABSENT, PRESENT, etag, fulfilled
from store.task_types import Action

_ETAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W/)?"[\x21\x23-\x7e]*")*')


def condition_of(request: Request) -> str | None:
    """Return the condition as store/etags.py has it, None where none is set."""
    match, none_match = (request.headers.get(name) for name in ("if-match", "if-none-match"))
    if none_match is not None:
        if none_match.strip() != PRESENT or match is not None:
            raise Refused(422, "invalid_request", "If-None-Match can only be *, without If-Match")
        return ABSENT
    if match is not None and match.strip() != PRESENT and not _ETAGS.fullmatch(match.strip()):
        detail = f"If-Match is {match[:60]}: give the ETag of an earlier answer, or *"
        raise Refused(422, "invalid_request", detail)
    return match.strip() if match else None


def refuse_unfulfilled(
    library: Library, action: Action, document_id: str, condition: str | None
) -> None:
    """Raise where the library as it is now shows that the request cannot be done."""
    document = library.engine.view.catalogue.document(document_id)
    if not fulfilled(condition, document):
        found = f"has ETag {etag(document)}" if document else "is not there"
        raise PreconditionFailed(f"the document {found}: read it again before you write")
    if document is None and action != "put":
        raise DocumentNotFound(f'no document "{document_id}" here')
