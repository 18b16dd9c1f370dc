import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.readers.lines import glue, join_lines, without_page_numbers


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("训练集帮助我们训练模型，简单的说就是通过\n训练集的数据让我们确定拟合曲线的参数。",
         "训练集帮助我们训练模型，简单的说就是通过训练集的数据让我们确定拟合曲线的参数。"),
        ("The quick brown fox jumps over the lazy dog and\nthen it sleeps for a while.",
         "The quick brown fox jumps over the lazy dog and then it sleeps for a while."),
        ("当然，我们仅仅把context \r\nvector作为编码器的输入。",
         "当然，我们仅仅把context vector作为编码器的输入。"),
        ("➢ 强调通过特征转换的方式得\n到一组具有明显物理或统计\n意义的特征",
         "➢ 强调通过特征转换的方式得到一组具有明显物理或统计意义的特征"),
        ("数据量达到一定级数后\n，都有相近的高准确度", "数据量达到一定级数后，都有相近的高准确度"),
        ("this is a long line that ends in an opti-\nmization of a function",
         "this is a long line that ends in an optimization of a function"),
        ("this is a long line that ends in an opti\ufffe\r\nmization of a function",
         "this is a long line that ends in an optimization of a function"),
    ],
)  # fmt: skip
def test_a_broken_sentence_is_joined(text: str, joined: str) -> None:
    assert join_lines(text) == joined


@pytest.mark.parametrize(
    "text",
    [
        "数据决定一切\n数据大小\n准确率",
        "欠拟合的处理\n1.添加新特征\n当特征不足或者现有特征与样本标签的相关性不强时容易出现欠拟合。",
        "• 给定数据的预测问题\n✓ 数据清洗与特征选择\n❑ 确定算法模型与参数",
        "（1）第一种度量模型质量的方式是什么\n（2）第二种度量模型质量的方式是什么",
        "第一句话在这一行已经完整地结束了。\n第二句话在这一行也已经完整地结束了。",
        "1.Transformer介绍\nEncoder-Decoder模型",
        "机器学习：60%，20%，20%；70%，10%，20%\n深度学习：98%，1%，1% （假设百万条数据）",
        "import numpy as np\nx = np.arange(12)",
    ],
)
def test_separate_items_stay_apart(text: str) -> None:
    assert join_lines(text) == text


def test_a_blank_line_is_a_boundary() -> None:
    above, below = "第一段的文字写满了这一整行的宽度", "第二段的文字写满了这一整行的宽度"
    assert join_lines(f"{above}\n\n{below}") == f"{above}\n{below}"


def test_pieces_of_a_formula_are_one_line() -> None:
    assert join_lines("𝐽(𝑤) =\n1\n𝑚\nσ𝑖=1") == "𝐽(𝑤) = 1 𝑚 σ𝑖=1"


def test_a_hyphen_of_a_compound_stays() -> None:
    assert glue(["state-of-", "the-art"]) == "state-of-the-art"
    assert glue(["Encoder-", "Decoder"]) == "Encoder-Decoder"


def test_numbers_that_do_not_count_up_stay() -> None:
    pages = ["1999\n年的事", "结果\n42", "别的\n7"]
    assert without_page_numbers(pages) == pages


def test_page_numbers_may_start_anywhere() -> None:
    assert without_page_numbers(["封面", "正文\n- 1 -", "正文\n- 2 -"]) == ["封面", "正文", "正文"]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="ab中文，。1.\n -(（•\x02\ufffe", max_size=80))
def test_joining_loses_no_letter(text: str) -> None:
    kept = set("ab中文，。•")
    assert [each for each in join_lines(text) if each in kept] == [
        each for each in text if each in kept
    ]
