"""A PDF: one document with a page of text for each page that has any."""

import datetime
import re
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.errors import UnreadableFile
from core.types import Metadata, Page, Problem, Reading
from indexer.readers.files import clean, document, one_line, size_of
from indexer.readers.lines import join_lines, without_page_numbers
from indexer.readers.titles import author_names, choose_title

_PDFIUM = threading.Lock()  # pdfium may be used by one thread at a time
_HEADER_WITHIN = 1024
_HEADING_CHARACTERS = 1500
_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")


@dataclass(frozen=True, slots=True)
class _Contents:
    """What pdfium gives of a file: a text for each page, and the facts of the file."""

    texts: list[str]
    facts: Mapping[str, str]
    heading: str
    problems: list[Problem]


def read(path: Path) -> Reading:
    """Yield the pages that could not be read, and then the document; pages count from 1."""
    size_of(path)
    _check_header(path)
    with _PDFIUM:
        contents = _open_and_extract(path)
    yield from contents.problems
    texts = without_page_numbers(contents.texts)
    joined = [clean(join_lines(text)) for text in texts]
    pages = tuple(Page(text, number) for number, text in enumerate(joined, 1) if text.strip())
    if not pages:
        raise UnreadableFile(_why_no_text(path, len(texts)))
    metadata = Metadata(
        title=choose_title(contents.facts.get("Title", ""), contents.heading, path, pages),
        authors=author_names(contents.facts.get("Author", "")),
        page_count=len(texts),
        uploaded_at=_date(contents.facts.get("CreationDate", "")),
    )
    yield document(path, metadata, pages)


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_WITHIN)
    except OSError as error:
        raise UnreadableFile(f"cannot be opened: {error.strerror}") from error
    if not start.strip():
        raise UnreadableFile("empty")
    if b"%PDF-" not in start:
        seen = start[:16].decode("ascii", "replace").replace("\ufffd", "?")
        raise UnreadableFile(f"not a pdf: begins with {seen!r}")


def _open_and_extract(path: Path) -> _Contents:
    try:
        with closing(pdfium.PdfDocument(path)) as opened:
            return _extract(opened)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableFile("encrypted: needs a password") from error
        raise UnreadableFile(f"damaged: {error}") from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"damaged: {error}") from error


def _extract(opened: pdfium.PdfDocument) -> _Contents:
    if len(opened) == 0:
        raise UnreadableFile("damaged: no page can be found")
    texts: list[str] = []
    problems: list[Problem] = []
    for index in range(len(opened)):
        try:
            texts.append(_page_text(opened, index))
        except pdfium.PdfiumError as error:
            texts.append("")
            problems.append(Problem(f"page {index + 1}", f"damaged: {error}"))
    facts = {name: one_line(value) for name, value in opened.get_metadata_dict().items()}
    heading = _largest_line(opened) if texts[0] else ""
    return _Contents(texts, facts, heading, problems)


def _page_text(opened: pdfium.PdfDocument, index: int) -> str:
    with closing(opened[index]) as page, closing(page.get_textpage()) as text:
        found: str = text.get_text_range(errors="surrogatepass")
    return found.replace("\r\n", "\n").strip()


def _largest_line(opened: pdfium.PdfDocument) -> str:
    """Return the line of page 1 whose letters stand highest, "" where that cannot be told."""
    lines: list[tuple[float, str]] = [(0.0, "")]
    try:
        with closing(opened[0]) as page, closing(page.get_textpage()) as text:
            for index in range(min(text.count_chars(), _HEADING_CHARACTERS)):
                character = chr(pdfium_c.FPDFText_GetUnicode(text, index))
                if character in "\r\n":
                    lines.append((0.0, ""))
                    continue
                _, bottom, _, top = text.get_charbox(index, loose=True)
                height, before = lines[-1]
                lines[-1] = (max(height, round(top - bottom)), before + character)
    except pdfium.PdfiumError:
        return ""
    tallest = max(height for height, _ in lines)
    first = next(place for place, (height, _) in enumerate(lines) if height == tallest)
    return one_line(lines[first][1])


def _date(stamp: str) -> str | None:
    """Return the date of a PDF's time stamp, None if it is no day between 1990 and tomorrow."""
    match = _DATE.match(stamp)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    tomorrow = datetime.datetime.now(tz=datetime.UTC).date() + datetime.timedelta(days=1)
    return date.isoformat() if datetime.date(1990, 1, 1) <= date <= tomorrow else None


def _why_no_text(path: Path, count: int) -> str:
    with path.open("rb") as file:
        file.seek(max(0, size_of(path) - 2048))
        if b"%%EOF" not in file.read():
            return "damaged: the end of the file is missing"
    pages = "1 page" if count == 1 else f"{count} pages"
    return f"no text: {pages} of pictures only"
