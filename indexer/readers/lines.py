"""Which lines of a page are one sentence, and which are items of their own?

A line flows into the next when it is as wide as the lines around it: whoever wrote a paragraph
filled the width, whoever wrote a heading, a label or an item did not.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

_BULLET = r"[•◦▪▫■□●○◆◇◼◻◾◽▶►▷➢➤➔✓✔✗✘❑❒❖⚫⚪※★☆✦➣\ue000-\uf8ff]"  # symbol fonts too
_ITEM = re.compile(
    rf"""{_BULLET}
    | [-–—*·]\s
    | [(（]?\d{{1,2}}[.)、．）](?!\d|\s*[,，])                      # 1.  (1)  1、
    | [（(]?[一二三四五六七八九十]{{1,3}}[、）)]                        # （一）  一、
    | \[\d{{1,3}}\] | [①-⑳] | 0\d\s
    | \d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\s                                 # 2.5.2 of a heading
    | https?:// | 第[一二三四五六七八九十百\d]{{1,3}}[章节讲篇部]
    | [图表]\s?\d{{0,2}}(?:[-.]\d+)?\s?[:：]
    | (?:Chapter|Section|Figure|Table|Fig\.)\s\d
    """,
    re.VERBOSE,
)
_SENTENCE_END = re.compile(r"[。！？!?；;：:.…]['\"”’」』）)\]]*$")
_ABBREVIATION = re.compile(
    r"\b(?:al|e\.g|i\.e|vs|cf|pp?|vol|no|figs?|eqs?|dr|mr|ms|[A-Z])\.$", re.I
)
_CANNOT_BEGIN = tuple("，。、；：！？）》】」』”’%,;!?)]}")
_CANNOT_END = tuple("，、（《【「『“,([{=+")
_CODE = re.compile(
    r">+\s|In \[|Out\[|(?:def|class|import|return)\s|from \S+ import|[\w.]+(?:\(| = )"
)
_WORD = re.compile(r"[A-Za-z]{3}|[\u2e80-\u9fff\uac00-\ud7af]")
_FLOWING_MARK = re.compile(r"[，。、；！？,;]|[^\W\d][.:：]")
_LABELLED = re.compile(r"[^\s，。,：:]{1,12}[：:]\S")
_HYPHEN_MARK = re.compile("[\x02\ufffe\uffff]")
_BROKEN_WORD = re.compile(r"(?<![-\w])[A-Za-zÀ-ÿ]+-$")
_NUMBER_LINE = re.compile(r"[-–—·\s]*(?:第\s*)?(\d{1,5})(?:\s*页|\s*/\s*\d{1,5})?[-–—·\s]*")

_NARROW = 30
_LABEL = 16
_FORMULA = 12


def join_lines(text: str) -> str:
    """Return the text with broken sentences joined; every line feed left is a real boundary."""
    text = _HYPHEN_MARK.sub("-", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.strip() for line in text.split("\n")]
    if not any(lines):
        return ""
    widths = sorted(_width(line) for line in lines if line)
    usual = widths[len(widths) * 9 // 10]
    return "\n".join(
        glue(part) for block in _blocks(lines) for part in _unless_labels(block, usual)
    )


def glue(lines: Iterable[str]) -> str:
    """Return the lines as one: no space beside Chinese or Japanese, broken words mended."""
    parts: list[str] = []
    for line in filter(None, lines):
        last = parts[-1] if parts else "-"
        if _BROKEN_WORD.search(last) and line[0].islower():
            parts[-1] = last[:-1]
        elif not (last.endswith("-") or _is_dense(last[-1]) or _is_dense(line[0])):
            parts.append(" ")
        parts.append(line)
    return "".join(parts)


def without_page_numbers(pages: Sequence[str]) -> list[str]:
    """Return the pages less the line with their number, if most pages count up in step."""
    edges = [_edge_numbers(page) for page in pages]
    offsets = Counter(offset for page, each in enumerate(edges) for offset in _offsets(each, page))
    offset, times = offsets.most_common(1)[0] if offsets else (0, 0)
    if times < max(2, sum(map(bool, pages)) / 2):
        return list(pages)
    return [_drop_number(page, number + offset) for number, page in enumerate(pages)]


def _offsets(numbers: Iterable[int], page: int) -> set[int]:
    return {number - page for number in numbers}


def _edge_numbers(page: str) -> list[int]:
    lines = page.split("\n")
    matches = (_NUMBER_LINE.fullmatch(line) for line in {lines[0], lines[-1]})
    return [int(match[1]) for match in matches if match]


def _drop_number(page: str, number: int) -> str:
    lines = page.split("\n")
    for place in (0, -1):
        match = _NUMBER_LINE.fullmatch(lines[place])
        if match and int(match[1]) == number:
            del lines[place]
            break
    return "\n".join(lines).strip()


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[lines[0]]]
    for before, after in pairwise(lines):
        widest = max(map(_width, blocks[-1][-4:]))
        if before and after and _continues(before, after, widest):
            blocks[-1].append(after)
        elif after:
            blocks.append([after])
    return [block for block in blocks if block != [""]]


def _continues(before: str, after: str, widest: int) -> bool:
    """Tell whether the sentence goes on: the first rule that speaks decides, else the widths."""
    verdict = next((goes_on for applies, goes_on in _RULES if applies(before, after)), None)
    if verdict is None:
        return _width(before) >= max(_LABEL, 0.8 * _width(after), 0.8 * widest)
    return verdict


def _unless_labels(block: list[str], usual: int) -> list[list[str]]:
    """Return the block, or its lines apart if they are short and nothing in them flows."""
    short = max(map(_width, block)) < max(_NARROW, 0.6 * usual)
    flows = re.match(_BULLET, block[0]) or any(map(_FLOWING_MARK.search, block))
    if not short or flows or all(map(_is_formula, block[1:])):
        return [block]
    return [[line] for line in block]


def _is_formula(line: str) -> bool:
    return _width(line) <= _FORMULA and not _WORD.search(line)


def _is_dense(character: str) -> bool:
    """Tell whether the character belongs to a script that sets no spaces between words."""
    return (
        "\u2e80" <= character <= "\ua4cf"
        or "\uf900" <= character <= "\uff9f"
        or (character >= "\U00020000" or character in "“”‘’…—《》")
    )


@lru_cache(1024)  # each line is asked for four times
def _width(line: str) -> int:
    """Return the columns that the line takes, two for a wide character."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def _begins_item(_: str, after: str) -> bool:
    return bool(_ITEM.match(after) or _CODE.match(after))


def _are_labelled(before: str, after: str) -> bool:
    return bool(_LABELLED.match(before) and _LABELLED.match(after))


def _ends_sentence(before: str, _: str) -> bool:
    return bool(_SENTENCE_END.search(before)) and not _ABBREVIATION.search(before)


def _are_formula(before: str, after: str) -> bool:
    return _is_formula(after) and (_is_formula(before) or before.endswith("="))


_RULES: tuple[tuple[Callable[[str, str], bool], bool], ...] = (
    (_begins_item, False),
    (_are_labelled, False),
    (lambda _, after: after.startswith(_CANNOT_BEGIN), True),
    (_ends_sentence, False),
    (_are_formula, True),
    (lambda before, _: bool(_CODE.match(before)), False),
    (lambda before, _: before.endswith(_CANNOT_END), True),
)
"""What two lines tell, the surest first, and whether the sentence then goes on."""
