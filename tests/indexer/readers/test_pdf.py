from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from core.errors import UnreadableFile
from core.types import SourceDocument
from indexer.readers import pdf, read

COURSE = ["深度学习的优化算法", "梯度下降是最常用的优化算法，它沿着损失函数的负梯度方向"]


def only(path: Path) -> SourceDocument:
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    return found


def reason(path: Path) -> str:
    try:
        return "nothing wrong" if only(path).pages else "no pages"
    except UnreadableFile as error:
        return str(error)


def test_chinese_pages_keep_their_numbers_when_one_has_no_text(make_pdf) -> None:
    found = only(make_pdf("优化算法讲义.pdf", [COURSE, [], ["最后一页"]]))
    assert [page.number for page in found.pages] == [1, 3]
    assert found.metadata.page_count == 3
    assert found.metadata.file_type == "pdf"
    assert "深度学习的优化算法" in found.pages[0].text


def test_a_picture_only_file_has_no_text(make_pdf) -> None:
    with pytest.raises(UnreadableFile, match="no text: 12 pages of pictures only"):
        only(make_pdf("scan.pdf", [[]] * 12))


def test_an_encrypted_file_needs_a_password(make_pdf, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(make_pdf("open.pdf", [COURSE])))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "closed.pdf")
    with pytest.raises(UnreadableFile, match="encrypted: needs a password"):
        only(tmp_path / "closed.pdf")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_damaged_or_read_in_part(make_pdf, tmp_path: Path, kept: float) -> None:
    data = make_pdf("whole.pdf", [COURSE] * 3).read_bytes()
    path = tmp_path / "part.pdf"
    path.write_bytes(data[: int(len(data) * kept)])
    assert reason(path).startswith(("damaged: ", "nothing"))


def test_html_named_pdf_is_not_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_text("<!DOCTYPE html><html>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="not a pdf: begins with '<!DOCTYPE html><'"):
        only(path)


@pytest.mark.parametrize(
    ("stated", "name", "expected"),
    [
        ("深度学习的优化算法", "a7.pdf", "深度学习的优化算法"),
        ("机器学习", "07机器学习-决策树.pdf", "07机器学习-决策树"),
        ("PowerPoint 演示文稿", "优化算法讲义.pdf", "优化算法讲义"),
        ("Microsoft Word - thesis.doc", "scan0001.pdf", "深度学习的优化算法"),
        ("lecture.pptx", "1706.03762v5.pdf", "深度学习的优化算法"),
        ("年度销售预算汇总表", "优化算法讲义.pdf", "优化算法讲义"),
        ("»úÆ÷Ñ§Ï°»ù´¡", "12.pdf", "深度学习的优化算法"),
        ("Slide 1", "文档.pdf", "深度学习的优化算法"),
    ],
)
def test_the_title_is_the_one_that_says_something(
    make_pdf, stated: str, name: str, expected: str
) -> None:
    assert only(make_pdf(name, [COURSE], title=stated)).metadata.title == expected


def test_authors_are_people_and_not_programs(make_pdf) -> None:
    assert only(make_pdf("讲义甲.pdf", [COURSE], author="黄海广;李航")).metadata.authors == (
        "黄海广",
        "李航",
    )
    assert only(make_pdf("讲义乙.pdf", [COURSE], author="微软用户")).metadata.authors == ()


@pytest.mark.parametrize(
    ("stamp", "date"),
    [
        ("D:20230726011326+08'00'", "2023-07-26"),
        ("D:2019", "2019-01-01"),
        ("D:19010101", None),
        ("D:20231399", None),
        ("D:29990101", None),
        ("", None),
    ],
)
def test_only_a_sane_creation_date_is_believed(stamp: str, date: str | None) -> None:
    assert pdf._date(stamp) == date


def test_page_numbers_in_step_are_no_text(make_pdf) -> None:
    pages = [[f"第{each}部分的内容", str(each + 4)] for each in range(1, 5)]
    texts = [page.text for page in only(make_pdf("分部内容.pdf", pages)).pages]
    assert texts == [f"第{each}部分的内容" for each in range(1, 5)]


def test_every_lecture_of_the_library_has_a_title_of_its_own(library: Path) -> None:
    found = [only(path) for path in sorted(library.glob("*.pdf"))]
    assert [each.metadata.title for each in found] == sorted(
        path.stem for path in library.glob("*.pdf")
    )
    assert all(each.metadata.uploaded_at for each in found)


def test_a_truncated_lecture_is_damaged_or_read_in_part(library: Path, tmp_path: Path) -> None:
    path = tmp_path / "part.pdf"
    data = (library / "01机器学习-引言.pdf").read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert reason(path).startswith(("damaged: ", "nothing"))
