"""One file in, documents out: which reader does a suffix have?"""

from collections.abc import Callable
from pathlib import Path

from core.errors import UnreadableFile
from core.types import Reading
from indexer.readers import catalogue, html, markdown, pdf, plain

Reader = Callable[[Path], Reading]
"""Gives the documents of a file; raises UnreadableFile at the first `next` at the earliest."""

READERS: dict[str, Reader] = {
    ".pdf": pdf.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".txt": plain.read,
    ".text": plain.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".jsonl": catalogue.read_json_lines,
    ".ndjson": catalogue.read_json_lines,
    ".csv": catalogue.read_table,
    ".tsv": catalogue.read_table,
}

SUPPORTED = frozenset(READERS)


def read(path: Path) -> Reading:
    """Return the documents of a file, read as its suffix says; UnreadableFile if there are none."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(SUPPORTED))
        raise UnreadableFile(f"unknown file type {path.suffix!r}: can read {known}")
    return reader(path)
