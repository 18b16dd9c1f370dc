from pathlib import Path

import pytest

from core.types import SourceDocument
from indexer.readers import read

PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="{charset}">{head}</head><body>
<nav>导航</nav><script>var x</script><style>p {{}}</style><template>模板</template>
<h1>决策树</h1><p>信息<b>增益</b>的
定义</p><ul><li>一<li>二</ul><table><tr><td>甲<td>乙</table>第一行<br>第二行</body></html>"""


def of(tmp_path: Path, head: str = "", charset: str = "utf-8") -> SourceDocument:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE.format(head=head, charset=charset).encode(charset))
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    return found


def test_blocks_are_lines_and_the_unseen_is_gone(tmp_path: Path) -> None:
    text = of(tmp_path).pages[0].text
    assert text == "决策树\n信息增益的 定义\n一\n二\n甲 乙\n第一行\n第二行"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title> 树 模型\n</title>", "树 模型"),
        ('<meta property="og:title" content="分享的题目">', "分享的题目"),
        ("", "决策树"),
    ],
)
def test_the_title_comes_from_the_head_else_the_heading(
    tmp_path: Path, head: str, title: str
) -> None:
    assert of(tmp_path, head).metadata.title == title


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030", "utf-16"])
def test_every_stated_encoding_is_read(tmp_path: Path, charset: str) -> None:
    found = of(tmp_path, charset=charset)
    assert "信息增益" in found.pages[0].text
    assert found.metadata.language == "zh"


def test_a_wrong_charset_is_overruled_by_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "page.htm"
    path.write_bytes('<meta charset="utf-8"><p>机器学习的方法和应用'.encode("gb18030"))
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    assert found.pages[0].text == "机器学习的方法和应用"
    assert found.metadata.file_type == "html"


def test_deep_nesting_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<div><b>" * 3000 + "深处的文字", encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    assert found.pages[0].text == "深处的文字"
