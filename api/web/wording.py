"""What the pages say, in the languages they speak; a new language is a new column here."""

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

_TEXTS: dict[str, tuple[str, str]] = {
    "html_lang": ("zh-Hans", "en"),
    "tagline": ("在文档的海里，找到那一句", "find the one sentence in a sea of documents"),
    "search": ("搜索", "Search"),
    "placeholder": ("问一个问题，或写几个词", "Ask a question, or type a few words"),
    "skip": ("跳到内容", "Skip to content"),
    "home": ("文海首页", "Wenhai home"),
    "language": ("语言", "Language"),
    "holdings": ("馆藏 {n} 份文档", "{n} document in the library|{n} documents in the library"),
    "empty_library": (
        "库中还没有文档：先运行 wenhai index 文件夹",
        "The library is empty: run wenhai index FOLDER first",
    ),
    "try": ("试试", "Try"),
    "results": ("搜索结果", "Results"),
    "total": ("共 {n} 条", "{n} document|{n} documents"),
    "total_at_least": ("至少 {n} 条", "at least {n} document|at least {n} documents"),
    "took": ("{n} 毫秒", "{n} ms"),
    "corrected": ("以下结果按更正后的拼写：", "Showing results for"),
    "as_typed": ("仍按原文搜索：", "search instead for"),
    "weak": ("把握不大", "no strong match"),
    "none": ("这里没有回答这个问题的文档", "No document here answers this question"),
    "none_advice": (
        "换个说法，或写得更具体一些；中文和英文的文档都会找到。",
        "Put it another way, or be more specific; documents in any language are found.",
    ),
    "nearest": ("最接近的", "Nearest"),
    "past_the_end": ("没有更多结果了", "There are no more results"),
    "first_page": ("回到第 1 页", "Back to page 1"),
    "mark_keyword": ("所问的词", "words of the question"),
    "mark_semantic": ("意思最接近的句子", "the sentence nearest in meaning"),
    "relevance": ("相关度 {n}%", "relevance {n}%"),
    "page": ("第 {n} 页", "page {n}"),
    "pages": ("{n} 页", "{n} page|{n} pages"),
    "free": ("免费", "free"),
    "points": ("{n} 积分", "{n} point|{n} points"),
    "details": ("详情", "details"),
    "also_here": ("还见于", "also here:"),
    "more_copies": ("另有 {n} 份副本", "{n} more copy|{n} more copies"),
    "copies": ("副本", "Copies"),
    "exact": ("文字相同", "the same text"),
    "near": ("文字略有不同", "nearly the same text"),
    "pagination": ("翻页", "Pages"),
    "previous": ("上一页", "Previous"),
    "next": ("下一页", "Next"),
    "open": ("打开原文", "Open the document"),
    "authors": ("作者", "Authors"),
    "tags": ("标签", "Tags"),
    "comma": ("、", ", "),
    "source": ("来源", "Source"),
    "path": ("文件", "File"),
    "text": ("正文", "Text"),
    "similar": ("相似文档", "Similar documents"),
    "error": ("出了点问题", "Something is wrong"),
    "error_422": ("这个问题没法搜索", "This cannot be searched for"),
    "error_404": ("没有这份文档", "There is no such document"),
    "error_503": ("文档库暂时不能回答", "The library cannot answer now"),
}

_COLUMNS: dict[Language, int] = {"zh": 0, "en": 1}
LANGUAGES: dict[Language, str] = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language."""

    language: Language

    def __call__(self, key: str, n: int | float | None = None) -> str:
        """Return the words for that key, the number put in, singular or plural as it needs."""
        text = _TEXTS[key][_COLUMNS[self.language]]
        if n is None:
            return text
        one, _, many = text.partition("|")
        return (one if n == 1 or not many else many).replace("{n}", f"{n:,}")

    def for_error(self, status: int) -> str:
        """Return the headline for an error of that status."""
        return self(f"error_{status}" if f"error_{status}" in _TEXTS else "error")


def wording(chosen: str | None, accepted: str) -> Wording:
    """Return the words that a reader wants: chosen in the address, else by Accept-Language."""
    for code in [chosen or "", *_by_preference(accepted)]:
        for language in LANGUAGES:
            if code.split("-")[0].lower() == language:
                return Wording(language)
    return Wording("zh" if not accepted else "en")


def _by_preference(accepted: str) -> list[str]:
    weighted = []
    for each in accepted.split(","):
        code, _, weight = each.strip().partition(";q=")
        quality = float(weight) if re.fullmatch(r"[01](\.\d{1,3})?", weight) else 1.0
        if code and quality > 0:
            weighted.append((-quality, code))
    return [code for _, code in sorted(weighted, key=lambda pair: pair[0])]
