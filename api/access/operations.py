"""What does a request want, and what does a key have to be for to allow it?

All that reads and stands in none of these sets needs a key that may write, where keys are needed;
all else that stands in none of them changes something.
"""

import re
from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from store.keys import Key

Kind = Literal["open", "search", "page", "events", "inside", "write"]
"""`open` to anybody; `search` is kept within a key's filter; a `page` is for people, without one;
`inside` shows what a key to search must not; `events` reports what a visitor did."""

_DOCUMENT = "/documents/{document_id:path}"
SEARCHES = {
    "GET /search",
    "POST /search",
    "GET /suggest",
    "POST /recommend",
    "GET /documents",
    f"GET {_DOCUMENT}",
    f"GET {_DOCUMENT}/similar",
    f"GET {_DOCUMENT}/passages",
    f"GET {_DOCUMENT}/file",
    f"GET {_DOCUMENT}/pages/{{number}}.png",
    f"GET {_DOCUMENT}/pages/{{number}}/marks",
}
"""Operations on a library that give nothing of a document outside the filter of `within`."""

_OPEN = {"/livez", "/readyz", "/widget.js"}
_PLACE = "/v1"
_COLLECTION = re.compile(r".*/v1/collections/([^/]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request wants, and of which collection; None stands for the library itself."""

    kind: Kind
    collection: str | None = None

    @classmethod
    def of(cls, request: Request) -> "Operation":
        """Return what the request wants, told by the route that it came to."""
        inside = _COLLECTION.fullmatch(request.scope.get("root_path", ""))
        template: str = request.scope["route"].path
        reads = request.method in ("GET", "HEAD")
        method = "GET" if reads else request.method
        if not inside and not template.startswith(f"{_PLACE}/"):
            return cls(("open" if template in _OPEN else "page") if reads else "write")
        name = f"{method} {template.removeprefix(_PLACE)}"
        collection = inside[1] if inside else None
        if name in SEARCHES:
            return cls("search", collection)
        if name == "POST /events":
            return cls("events", collection)
        return cls("inside" if reads else "write", collection)

    def is_allowed_by(self, key: Key) -> bool:
        """Say whether a key is for that."""
        if key.collection is not None and key.collection != self.collection:
            return False
        if "write" in key.scopes:
            return True
        if self.kind == "page":
            return "search" in key.scopes and key.filter is None
        if self.kind == "events":
            return bool({"search", "events"} & set(key.scopes))
        return self.kind == "search" and "search" in key.scopes
