"""What the catalogue gets of a document that was read: title and passages, and their language."""

import hashlib
import json
from dataclasses import replace

from core.types import Passage, SourceDocument
from indexer.passages import CUTTING_VERSION, passages
from store.catalogue.parts import Part
from text.language import EAST_ASIAN, east_asian_language, language_of

_PAGES_THAT_TELL = 20
"""The language of these is that of the document, where nothing states it."""


def part_of(source: SourceDocument, *, whole_file: bool = False) -> Part:
    """Return the document cut into passages, its title as the first of them where it has one."""
    title = source.metadata.title
    cut = [Passage(title, 0, 0, None, "title")] if title else []
    cut += passages(source.pages)
    language = _language(source)
    told = [replace(each, language=own_language(each, language)) for each in cut]
    return Part(source, language, _digest(source), whole_file, told)


def _language(source: SourceDocument) -> str | None:
    """Return the language that the source states, or that most of its text is in."""
    stated = source.metadata.language
    if stated:
        return stated.replace("_", "-").split("-")[0].lower()
    first_pages = (page.text for page in source.pages[:_PAGES_THAT_TELL])
    return language_of("\n".join([source.metadata.title, *first_pages]))


def own_language(passage: Passage, document_language: str | None) -> str | None:
    """Return the passage's own language; in a Chinese document, what is not Chinese is English."""
    if (found := east_asian_language(passage.text)) is not None:
        return found
    return "en" if document_language in EAST_ASIAN else document_language


def _digest(source: SourceDocument) -> str:
    says = [
        CUTTING_VERSION,
        source.metadata.to_dict(),
        [(page.number, page.text) for page in source.pages],
    ]
    return hashlib.blake2b(json.dumps(says).encode(), digest_size=16).hexdigest()
