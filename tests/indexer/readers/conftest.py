"""Small files of every kind, made on the fly, and the shared samples where they are at hand."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SHARED = Path(__file__).resolve().parents[4] / "shared"

PdfMaker = Callable[..., Path]


@pytest.fixture(scope="session")
def make_pdf(tmp_path_factory: pytest.TempPathFactory) -> PdfMaker:
    """Give a function that writes a PDF, a list of lines for each page."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def make(name: str, pages: Sequence[Sequence[str]], title: str = "", author: str = "") -> Path:
        path = tmp_path_factory.mktemp("pdf") / name
        buffer = BytesIO()
        canvas = Canvas(buffer)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        for lines in pages:
            for row, line in enumerate(lines):
                canvas.setFont("STSong-Light", 24 if row == 0 else 12)
                canvas.drawString(40, 800 - 40 - 20 * row, line)
            canvas.rect(1, 1, 5, 5)
            canvas.showPage()
        canvas.save()
        path.write_bytes(buffer.getvalue())
        return path

    return make


@pytest.fixture(scope="session")
def library() -> Path:
    return _shared("library")


@pytest.fixture(scope="session")
def books() -> Path:
    return _shared("books")


@pytest.fixture(scope="session")
def seeds() -> Path:
    return _shared("seeds")


def _shared(name: str) -> Path:
    if not (SHARED / name).is_dir():
        pytest.skip(f"no samples at {SHARED / name}")
    return SHARED / name
