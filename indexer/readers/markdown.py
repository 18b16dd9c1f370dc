"""Markdown as its reader sees it: the words and the code, without the marks."""

import re
from collections.abc import Iterator
from pathlib import Path

from core.types import Metadata, Page, Reading
from indexer.readers.files import clean, document, one_line, read_bytes, stem
from indexer.readers.lines import glue
from indexer.readers.plain import decode

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_STATED_TITLE = re.compile(r"^title\s*[:=]\s*(['\"]?)(.+?)\1\s*$", re.MULTILINE | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"\s{0,3}(?:>\s?)*\s*(`{3,}|~{3,})\s*\{?\.?([\w+-]*)")
_BUILD_BLOCKS = frozenset({"toc", "eval_rst", "bibliography"})
_CODE_MARK = re.compile(
    r"\s*(?:#@(?:tab|save|hide)\b.*|%%\w.*|%(?:load_ext|matplotlib|reload_ext)\b.*)"
)
_SAVE_MARK = re.compile(r"\s*#@save\s*$")
_DIRECTIVE = re.compile(
    r"\s*:(?:begin_tab|end_tab|bibliography|label|eqlabel|width|height)\b[^`\s]*(?:`[^`]*`)?\s*"
)
_DEFINITION = re.compile(r"\s{0,3}\[(?!\^)[^\]]+\]:\s*\S+.*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-{2,})\s*")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
_TABLE_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*")
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
_BULLET = re.compile(r"[-*+]\s+(?:\[[ xX]\]\s+)?")
_CAPTION = re.compile(r":(?![\w-]+:)\s*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+\S")
_INDENTED = re.compile(r"(?: {4}|\t)\s*\S")

_LONGEST_MARKED = 50_000
_KEPT_AS_IT_IS = re.compile(
    r"(`+)(?!`)(.+?)(?<!`)\1(?!`)|(\$\$.+?\$\$|\$[^$]+?\$)"
    r"|\\([\\`*_{}\[\]()#+.!|~$>-])"
)
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r":(?:label|eqlabel|width|height|numref|eqref|ref|cite)\w*:\0\d+\0"), ""),
    (re.compile(r":\w+:(?=\0\d+\0)"), ""),
    (re.compile(r"!\[([^\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"\[\^[^\]]+\]:?"), ""),
    (re.compile(r"\[\*\*(.+?)\*\*\]|\(\*\*(.+?)\*\*\)|\(~~(.+?)~~\)"), r"\1\2\3"),
    (re.compile(r"\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^>\s]+)>"), r"\1"),
    (re.compile(r"<br\s*/?>", re.IGNORECASE), " "),
    (re.compile(r"</?(?:a|abbr|b|big|blockquote|center|code|dd|del|details|div|dl|dt|em|figure|font|"
                r"h[1-6]|hr|i|img|iframe|ins|kbd|li|mark|ol|p|pre|s|small|span|strong|sub|summary|"
                r"sup|table|tbody|td|th|thead|tr|u|ul|video)\b[^<>]*>", re.IGNORECASE), ""),
    (re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"~~(.+?)~~"), r"\1"),
    (re.compile(r"\{[#.:][^{}]*\}"), ""),
    (re.compile(r"\(\s*\)|（\s*）"), ""),
    (re.compile(r"\s+(?=[，。、；：）,;.)](?:\s|$|[^\x00-\x7f]))"), ""),
    (re.compile(r" {2,}"), " "),
)  # fmt: skip
"""What a reader does not see, and what is left of it; `\\0n\\0` stands for code and mathematics."""


def read(path: Path) -> Reading:
    """Yield the file's one document; its title is the first heading, else the front matter's."""
    text = clean(decode(read_bytes(path)))
    front = _FRONT_MATTER.match(text)
    stated = _STATED_TITLE.search(front[2]) if front else None
    body = text[front.end() :] if front else text
    last = body.rfind("-->") + 3  # a comment that never ends is none
    body = _COMMENT.sub("", body[:last]) + body[last:] if last > 2 else body
    blocks = list(_blocks(body.split("\n")))
    headings = (one_line(block) for block, is_heading in blocks if is_heading)
    title = next(filter(None, headings), None) or (stated and one_line(stated[2])) or stem(path)
    joined = "\n".join(block for block, _ in blocks if block.strip())
    yield document(path, Metadata(title=title), (Page(joined),))


def strip_marks(text: str) -> str:
    """Return a paragraph's words: link text without targets, code without ticks, math as it is."""
    if len(text) > _LONGEST_MARKED:
        return text.strip()
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        code, mathematics, escaped = match[2], match[3], match[4]
        kept.append(code.strip() if code is not None else mathematics or escaped)
        return f"\0{len(kept) - 1}\0"

    text = _KEPT_AS_IT_IS.sub(keep, text)
    for pattern, words in _MARKS:
        text = pattern.sub(words, text)
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], text).strip()


class _Paragraph:
    """The soft-wrapped lines of a paragraph or item, which ends where another thing begins."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._in_mathematics = False

    def add(self, line: str) -> None:
        """Append a line as it stands in the file."""
        self.lines.append(line)
        self._in_mathematics ^= line.count("$$") % 2 == 1

    def goes_on(self, line: str) -> bool:
        """Tell whether the line belongs to the paragraph."""
        if not self.lines or _is_unseen(line):
            return False
        begins_anew = _ITEM.match(_QUOTE.sub("", line)) or _TABLE_ROW.fullmatch(line)
        return self._in_mathematics or not begins_anew

    def is_underlined_by(self, line: str) -> bool:
        """Tell whether the line makes the paragraph a heading."""
        return bool(self.lines and _UNDERLINE.fullmatch(line) and not _ITEM.match(self.lines[0]))

    def text(self) -> str:
        """Return the words in one line, the bullet as a reader sees it."""
        lines = self.lines
        if lines and _QUOTE.match(lines[0]):
            lines = [_QUOTE.sub("", line) for line in lines]
        joined = glue(line.strip() for line in lines)
        bullet, caption = _BULLET.match(joined), _CAPTION.match(joined)
        if bullet:
            return f"• {strip_marks(joined[bullet.end() :])}"
        return strip_marks(joined[caption.end() :] if caption else joined)


def _blocks(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each paragraph, item, row or line of code, and whether it is a heading."""
    paragraph = _Paragraph()
    rest = iter(lines)
    for line in rest:
        fence, heading = _FENCE.match(line), _HEADING.fullmatch(line)
        underlined = paragraph.is_underlined_by(line)
        if not (fence or heading or underlined) and paragraph.goes_on(line):
            paragraph.add(line)
            continue
        yield paragraph.text(), underlined
        paragraph = _Paragraph()
        if underlined:
            continue
        if fence:
            yield from ((each, False) for each in _code(rest, fence))
        elif heading:
            yield strip_marks(heading[1]), True
        elif _TABLE_ROW.fullmatch(line) and not _TABLE_RULE.fullmatch(line):
            yield " ".join(filter(None, map(str.strip, strip_marks(line).split("|")))), False
        elif _INDENTED.match(line) and not _ITEM.match(line):
            yield line.rstrip(), False
        elif not _is_unseen(line):
            paragraph.add(line)
    yield paragraph.text(), False


def _is_unseen(line: str) -> bool:
    unseen = (_DIRECTIVE, _DEFINITION, _RULE, _TABLE_RULE)
    return not line.strip() or any(each.fullmatch(line) for each in unseen)


def _code(rest: Iterator[str], fence: re.Match[str]) -> Iterator[str]:
    """Yield the lines up to the fence that closes, without those that speak to the book's tools."""
    for line in rest:
        bare = line.strip().lstrip("> ")
        if bare.startswith(fence[1]) and not bare.strip(fence[1][0]):
            return
        if fence[2] not in _BUILD_BLOCKS and not _CODE_MARK.fullmatch(line):
            yield _SAVE_MARK.sub("", line).rstrip()
