"""What one file says about one document, on its way into the catalogue."""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.types import Passage, SourceDocument

API_FILE = "api:"
"""Stands for a file in what comes over HTTP."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one file says about one document, cut into passages.

    `digest` is of everything it says: an equal one means that nothing has to be done.
    """

    document: SourceDocument
    language: str | None
    digest: str
    whole_file: bool
    passages: Sequence[Passage]


def checksum(metadata: str, whole_file: object, passages: Iterable[Sequence[Any]]) -> int:
    """Return the CRC-32 of a part as it is stored: its facts, and the columns of its passages."""
    told = zlib.crc32(f"{int(bool(whole_file))}{metadata}".encode())
    for columns in passages:
        told = zlib.crc32(json.dumps(list(columns)).encode(), told)
    return told
