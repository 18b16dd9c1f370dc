"""Which task does a request ask for, and can it be refused at once?"""

import hashlib
import json
import re

from fastapi import Request

from api.problems import Refused
from api.writing.library import Library
from core.errors import DocumentNotFound, InvalidDocument, PreconditionFailed
from store.catalogue.etags import ABSENT, PRESENT, etag, fulfilled
from store.tasks.types import Action, TaskKind, TaskRequest

_LONGEST_KEY = 200
_ETAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W/)?"[\x21\x23-\x7e]*")*')


def wanted_task(request: Request, kind: TaskKind, digest: str) -> TaskRequest:
    """Return the task that is asked for; `digest` is of the body."""
    return TaskRequest(kind, _key(request), _fingerprint(request, digest))


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= _LONGEST_KEY:
        detail = f"Idempotency-Key has {len(key)} characters: give 1 to {_LONGEST_KEY}"
        raise Refused(422, "invalid_request", detail)
    return key


def _fingerprint(request: Request, digest: str) -> str:
    """Return what tells this request from any other, however long it waits."""
    asked = sorted((name, value) for name, value in request.query_params.items() if name != "wait")
    conditions = [request.headers.get(name) for name in ("if-match", "if-none-match")]
    says = json.dumps([request.method, request.scope["path"], asked, conditions, digest])
    return hashlib.blake2b(says.encode("utf-8", "replace"), digest_size=16).hexdigest()


def refuse_wrong(action: Action, document_id: str, payload: str) -> None:
    """Raise InvalidDocument where the body alone shows that it cannot be taken."""
    from indexer.readers.fields import WrongValueError  # noqa: PLC0415
    from indexer.tasks.incoming import require_patch, require_statement  # noqa: PLC0415 - slow to load

    require = require_statement if action == "put" else require_patch
    try:
        require(payload, document_id)
    except WrongValueError as error:
        if str(error).startswith("not JSON"):
            raise Refused(400, "malformed_json", f"the body is {error}") from None
        raise InvalidDocument(str(error)) from None


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
