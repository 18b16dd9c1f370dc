"""What the description of the API says of writes: their bodies and headers."""

import json
from typing import Any

from api.writing.bodies import LINES
from api.writing.schemas import DOCUMENT_EXAMPLE
from api.writing.uploads import FILES


def json_body(*kinds: str) -> dict[str, Any]:
    """Return the description of a document, or documents, in these types."""
    return {
        "required": True,
        "content": {
            kind: {
                "schema": {"type": "string" if kind in LINES else "object"},
                "example": json.dumps(DOCUMENT_EXAMPLE, ensure_ascii=False) + "\n"
                if kind in LINES
                else DOCUMENT_EXAMPLE,
            }
            for kind in kinds
        },
    }


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}, "description": description}


IDEMPOTENCY = _header(
    "Idempotency-Key", "The same request with the same key is done once, however often it is sent."
)
CONDITIONS = [
    _header("If-Match", "Only if the document still has this ETag; * for whichever."),
    _header("If-None-Match", "With *: only if there is no such document."),
]
FILES_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [FILES],
                "properties": {
                    FILES: {"type": "array", "items": {"type": "string", "format": "binary"}}
                },
            }
        }
    },
}
