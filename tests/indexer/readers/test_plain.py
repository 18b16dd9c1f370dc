from pathlib import Path

import pytest

from core.errors import UnreadableFile
from core.types import SourceDocument
from indexer.readers import read
from indexer.readers.plain import decode

SIMPLIFIED = [
    "机器学习是人工智能的一个分支，研究计算机怎样模拟人类学习。",
    "深度学习平台的实时训练与存储优化",
    "梯度下降算法\n学习率太大会发散",
    "今天天气很好，我们去公园散步",
]
TRADITIONAL = [
    "機器學習是人工智慧的一個分支，研究電腦怎樣模擬人類學習。",
    "台灣的歷史與文化",
    "今天天氣很好，我們去公園散步吧",
]
WIDE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("text", SIMPLIFIED)
@pytest.mark.parametrize("encoding", [*WIDE, "gbk", "gb18030"])
def test_simplified_text_is_read_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", TRADITIONAL)
@pytest.mark.parametrize("encoding", [*WIDE, "big5", "gbk"])
def test_traditional_text_is_read_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("機械学習は人工知能の一分野である。", "shift_jis"),
        ("東京は日本の首都です。これは簡単なテストです", "euc_jp"),
        ("기계 학습은 인공지능의 한 분야이다", "euc_kr"),
        ("Le café est très bon à Genève, où l'été est agréable.", "cp1252"),
        ("Машинное обучение — это область искусственного интеллекта", "cp1251"),
        ("plain English with nothing else", "utf-16-le"),
    ],
)
def test_other_languages_are_read_too(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_character_cut_at_the_end_spoils_nothing() -> None:
    assert decode("深度学习的文字".encode()[:-1]).startswith("深度学习的文")
    assert decode("深度学习平台的文字".encode("gb18030")[:-1]).startswith("深度学习平台的文")


def test_a_long_text_may_hold_a_wrong_byte() -> None:
    assert decode("深度学习".encode() * 100 + b"\xff" + b"abc").endswith("abc")


def test_controls_are_not_text() -> None:
    with pytest.raises(UnreadableFile, match="not text"):
        decode(b"\x01\x02\x03\x04abc")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("标题\n正文第一行", "标题"),
        ("只有一行", "笔记"),
        ("很长的一行" * 20 + "\n下一行", "笔记"),
        ("\n\n  First Line  \r\nrest", "First Line"),
    ],
)
def test_the_title_is_a_short_first_line(tmp_path: Path, text: str, title: str) -> None:
    path = tmp_path / "笔记.txt"
    path.write_text(text, encoding="utf-8", newline="")
    (found,) = read(path)
    assert isinstance(found, SourceDocument)
    assert found.metadata.title == title
    assert found.pages[0].number is None
