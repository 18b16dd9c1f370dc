"""A web page: its words by block, without what only the browser reads."""

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.errors import UnreadableFile
from core.types import Metadata, Page, Reading
from indexer.readers import result_page
from indexer.readers.files import clean, document, one_line, read_bytes, stem
from indexer.readers.plain import decode

_UNSEEN = [
    "script", "style", "nav", "template", "noscript", "svg", "iframe", "object", "button", "select",
]  # fmt: skip
_INLINE = re.compile(
    "a|abbr|b|bdi|bdo|big|cite|code|data|dd|del|dfn|em|font|i|img|input|ins|kbd|label|mark|q|rp|rt"
    "|ruby|s|samp|small|span|strong|sub|sup|td|th|time|tt|u|var|wbr"
)
_CELLS = frozenset({"td", "th"})
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_CHARSET_WITHIN = 4096
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_LEAST_MAIN = 200


def read(path: Path) -> Reading:
    """Yield the page's one document, or the hits if it is a page of search results."""
    data = read_bytes(path)
    try:
        tree = LexborHTMLParser(clean(_decode(data)))
        text, title, language = _text(tree), _title(tree), _language(tree)
    except (SelectolaxError, ValueError, RuntimeError, AttributeError) as error:
        raise UnreadableFile(f"damaged: {error}") from error
    if result_page.is_result_page(text):
        yield from result_page.documents(text, path)
        return
    yield document(path, Metadata(title=title or stem(path), language=language), (Page(text),))


def _decode(data: bytes) -> str:
    """Return the text in the encoding that the page states, else in the one that its bytes show."""
    stated = _META_CHARSET.search(data[:_CHARSET_WITHIN])
    if stated is None or data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return decode(data)
    name = stated[1].decode("ascii").lower()
    encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError):
        return decode(data)


def _title(tree: LexborHTMLParser) -> str:
    places = (("title", None), ('meta[property="og:title"]', "content"), ("h1", None))
    for selector, attribute in places:
        node = tree.css_first(selector)
        if node is not None:
            value = node.attributes.get(attribute) if attribute else node.text()
            title = one_line(value or "")
            if title:
                return title
    return ""


def _language(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("html[lang]")
    match = _LANGUAGE.match((node.attributes.get("lang") or "") if node is not None else "")
    return match[0].lower() if match else None


def _text(tree: LexborHTMLParser) -> str:
    """Return the words of the page's main part, a line for each block."""
    tree.strip_tags(_UNSEEN)
    main = tree.css_first("main, article")
    if main is not None and len(tree.css("main, article")) == 1:
        text = _block_text(main)
        if len(text) >= _LEAST_MAIN:
            return text
    return _block_text(tree.body) if tree.body is not None else ""


def _block_text(root: LexborNode) -> str:
    parts: list[str] = []
    block_before: int | None = None
    for node in root.traverse(include_text=True):
        if node.tag == "br":
            parts.append("\n")
        elif node.tag in _CELLS:
            parts.append(" ")
        elif node.tag == "-text":
            block = _block_of(node)
            is_pre = block is not None and block.tag == "pre"
            words = node.text_content or ""
            if (block.mem_id if block is not None else None) != block_before and words.strip():
                parts.append("\n")
                block_before = block.mem_id if block is not None else None
            parts.append(words if is_pre else re.sub(r"\s+", " ", words))
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(parts).split("\n"))
    return clean("\n".join(filter(None, lines)))


def _block_of(node: LexborNode) -> LexborNode | None:
    """Return the nearest element around a text that begins a line of its own."""
    parent = node.parent
    while parent is not None and _INLINE.fullmatch(parent.tag or ""):
        parent = parent.parent
    return parent
