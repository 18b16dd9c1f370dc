"""Pages as pictures: what is shown, what is kept, and what a hostile PDF cannot do."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pypdf
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pypdf.generic import NameObject, RectangleObject
from reportlab.pdfgen.canvas import Canvas

from api.app import create_app
from api.pictures.cache import FileCache
from api.pictures.pictures import Pdf, Pictures, Wanted
from api.problems import Refused
from core.errors import PageNotFound, PictureNotAvailable
from search.engine import Engine

Changed = Callable[[pypdf.PageObject], object]


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Pictures]:
    pictures = Pictures(tmp_path / "cache")
    yield pictures
    pictures.close()


def pdf(path: Path, change: Changed = lambda _: None, count: int = 1) -> Path:
    """Write pages that are white but for a black block near the top left corner."""
    canvas = Canvas(str(path), pagesize=(200, 400))
    for _ in range(count):
        canvas.rect(20, 340, 40, 40, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=path)
    for page in writer.pages:
        change(page)
    writer.write(path)
    return path


def shown(pictures: Pictures, path: Path, page: int = 1, width: int = 160) -> Image.Image:
    wanted = Wanted.of(Pdf(path, "digest"), "picture", page, width)
    return Image.open(io.BytesIO(pictures.ask(wanted).result()))


def block(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """Return where the picture is black."""
    return picture.convert("L").point(lambda grey: 255 if grey < 20 else 0).getbbox()


def boxed(*box: float) -> Changed:
    return lambda page: page.update({NameObject("/MediaBox"): RectangleObject(box)})


def test_a_page_over_http_is_a_png_as_wide_as_asked_for(client: httpx.Client, pdf_id: str) -> None:
    response = client.get(f"/v1/documents/{pdf_id}/pages/2.png", params={"width": 640})
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"].startswith("private, max-age=")
    picture = Image.open(io.BytesIO(response.content))
    assert picture.format == "PNG"
    assert picture.width == 640
    assert len(client.get(f"/v1/documents/{pdf_id}/pages/2.png?width=160").content) < 25_000


def test_a_picture_that_a_browser_has_is_not_sent_again(client: httpx.Client, pdf_id: str) -> None:
    address = f"/v1/documents/{pdf_id}/pages/1.png"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(address, params={"width": 160}, headers={"if-none-match": tag})
    assert other.status_code == 200


def test_widths_between_two_steps_are_one_picture(client: httpx.Client, pdf_id: str) -> None:
    tags = {
        client.get(f"/v1/documents/{pdf_id}/pages/1.png?width={width}").headers["etag"]
        for width in (961, 1000, 1234, 1280)
    }
    assert len(tags) == 1


@pytest.mark.parametrize(
    ("page", "status", "code"),
    [("4", 404, "page_not_found"), ("0", 422, "invalid_request"), ("x", 422, "invalid_request")],
)
def test_only_pages_that_there_are_have_pictures(
    client: httpx.Client, pdf_id: str, page: str, status: int, code: str
) -> None:
    problem = client.get(f"/v1/documents/{pdf_id}/pages/{page}.png")
    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.status_code, problem.json()["code"]) == (status, code)


def test_documents_without_a_pdf_have_no_pictures(
    client: httpx.Client, markdown_id: str, gone_id: str
) -> None:
    found = {
        each: client.get(f"/v1/documents/{each}/pages/1.png").json()
        for each in (markdown_id, gone_id, "listed%2F1", "nothing")
    }
    assert [each["status"] for each in found.values()] == [404] * 4
    assert [each["code"] for each in found.values()] == [
        "picture_not_available",
        "file_not_available",
        "file_not_available",
        "document_not_found",
    ]


@pytest.mark.parametrize("query", ["width=63", "width=2001", "width=x", "wdth=160"])
def test_senseless_widths_are_refused(client: httpx.Client, pdf_id: str, query: str) -> None:
    assert client.get(f"/v1/documents/{pdf_id}/pages/1.png?{query}").status_code == 422


def test_the_server_never_loads_the_pdf_library() -> None:
    code = "import api.app, sys; sys.exit('pypdfium2' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_block_stands_where_the_page_has_it(pictures: Pictures, tmp_path: Path) -> None:
    picture = shown(pictures, pdf(tmp_path / "upright.pdf"))
    assert picture.size == (160, 320)
    assert block(picture) == (16, 16, 48, 48)


def test_a_turned_page_is_shown_turned(pictures: Pictures, tmp_path: Path) -> None:
    picture = shown(pictures, pdf(tmp_path / "turned.pdf", lambda page: page.rotate(90)))
    assert picture.size == (160, 80)
    assert block(picture) == (136, 8, 152, 24)


def test_a_cropped_page_shows_only_what_is_left(pictures: Pictures, tmp_path: Path) -> None:
    crop = RectangleObject((40, 360, 140, 400))
    path = pdf(tmp_path / "crop.pdf", lambda page: page.update({NameObject("/CropBox"): crop}))
    picture = shown(pictures, path)
    assert picture.size == (160, 64)
    assert block(picture) == (0, 32, 32, 64)


@pytest.mark.parametrize(
    "box", [(0, 0, 14400, 14400), (0, 0, 1e9, 1e9), (0, 0, 1, 14400), (0, 0, 14400, 0.01)]
)
def test_enormous_pages_make_no_enormous_pictures(
    pictures: Pictures, tmp_path: Path, box: tuple[float, ...]
) -> None:
    picture = shown(pictures, pdf(tmp_path / "large.pdf", boxed(*box)), width=2000)
    assert max(picture.size) <= 4000


def test_a_page_without_size_is_a_picture_or_a_problem(pictures: Pictures, tmp_path: Path) -> None:
    path = pdf(tmp_path / "none.pdf", boxed(0, 0, 0, 0))
    assert min(shown(pictures, path).size) > 0


def encrypted(path: Path) -> Path:
    writer = pypdf.PdfWriter(clone_from=pdf(path))
    writer.encrypt("secret")
    writer.write(path)
    return path


def cut(path: Path) -> Path:
    path.write_bytes(pdf(path).read_bytes()[:300])
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [(encrypted, "encrypted"), (cut, "damaged"), (empty, "damaged"), (Path, "cannot be")],
)
def test_files_that_cannot_be_read_say_why(
    pictures: Pictures, tmp_path: Path, make: Callable[[Path], Path], why: str
) -> None:
    with pytest.raises(PictureNotAvailable, match=why):
        shown(pictures, make(tmp_path / "bad.pdf"))


def test_a_page_of_pictures_only_has_a_picture(pictures: Pictures, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(100, 100))
    Image.new("RGB", (50, 50), "black").save(tmp_path / "scan.png")
    canvas.drawImage(str(tmp_path / "scan.png"), 0, 0, 100, 100)
    canvas.save()
    assert block(shown(pictures, tmp_path / "scan.pdf")) == (0, 0, 160, 160)


def slow(path: Path) -> Path:
    """Write a page that takes many seconds to draw."""
    canvas = Canvas(str(path), pagesize=(200, 400), pageCompression=1)
    canvas._code += ["0 0 m 200 400 l 0 400 l 200 0 l h B*"] * 200_000
    canvas.save()
    return path


def test_a_page_that_takes_too_long_is_given_up_and_not_tried_again(tmp_path: Path) -> None:
    path, pictures = slow(tmp_path / "slow.pdf"), Pictures(tmp_path / "cache", seconds=0.5)
    with pytest.raises(PictureNotAvailable, match=r"longer than 0\.5 s"):
        shown(pictures, path, width=2000)
    with pytest.raises(PictureNotAvailable, match=r"longer than 0\.5 s"):
        pictures.ask(Wanted.of(Pdf(path, "digest"), "picture", 1, 160))
    assert shown(pictures, pdf(tmp_path / "good.pdf", count=2), page=2).width == 160
    pictures.close()


def workers() -> list[int]:
    me = str(os.getpid())
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", me], check=False, capture_output=True, text=True
    )
    lines = (each.split(None, 1) for each in listed.stdout.splitlines())
    return [int(pid) for pid, args in lines if "api.pictures.worker" in args]


def test_a_killed_worker_is_replaced(pictures: Pictures, tmp_path: Path) -> None:
    path, others = pdf(tmp_path / "some.pdf", count=3), set(workers())
    assert shown(pictures, path, 1)
    for pid in set(workers()) - others:
        os.kill(pid, signal.SIGKILL)
    assert shown(pictures, path, 2)
    assert shown(pictures, path, 3)


def test_one_picture_is_made_once_however_many_ask(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "cache", seconds=0.5)
    wanted = Wanted.of(Pdf(slow(tmp_path / "slow.pdf"), "digest"), "picture", 1, 960)
    with ThreadPoolExecutor(16) as threads:
        futures = list(threads.map(lambda _: pictures.ask(wanted), range(16)))
    assert len(set(futures)) == 1
    with pytest.raises(PictureNotAvailable):
        futures[0].result()
    pictures.close()


def test_when_too_many_wait_the_next_is_sent_away(pictures: Pictures, tmp_path: Path) -> None:
    path = pdf(tmp_path / "long.pdf", count=100)
    every = [Wanted.of(Pdf(path, "digest"), "picture", page, 2000) for page in range(1, 101)]
    with pytest.raises(Refused) as refused:
        list(map(pictures.ask, every))
    assert refused.value.status_code == 503
    assert refused.value.headers is not None
    assert int(refused.value.headers["retry-after"]) > 0


def test_pictures_outlive_the_server(
    engine: Engine, pdf_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/v1/documents/{pdf_id}/pages/1.png"
    with TestClient(create_app(engine, pictures=Pictures(tmp_path))) as client:
        first = client.get(address).content
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with TestClient(create_app(engine, pictures=Pictures(tmp_path))) as client:
        assert client.get(address).content == first
        assert client.get(address, params={"width": 320}).status_code == 404


def test_the_cache_keeps_within_its_bound_what_was_used_last(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, most_bytes=10_000)
    for number in range(40):
        cache.put(f"{number}", bytes(1000))
        os.utime(tmp_path / f"{number}", (number, number))
        if number:
            assert cache.get("0") is not None
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) <= 10_000
    assert cache.get("39") is not None
    assert cache.get("1") is None


def test_what_a_killed_process_left_unfinished_goes(tmp_path: Path) -> None:
    (tmp_path / ".new-of-a-killed-one").write_bytes(bytes(1000))
    os.utime(tmp_path / ".new-of-a-killed-one", (0, 0))
    FileCache(tmp_path, 10_000).put("whole", b"whole")
    assert [each.name for each in tmp_path.iterdir()] == ["whole"]


def test_a_folder_that_takes_nothing_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    pictures = Pictures(tmp_path / "file")
    assert shown(pictures, pdf(tmp_path / "some.pdf")).width == 160
    pictures.close()


def test_beyond_the_last_page_there_is_nothing(pictures: Pictures, tmp_path: Path) -> None:
    with pytest.raises(PageNotFound, match="the document has 1"):
        shown(pictures, pdf(tmp_path / "some.pdf"), 2)
