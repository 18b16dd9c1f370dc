from pathlib import Path

import pytest

from core.errors import UnreadableFile
from core.types import SourceDocument
from indexer.readers import read
from indexer.readers.markdown import strip_marks


def of(tmp_path: Path, text: str) -> SourceDocument:
    path = tmp_path / "笔记.md"
    path.write_text(text, encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    return found


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 线性回归 {#sec}\n:label:`sec_lr`\n\n正文", "线性回归"),
        ("正文\n\n## *Anchor* `Boxes` ##\n", "Anchor Boxes"),
        ("Setext title\n===\n\ntext", "Setext title"),
        ("---\ntitle: '前言'\ntags: [a]\n---\n正文", "前言"),
        ("---\ntitle: 前言\n---\n# 标题\n正文", "标题"),
        ("没有标题的正文", "笔记"),
        ("```\n# no heading\n```\n", "笔记"),
    ],
)
def test_the_title_is_the_first_heading(tmp_path: Path, text: str, title: str) -> None:
    assert of(tmp_path, text).metadata.title == title


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("**强调**和*斜体*与~~删除~~", "强调和斜体与删除"),
        ("见[源文件](https://a.b/c_(d).py)和![图](../a.png)", "见源文件和图"),
        ("[`code`](x) keeps `a_b*c*`", "code keeps a_b*c*"),
        ("snake_case_name 与 __粗体__", "snake_case_name 与 粗体"),
        ("数学$a_1 * b_2 * c$不变", "数学$a_1 * b_2 * c$不变"),
        ("如 :numref:`fig_a`所示", "如 所示"),
        ("[**要点**]与(~~旧~~)", "要点与旧"),
        ("a <br> b <b>c</b> 1 < 2 > 0", "a b c 1 < 2 > 0"),
        (r"\*not\* emphasis", "*not* emphasis"),
    ],
)
def test_marks_are_stripped_and_words_stay(marked: str, words: str) -> None:
    assert strip_marks(marked) == words


def test_soft_wrapped_lines_are_one_paragraph(tmp_path: Path) -> None:
    text = of(tmp_path, "中文的一行\n接着下一行\n\nan English line\nand the next\n").pages[0].text
    assert text == "中文的一行接着下一行\nan English line and the next"


def test_code_is_kept_without_its_fence(tmp_path: Path) -> None:
    code = "%matplotlib inline\n#@tab pytorch\ndef f(x):  #@save\n\n    return x\n"
    source = f"```{{.python .input}}\n{code}```\n"
    assert of(tmp_path, source).pages[0].text == "def f(x):\n    return x"


def test_tables_items_and_quotes_are_lines(tmp_path: Path) -> None:
    source = "| a | b |\n|---|---|\n| 1 | 2 |\n\n* 一\n  续\n+ 二\n\n> 引用\n> 文字\n"
    assert of(tmp_path, source).pages[0].text == "a b\n1 2\n• 一续\n• 二\n引用文字"


def test_a_sum_in_display_mathematics_is_no_list(tmp_path: Path) -> None:
    source = "式子\n$$y = a\n+ b\n+ c$$\n:eqlabel:`eq_y`\n"
    assert of(tmp_path, source).pages[0].text == "式子$$y = a + b + c$$"


def test_what_is_never_shown_is_left_out(tmp_path: Path) -> None:
    source = "<!-- 注释\n注释 -->\n正文[^1]\n\n[ref]: http://a.b\n\n```toc\nindex\n```\n---\n"
    assert of(tmp_path, source).pages[0].text == "正文"


def test_a_file_of_references_only_is_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        of(tmp_path, "```eval_rst\n.. only:: html\n```\n\n:bibliography:`../d2l.bib`\n")


def test_the_books_read_without_marks(books: Path) -> None:
    paths = sorted(books.rglob("*.md"))
    found = [each for path in paths if path.name != "zreferences.md" for each in read(path)]
    assert len(found) == len(paths) - 1
    for each in found:
        assert isinstance(each, SourceDocument)
        assert not {":label:", ":numref:", ":eqref:", "```"} & set(each.metadata.title.split("`"))
        prose = [line for line in each.pages[0].text.split("\n") if '"""' not in line]
        assert not [line for line in prose if ":numref:`" in line or ":label:`" in line]
