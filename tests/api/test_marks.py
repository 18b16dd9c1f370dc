"""Where on a page something stands: by the text of a passage, whichever way the page is turned."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pypdf
import pytest
from pypdf.generic import NameObject, RectangleObject
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from api.pictures.layout import Box, Layout, Letters
from api.pictures.pictures import Pdf, Pictures, Wanted

Changed = Callable[[pypdf.PageObject], object]
CROP = RectangleObject((50, 100, 150, 300))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pictures]:
    pictures = Pictures(tmp_path_factory.mktemp("cache"))
    yield pictures
    pictures.close()


def layout(
    pictures: Pictures, path: Path, lines: list[str], change: Changed = lambda _: None
) -> Layout:
    """Return the layout of a page of 200 by 400 points, the first line at 300 from below."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=(200, 400))
    for number, line in enumerate(lines):
        latin = line.isascii()
        canvas.setFont("Courier" if latin else "STSong-Light", 10)
        canvas.drawString(50, 300 - 20 * number, line)
    canvas.showPage()
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=path)
    change(writer.pages[0])
    writer.write(path)
    wanted = Wanted.of(Pdf(path, path.name), "layout")
    return Layout(pictures.ask(wanted).result())


def boxes(found: Layout, text: str) -> tuple[Box, ...]:
    letters = Letters.of(text)
    (place,) = found.places([letters])
    assert place is not None
    return found.boxes(place, place + len(letters.text))


def test_a_box_stands_around_each_line(pictures: Pictures, tmp_path: Path) -> None:
    found = layout(pictures, tmp_path / "lines.pdf", ["one two three", "four five"])
    first, second = boxes(found, "two three four")
    assert first.left == pytest.approx((50 + 4 * 6) / 200, abs=0.01)
    assert first.width == pytest.approx(9 * 6 / 200, abs=0.01)
    assert first.top < 100 / 400 < first.top + first.height + 0.01
    assert second.left == pytest.approx(50 / 200, abs=0.01)
    assert second.top - first.top == pytest.approx(20 / 400, abs=0.001)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda page: page.rotate(90), (0.74, 0.25)),
        (lambda page: page.rotate(180), (0.6, 0.74)),
        (lambda page: page.rotate(270), (0.24, 0.6)),
        (lambda page: page.update({NameObject("/CropBox"): CROP}), (0.0, 0.0)),
        (
            lambda page: page.update({NameObject("/MediaBox"): RectangleObject((50, 0, 250, 400))}),
            (0, 0.24),
        ),
    ],
)
def test_boxes_stand_where_the_page_is_shown(
    pictures: Pictures, tmp_path: Path, change: Changed, place: tuple[float, float]
) -> None:
    path = tmp_path / f"{place}.pdf"
    (box,) = boxes(layout(pictures, path, ["water"], change), "water")
    assert (box.left, box.top) == pytest.approx(place, abs=0.03)
    assert 0 < box.width <= 1
    assert 0 < box.height <= 1


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["trans-", "former models"], "transformer models"),
        (["参数服务器的", "容灾"], "参数服务器的容灾"),
        (["參數伺服器"], "参数伺服器"),
        (["Ｆｕｌｌ width"], "Full width"),
        (["a  b ,  c"], "a b, c"),
    ],
)
def test_what_a_reader_mended_is_found_all_the_same(
    pictures: Pictures, tmp_path: Path, lines: list[str], text: str
) -> None:
    assert boxes(layout(pictures, tmp_path / f"{len(text)}{text[0]}.pdf", lines), text)


def test_of_equal_texts_each_is_found_in_its_turn(pictures: Pictures, tmp_path: Path) -> None:
    found = layout(pictures, tmp_path / "equal.pdf", ["again", "again", "last"])
    again = Letters.of("again")
    assert found.places([again, again, Letters.of("last"), again]) == [0, 5, 10, 0]
    assert found.places([Letters.of("never"), Letters.of("…")]) == [None, None]


def test_a_page_without_text_has_nothing_to_mark(pictures: Pictures, tmp_path: Path) -> None:
    found = layout(pictures, tmp_path / "blank.pdf", [])
    assert found.places([Letters.of("anything")]) == [None]


def passage_on(client: httpx.Client, document_id: str, page: int) -> int:
    passages = client.get(f"/v1/documents/{document_id}").json()["passages"]
    return next(each["id"] for each in passages if each["page"] == page)


def test_marks_over_http_are_of_the_passage_and_of_the_words(
    client: httpx.Client, pdf_id: str
) -> None:
    asked = {"passage": passage_on(client, pdf_id, 2), "q": "consistent hashing"}
    answer = client.get(f"/v1/documents/{pdf_id}/pages/2/marks", params=asked).json()
    kinds = [each["kind"] for each in answer["marks"]]
    assert kinds[0] == "passage"
    assert "keyword" in kinds
    (whole,), (words,) = (
        next(each["boxes"] for each in answer["marks"] if each["kind"] == kind)
        for kind in ("passage", "keyword")
    )
    assert whole[0] == words[0] == pytest.approx(72 / 595, abs=0.01)
    assert words[2] < whole[2]


def test_where_words_say_little_the_sentence_is_marked(client: httpx.Client, pdf_id: str) -> None:
    asked = {"passage": passage_on(client, pdf_id, 3), "q": "训练深度网络时省内存"}
    marks = client.get(f"/v1/documents/{pdf_id}/pages/3/marks", params=asked).json()["marks"]
    assert [each["kind"] for each in marks] == ["passage", "semantic"]


def test_what_is_not_on_the_page_is_not_marked(client: httpx.Client, pdf_id: str) -> None:
    address = f"/v1/documents/{pdf_id}/pages/1/marks"
    elsewhere = {"passage": passage_on(client, pdf_id, 2), "q": "gradient"}
    assert client.get(address, params=elsewhere).json() == {"page": 1, "marks": []}
    assert client.get(address).json()["marks"] == []


@pytest.mark.parametrize("query", ["passage=x", "q=", "q=%3F", "passsage=1"])
def test_senseless_marks_are_refused(client: httpx.Client, pdf_id: str, query: str) -> None:
    assert client.get(f"/v1/documents/{pdf_id}/pages/1/marks?{query}").status_code == 422


def test_documents_without_pages_have_no_marks(client: httpx.Client, markdown_id: str) -> None:
    response = client.get(f"/v1/documents/{markdown_id}/pages/1/marks")
    assert (response.status_code, response.json()["code"]) == (404, "picture_not_available")
