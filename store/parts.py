"""What one file says about one document, on its way into the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

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
