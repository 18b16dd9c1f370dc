"""What does a file say, piece by piece? Its documents cut into passages, and what is broken."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import UnreadableFile
from core.types import Problem, SourceDocument
from indexer.parts import part_of
from indexer.passages import CUTTING_VERSION
from indexer.readers import Reader
from indexer.readers.files import document_id
from store.catalogue.parts import Part


@dataclass(frozen=True, slots=True)
class Version:
    """What a file was when it was looked at; `digest` tells its content from any other."""

    digest: str
    modified_ns: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the file says about one document, without its pages, and the bytes of their text."""

    part: Part
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Why the file cannot be read, or not to its end: the last of its pieces."""

    reason: str


Piece = Said | Problem | Failed
Pieces = Iterator[Piece]


def version_of(path: Path) -> Version:
    """Return what the file is now."""
    looked_at = path.stat()
    return Version(digest_of(path), looked_at.st_mtime_ns, looked_at.st_size)


def digest_of(path: Path) -> str:
    """Return what tells a file's content, and the way it is cut, from any other."""
    digest = hashlib.blake2b(str(CUTTING_VERSION).encode(), digest_size=16)
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def pieces_of(path: Path, version: Version, reader: Reader) -> Pieces:
    """Yield what is in the file, and last why that is not all of it, if it is not."""
    try:
        for item in reader(path):
            yield item if isinstance(item, Problem) else _said(item, path)
        after = path.stat()
        if (version.modified_ns, version.size_bytes) != (after.st_mtime_ns, after.st_size):
            raise UnreadableFile("changed while it was read: index it again")
    except Exception as error:  # noqa: BLE001 - one broken file never stops a run
        yield Failed(reason_of(error))


def _said(source: SourceDocument, path: Path) -> Said:
    part = part_of(source, whole_file=source.id == document_id(path))
    text_bytes = sum(len(page.text.encode()) for page in source.pages)
    return Said(replace(part, document=replace(source, pages=())), text_bytes)


def reason_of(error: Exception) -> str:
    """Return what a report says of a file that could not be read for this error."""
    if isinstance(error, UnreadableFile):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return f"unexpected {type(error).__name__}: {error}"
