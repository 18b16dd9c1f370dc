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
    "relevance_high": ("非常相关", "strong match"),
    "relevance_medium": ("相关", "match"),
    "relevance_low": ("可能相关", "possible match"),
    "relevance_none": ("关系不大", "hardly a match"),
    "original": ("原文", "original"),
    "preview": ("第 {n} 页的预览", "preview of page {n}"),
    "tools": ("筛选与排序", "Filters and order"),
    "by_file_type": ("类型", "Type"),
    "by_language": ("语言", "Language"),
    "by_source": ("来源", "Source"),
    "by_tags": ("标签", "Tags"),
    "by_uploaded_at": ("时间", "Date"),
    "by_page_count": ("页数", "Pages"),
    "by_size_bytes": ("大小 MB", "Size, MB"),
    "by_price": ("积分", "Price, points"),
    "nameless": ("（无名）", "(no name)"),
    "from": ("从", "from"),
    "to": ("到", "to"),
    "apply": ("应用", "Apply"),
    "chosen": ("已选条件", "Chosen filters"),
    "remove": ("去掉", "remove"),
    "clear": ("全部去掉", "Clear all"),
    "order": ("排序", "Order"),
    "sort_relevance": ("相关度", "Relevance"),
    "sort_uploaded_at_desc": ("最新", "Newest"),
    "sort_page_count_desc": ("页数多", "Most pages"),
    "sort_page_count_asc": ("页数少", "Fewest pages"),
    "sort_size_bytes_asc": ("最小", "Smallest"),
    "sort_price_asc": ("积分少", "Lowest price"),
    "none_chosen": (
        "在所选条件下，没有回答这个问题的文档",
        "No document that passes your filters answers this question",
    ),
    "suggestions": ("搜索建议", "Suggestions"),
    "trouble": (
        "服务器没有回应，下面的结果可能不是最新的。",
        "The server does not answer; what is below may not be current.",
    ),
    "offline": (
        "网络已断开，恢复后会自动重试。",
        "You are offline; this is tried again once you are back.",
    ),
    "retry": ("重试", "Try again"),
    "this_year": ("今年", "this year"),
    "years_ago": ("{n} 年前", "{n} year ago|{n} years ago"),
    "this_month": ("本月", "this month"),
    "months_ago": ("{n} 个月前", "{n} month ago|{n} months ago"),
    "today": ("今天", "today"),
    "days_ago": ("{n} 天前", "{n} day ago|{n} days ago"),
    "inside": ("在本文档中搜索", "Search in this document"),
    "inside_total": ("{n} 段文字回答了它", "{n} passage answers|{n} passages answer"),
    "inside_none": ("这份文档没有回答它", "This document does not answer that"),
    "inside_clear": ("清除", "Clear"),
    "view": ("页面", "Page by page"),
    "of_pages": ("共 {n} 页", "of {n}"),
    "previous_page": ("上一页", "Previous page"),
    "next_page": ("下一页", "Next page"),
    "go_to_page": ("跳到第几页", "Go to page"),
    "go": ("跳转", "Go"),
    "every_page": ("前后各页", "Pages around this one"),
    "open_at": ("在原文中打开这一页", "Open the file at this page"),
    "unseen": ("无法显示页面", "The pages cannot be shown"),
    "facts": ("详细信息", "Details"),
    "shared_terms": ("共同的词：", "Both speak of"),
    "closest_pages": ("最接近的页：", "Closest pages:"),
    "error": ("出了点问题", "Something is wrong"),
    "error_401": ("需要密钥", "A key is needed"),
    "error_403": ("不允许", "This is not allowed"),
    "error_422": ("这个问题没法搜索", "This cannot be searched for"),
    "error_404": ("没有这份文档", "There is no such document"),
    "error_503": ("文档库暂时不能回答", "The library cannot answer now"),
}

_COLUMNS: dict[Language, int] = {"zh": 0, "en": 1}
LANGUAGES: dict[Language, str] = {"zh": "中文", "en": "English"}
LANGUAGE_NAMES: dict[str, str] = {
    "zh": LANGUAGES["zh"],
    "en": LANGUAGES["en"],
    "ja": "日本語",
    "ko": "한국어",
    "fr": "français",
    "de": "Deutsch",
    "es": "español",
    "pt": "português",
    "it": "italiano",
    "ru": "русский",
    "ar": "العربية",
    "th": "ไทย",
    "vi": "Tiếng Việt",
}
"""What languages of documents are called by those who read them."""


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
