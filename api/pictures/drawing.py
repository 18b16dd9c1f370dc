"""What a page of a PDF looks like, and where its characters stand; only a worker loads this."""

import io
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ctypes import byref, c_int
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from api.pictures.jobs import GRID, Job
from core.errors import PageNotFound, PictureNotAvailable

_HIGHEST = 4000
"""No picture has more pixels than this from top to bottom."""

_JUST_BELOW = 1 - 1e-9  # so that 960 pixels do not become 961
_COLOURS = 256
_MOST_PAGES = 20_000
_MOST_CHARACTERS = 50_000
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_NOWHERE = (0, 0, 0, 0)


def picture(job: Job) -> bytes:
    """Return the page as a PNG, as wide as asked for unless it would be too high then."""
    with _page(job) as page:
        width, height = _size(page, job.page)
        scale = min(job.width / width, _HIGHEST / height) * _JUST_BELOW
        image = page.render(scale=scale).to_pil()
    written = io.BytesIO()
    # a quarter of the bytes of true colours, in a third of the time
    image.convert("RGB").quantize(_COLOURS, method=2, dither=0).save(written, "PNG")
    return written.getvalue()


def sizes(job: Job) -> bytes:
    """Return width and height of every page, in points; zeros where a page is damaged."""
    found: list[tuple[float, float]] = []
    with _opened(job.path) as document:
        for index in range(min(len(document), _MOST_PAGES)):
            try:
                width, height = document.get_page_size(index)
            except pdfium.PdfiumError:
                width = height = 0.0
            found.append((round(width, 1), round(height, 1)))
    return json.dumps(found).encode()


def layout(job: Job) -> bytes:
    """Return the characters of the page, and for each left, top, right and bottom on the grid."""
    with _page(job) as page, closing(page.get_textpage()) as text:
        width, height = _size(page, job.page)
        characters: list[str] = []
        boxes: list[int] = []
        for index in range(min(text.count_chars(), _MOST_CHARACTERS)):
            code = pdfium_c.FPDFText_GetUnicode(text, index)
            if code in _LOW and characters and ord(characters[-1]) in _HIGH:
                characters[-1] = _paired(ord(characters[-1]), code)
                continue
            characters.append(chr(code))
            boxes += _box(page, text, index)
    found = {"characters": characters, "boxes": boxes, "width": width, "height": height}
    return json.dumps(found).encode()


@contextmanager
def _opened(path: str) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(Path(path))
    except pdfium.PdfiumError as error:
        why = str(error).lower()
        said = "encrypted" if "password" in why or "security" in why else "damaged"
        raise PictureNotAvailable(f"no page of it can be shown: the file is {said}") from error
    with closing(document):
        document.init_forms()
        yield document


@contextmanager
def _page(job: Job) -> Iterator[pdfium.PdfPage]:
    with _opened(job.path) as document:
        count = len(document)
        if job.page > count:
            raise PageNotFound(f"there is no page {job.page:,}: the document has {count:,}")
        try:
            page = document[job.page - 1]
        except pdfium.PdfiumError as error:
            raise PictureNotAvailable(f"page {job.page:,} cannot be shown: damaged") from error
        with closing(page):
            yield page


def _size(page: pdfium.PdfPage, number: int) -> tuple[float, float]:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise PictureNotAvailable(f"page {number:,} cannot be shown: it has no size")
    return width, height


def _paired(high: int, low: int) -> str:
    return chr(0x10000 + (high - _HIGH.start) * len(_LOW) + low - _LOW.start)


def _box(page: pdfium.PdfPage, text: pdfium.PdfTextPage, index: int) -> tuple[int, int, int, int]:
    """Return where the character stands on the page as it is shown: turned, and cut to its box."""
    try:
        left, bottom, right, top = text.get_charbox(index, loose=True)
    except pdfium.PdfiumError:
        return _NOWHERE
    (x0, y0), (x1, y1) = _place(page, left, top), _place(page, right, bottom)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _place(page: pdfium.PdfPage, x: float, y: float) -> tuple[int, int]:
    across, down = c_int(), c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, byref(across), byref(down))
    return min(max(across.value, 0), GRID), min(max(down.value, 0), GRID)
