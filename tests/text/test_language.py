"""Language: by script, then by words."""

import pytest

from text.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("参数服务器保存模型参数", "zh"),
        ("參數伺服器保存模型參數", "zh"),
        ("用 PyTorch 训练模型", "zh"),
        ("Parameter server", "en"),
        ("データベースの設計", "ja"),
        ("데이터베이스 설계", "ko"),
        ("1234 !?", None),
        ("", None),
    ],
)
def test_short_texts_are_told_by_their_script(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "La révolution industrielle a transformé la société et l'économie de l'Europe au "
            "cours du dix-neuvième siècle, d'abord en Angleterre.",
            "fr",
        ),
        (
            "The industrial revolution transformed society and the economy of Europe in the "
            "course of the nineteenth century, first of all in England.",
            "en",
        ),
        (
            "Промышленная революция изменила общество и экономику Европы в девятнадцатом веке, "
            "прежде всего в Англии, а затем и на континенте.",
            "ru",
        ),
    ],
)
def test_longer_texts_are_told_by_their_words(text: str, language: str) -> None:
    assert language_of(text) == language
