"""What all readers share: the id of a file, its bytes within bounds, and text without traps."""

import hashlib
import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from core.errors import UnreadableFile
from core.types import Metadata, Page, SourceDocument

MAX_TEXT_BYTES = 200 * 1024**2
"""No text format is read whole above this size."""

_FILE_TYPES = {"markdown": "md", "text": "txt", "htm": "html", "xhtml": "html"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SPACES = re.compile(r"\s+")


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits that depend on every part and on their order."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=8).hexdigest()


def document_id(path: Path) -> str:
    """Return the id of a file's one document, the same for every spelling of its path."""
    # Links stay: a library behind a link keeps its ids when the link moves to a new release.
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow them
    return digest(unicodedata.normalize("NFC", absolute.as_posix()))


def clean(text: str) -> str:
    """Return the text with line feeds only, and without control characters or lone surrogates."""
    text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    return _LONE_SURROGATE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the text in one line, a single space wherever there was any white space."""
    return _SPACES.sub(" ", clean(text)).strip()


def stem(path: Path) -> str:
    """Return the file's name without its suffix, composed as a keyboard would give it."""
    name = one_line(unicodedata.normalize("NFC", path.stem))
    return name or path.name


def size_of(path: Path) -> int:
    """Return the size in bytes; UnreadableFile if it is 0 or the file is not there."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"cannot be opened: {error.strerror}") from error
    if size == 0:
        raise UnreadableFile("empty")
    return size


def read_bytes(path: Path, limit: int = MAX_TEXT_BYTES) -> bytes:
    """Return all bytes of a text file; UnreadableFile if it is empty or above the limit."""
    size = size_of(path)
    if size > limit:
        raise UnreadableFile(f"too large: {size >> 20} MB, at most {limit >> 20} MB")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"cannot be opened: {error.strerror}") from error


def document(path: Path, facts: Metadata, pages: tuple[Page, ...]) -> SourceDocument:
    """Return the one document of a file, its type and size filled in; UnreadableFile if no text."""
    if not any(page.text.strip() for page in pages):
        raise UnreadableFile("empty")
    suffix = path.suffix.lower().removeprefix(".")
    file_type = _FILE_TYPES.get(suffix, suffix) or None
    metadata = replace(facts, file_type=file_type, size_bytes=size_of(path))
    return SourceDocument(document_id(path), metadata, pages)
