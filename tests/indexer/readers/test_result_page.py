import os
from collections import Counter
from os.path import commonprefix
from pathlib import Path

import pytest

from core.types import Problem, SourceDocument
from indexer.readers import read
from indexer.readers.result_page import likely_price
from indexer.readers.titles import cut_title

TITLES = {
    "微博在线机器学习和深度学习实践-黄波",
    "如何利用深度学习提高高精地图生产的自动化率-邹亮",
    "动手学深度学习 v2.0",
    "【PyTorch深度学习-龙龙老师】-测试版202112",
    "QCon北京2018-《未来都市--智慧城市与基于深度学习的机器视觉》-陈宇恒",
    "机器学习课程-温州大学-05机器学习-机器学习实践",
    "机器学习课程-温州大学-05深度学习-深度学习实践",
    "阿里云上深度学习建模实践-程孟力",
    "Qcon北京2018-《文本智能处理的深度学习技术》-陈运文",
    "超大规模深度学习在美团的应用-余建平",
    "从推荐模型的基础特点看大规模推荐类深度学习系统的设计 袁镱",
    "机器学习课程-温州大学-01机器学习-引言",
    "机器学习课程-温州大学-01深度学习-引言",
    "构建基于富媒体大数据的弹性深度学习计算平台",
    "QCon2018北京-基于深度学习的视频结构化实践-姚唐仁",
}
JUNE_2024 = 1_718_000_000


def of(tmp_path: Path, text: str, name: str = "hits.txt") -> list[SourceDocument | Problem]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (JUNE_2024, JUNE_2024))
    return list(read(path))


@pytest.fixture(scope="module")
def hits(seeds: Path) -> list[SourceDocument]:
    found = [each for path in sorted(seeds.glob("*.txt")) for each in read(path)]
    assert not [each for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, SourceDocument)]


def test_the_seeds_give_twenty_hits_of_fifteen_documents(hits: list[SourceDocument]) -> None:
    titles: dict[str, list[str]] = {}
    for hit in hits:
        titles.setdefault(hit.id, []).append(hit.metadata.title)
    assert len(hits) == 20
    assert {commonprefix(each) for each in titles.values()} == TITLES  # noqa: RUF071 - of titles


def test_every_hit_of_the_seeds_is_free_and_dated(hits: list[SourceDocument]) -> None:
    assert {hit.metadata.price for hit in hits} == {0}
    assert all(len(hit.metadata.uploaded_at or "") == 4 for hit in hits)
    assert {hit.metadata.file_type for hit in hits} == {None}


def test_no_character_of_the_seeds_is_lost(seeds: Path, hits: list[SourceDocument]) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt")))
    squeezed = "".join(text.split())
    for hit in hits:
        run = hit.metadata.title + "".join(page.text for page in hit.pages)
        assert "".join(run.split()) + "0码力|" in squeezed


def test_sizes_and_pages_agree_with_the_files(library: Path, hits: list[SourceDocument]) -> None:
    by_title = {hit.metadata.title: hit.metadata for hit in hits}
    for stem in ("01机器学习-引言", "05机器学习-机器学习实践", "05深度学习-深度学习实践"):
        (whole,) = read(library / f"{stem}.pdf")
        assert isinstance(whole, SourceDocument)
        listed = by_title[f"机器学习课程-温州大学-{stem}"]
        assert listed.page_count == whole.metadata.page_count
        assert listed.size_bytes == pytest.approx(whole.metadata.size_bytes, abs=6000)


@pytest.mark.parametrize(
    ("run", "runs", "price"),
    [
        ("20170", {"0": 8, "20170": 1}, "0"),
        ("40", {"0": 8, "40": 1}, "0"),
        ("201712", {"12": 3, "2": 3, "0": 1}, "12"),
        ("12", {"12": 1, "5": 1}, "12"),
        ("1.50", {"0": 3, "1.50": 1}, "0"),
    ],
)
def test_the_price_is_the_end_that_other_hits_have(
    run: str, runs: dict[str, int], price: str
) -> None:
    assert likely_price(run, Counter(runs)) == price


def test_english_hits_have_prices_and_ages_too(tmp_path: Path) -> None:
    page = (
        "Deep Learning Notes v2.1Backward pass 12 points | 30 pages | 2.1 MB | 3 months ago3\n"
        "图解算法. . . . . . 目录5 积分 | 1,036 页 | 512 KB | 8 天前3\n共 2 条\n- 1\n"
    )
    first, second = of(tmp_path, page)
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert first.metadata.to_dict() == {
        "title": "Deep Learning Notes v2.1", "page_count": 30, "size_bytes": 2202010,
        "price": 12, "uploaded_at": "2024-03",
    }  # fmt: skip
    assert first.pages[0].text == "Backward pass"
    assert second.metadata.title == "图解算法"
    assert (second.metadata.page_count, second.metadata.uploaded_at) == (1036, "2024-06-02")


def test_a_broken_hit_is_a_problem_with_its_line(tmp_path: Path) -> None:
    page = (
        "甲的标题0 码力 | 3 页 | 1 MB | 1 年前3\n"
        "乙的标题0 码力 | 3 页 | 1 年前3\n"
        "丙的标题0 码力 | 3 页 | 2 MB | 1 年前3\n"
    )
    first, problem, third = of(tmp_path, page)
    assert isinstance(problem, Problem)
    assert problem.where == "line 2"
    assert "price | pages | size | age" in problem.reason
    assert isinstance(first, SourceDocument)
    assert isinstance(third, SourceDocument)
    assert third.metadata.title == "丙的标题"
    assert third.pages == ()


def test_a_page_saved_as_html_gives_the_same_hits(tmp_path: Path) -> None:
    hit = "<div><a>{}的标题</a><p>片段 {}</p><p>7 码力 | 3 页 | {} MB | 2 天前</p></div>"
    page = "".join(hit.format(name, name, size) for size, name in enumerate("甲乙", 1))
    found = of(tmp_path, f"<body>{page}<p>共 2 条</p>", "hits.html")
    documents = [each for each in found if isinstance(each, SourceDocument)]
    assert [each.metadata.title for each in documents] == ["甲的标题", "乙的标题"]
    assert [each.pages[0].text for each in documents] == ["片段 甲", "片段 乙"]
    assert [each.metadata.price for each in documents] == [7, 7]


def test_one_price_in_a_text_makes_no_result_page(tmp_path: Path) -> None:
    (found,) = of(tmp_path, "笔记\n甲0 码力 | 3 页 | 1 MB | 1 年前3\n")
    assert isinstance(found, SourceDocument)
    assert found.metadata.title == "笔记"


@pytest.mark.parametrize(
    ("run", "title"),
    [
        ("大数据平台-高性能计算的实践，我们首先", "大数据平台-高性能计算的实践"),
        ("云上实践-欧阳明远模型训练", "云上实践-欧阳明远"),
        ("数据库内核剖析 第2版存储引擎", "数据库内核剖析 第2版"),
        ("Rust in Action • ownership and moves", "Rust in Action"),
    ],
)
def test_titles_are_cut_by_their_habits(run: str, title: str) -> None:
    assert cut_title(run)[0] == title
