"""What is a document called, where its source does not simply say so?

Office programs leave the name of a template or of the whole course in a PDF's title field, so it
is believed only when the text or the file's name bears it out. A result page sets nothing between
title and snippet, so the title is cut where the habits of such titles say that it ends.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from core.types import Page
from indexer.readers.files import one_line, stem

_PLACEHOLDER = re.compile(
    r"""(?:untitled|no\ title|title|document|presentation|slide|page|new|test|template
        |unknown|none|null|microsoft\ (?:word|powerpoint|excel)
        |powerpoint\ (?:presentation|演示文稿)
        |幻灯片|演示文稿|文档|无标题|未命名|新建|标题|ppt模板|模板)
        (?:[\s\d._()-]*$|\s*[-–:]\s|\s*演示文稿|\s*文档)""",
    re.VERBOSE | re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\.(?:docx?|pptx?|xlsx?|pdf|tex|dvi|indd|wps|qxd|rtf|txt|html?)\s*$", re.I)
_MOJIBAKE = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff]|[\xa1-\xff]{3}")
_MACHINE_NAME = re.compile(
    r"(?:scan|img|image|doc|document|file|download|untitled|output|print|temp|tmp|new|test|copy"
    r"|扫描|下载|文档|新建|未命名|无标题|副本)?[\W\d_]*(?:v\d+)?|[0-9a-f-]{16,}",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{2,}")
_DATE_LINE = re.compile(r"[\d\s年月日./:-]+")
_AUTHOR_SPLIT = re.compile(r"[;；、]|,(?=\s)|\s+and\s+")
_NO_AUTHOR = re.compile(
    r"(?:admin(?:istrator)?|(?:windows|微软|office)?\s*(?:user|用户)|unknown|anonymous|author|lenovo|"
    r"dell|hp|asus|apple|pc|作者|佚名|\W*)[\s\d]*",
    re.IGNORECASE,
)


def choose_title(stated: str, heading: str, path: Path, pages: Iterable[Page]) -> str:
    """Return the stated title if it can be believed, else a telling file name, else the heading."""
    name = stem(path)
    opening = "".join(page.text for _, page in zip(range(3), pages, strict=False))
    if _is_title(stated) and _says_enough(stated) and _is_borne_out(stated, opening + name):
        return stated
    if _says_something(name):
        return name
    if _is_title(heading) and 4 <= len(heading) <= 120:
        return heading
    if _is_title(stated) and _says_enough(stated):
        return stated
    return name


def author_names(stated: str) -> tuple[str, ...]:
    """Return the authors that a PDF states, without the names that programs put there."""
    names = (one_line(part) for part in _AUTHOR_SPLIT.split(stated))
    real = (each for each in names if not _NO_AUTHOR.fullmatch(each) and not _MOJIBAKE.search(each))
    return tuple(dict.fromkeys(real))


def _is_title(text: str) -> bool:
    misleading = _PLACEHOLDER.match(text) or _FILE_NAME.search(text) or _MOJIBAKE.search(text)
    return not misleading and not _DATE_LINE.fullmatch(text) and _says_something(text)


def _says_something(text: str) -> bool:
    """Tell whether the text has words, and is not what a scanner or a browser would call it."""
    return not _MACHINE_NAME.fullmatch(text) and bool(_HAN.search(text) or _WORD.search(text))


def _says_enough(text: str) -> bool:
    """Tell whether the text can set one document apart: the name of a subject cannot."""
    return len(_HAN.findall(text)) + 3 * len(_WORD.findall(text)) > 6


def _is_borne_out(title: str, evidence: str) -> bool:
    """Tell whether half of the title's words or pairs of characters occur in the evidence."""
    found = _tokens(title)
    seen = _tokens(evidence)
    return 2 * len(found & seen) >= len(found)


def _tokens(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    pairs = re.findall(r"(?=([\u3400-\u9fff]{2}))", folded)
    return set(pairs) | set(_WORD.findall(folded))


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
    "向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕"
    "单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦"
)
_COMPOUND_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
)
_NEVER_IN_NAMES = frozenset(
    "的了是在和与或及为以于从到对被把将向由而且但并则即就都也还又很更最不没这那个们过来去里等能会可要使得该其此之所"
)
_NOT_NAMES = re.compile(
    "程序|张量|高[维性可并效级清斯阶精速频]|金[融额]|任[务意何]|方[法案式向差]|文[本档件字章献]|计算|项目|关[系键于联]|周期"
    "|应用|时[间序代]|安[全装卓]|单[机元]|连[接续]|成[本果]|路[径由]|温州|江[苏西]|白皮|万[物亿能]|石油|段落|田间|马[上尔]"
    "|向量|史[上前]|易[用于]|施工|华[为南东北中]|解[决析释码]|管[理道]|房[产屋]|游戏|简[单介要明]|车[辆联载]|古[代典]|农[业村]"
    "|司机|包[括含]|左右|章节|季[度节]|纪[要念]|康复|毕[业竟]|曲线|路线|盛[大会]|庄园|尚未|武汉|宁[波夏]|林业|黄[金河]|夏[天季]"
)
_COMMON_WORDS = re.compile(
    "基于|通过|根据|使用|可以|我们|本文|如何|什么|目录|目标|模型|数据|系统|机器|深度|学习|算法|训练|神经|网络|人工|智能|特征"
    "|样本|平台|背景|架构|问题|方法|技术|应用|实践|介绍|概述|总结|主要|其中|对于|关于|为了|由于|因此|需要|进行|实现|支持|提高"
    "|优化|存储|计算|分布|推荐|搜索|用户|业务|场景|流程|一个|不同|大家|首先|随着|作者|公司|大学|研究|工程|分享|演讲|嘉宾"
)
_NAME_PLACE = re.compile(r"(?:[-–—]\s*|(?<=[\u3400-\u9fff]) )(?=[\u3400-\u9fff]{2})")
_REPEAT_OF = 6
_LONGEST = 80

_LEADER = re.compile(r"\s*(?:\.\s+){3,}|\s*\.{4,}|\s*…{2,}")
_VERSION = re.compile(r".{2,}?\s[vV]\d+(?:\.\d+)+")
_EDITION = re.compile(
    r".{0,60}?(?:测试|预览|正式|公开|修订|试读|完整|第[一二三四五六七八九十\d]{1,2})版"
    r"(?:\s*(?:19|20)\d\d(?:0[1-9]|1[0-2]))?"
)
_COURSE = re.compile(
    r"[^-\s]{2,20}课程-[^-\s]{2,20}-\d{2}[^-\s]{2,20}-(?:[\u3400-\u9fff]+|[A-Za-z][\w+#-]*)",
    re.ASCII,
)
_TEXT_BEGINS = re.compile(r"[，。；！？•◆●■✓✗❑➢]|[^\W\d_][,;]\s|\s(?=\d{1,2}[.、]\S)")


def cut_title(run: str) -> tuple[str, str]:
    """Return the title and the snippet of a run that has nothing between them; too long a title
    rather than too short where it cannot be known."""
    first, _, rest = run.strip().partition("\n")
    if rest.strip():
        return one_line(first), rest.strip()
    run = one_line(run)
    ends = (find(run) for find in _CUTS)
    end = next((each for each in ends if each is not None), len(run))
    return run[:end].strip(), run[end:].strip()


def _end_of(pattern: re.Pattern[str]) -> Callable[[str], int | None]:
    def find(run: str) -> int | None:
        match = pattern.match(run)
        return match.end() if match else None

    return find


def _before_repetition(run: str) -> int | None:
    """Return where the run starts again with the words that it began with."""
    again = run.find(run[:_REPEAT_OF], _REPEAT_OF)
    title = "".join(run[: max(0, again)].split())
    return again if title and "".join(run[again:].split()).startswith(title) else None


def _before_leader(run: str) -> int | None:
    match = _LEADER.search(run)
    return match.start() if match and match.start() <= _LONGEST else None


def _after_person(run: str) -> int | None:
    """Return where a Chinese name ends that stands after a dash or after a space."""
    for match in _NAME_PLACE.finditer(run, 4, _LONGEST):
        length = _name_length(run[match.end() : match.end() + 5])
        if length:
            return match.end() + length
    return None


def _name_length(text: str) -> int:
    """Return how many characters of the text's start are a person's name, 0 if none are."""
    compound = text.startswith(_COMPOUND_SURNAMES)
    if _NOT_NAMES.match(text) or not (compound or text[0] in _SURNAMES):
        return 0
    surname = 2 if compound else 1
    given = text[surname : surname + 2]
    if not given or not _may_be_given(given[0]):
        return 0
    starts_word = _COMMON_WORDS.match(text, surname + 1)
    return surname + (2 if len(given) == 2 and _may_be_given(given[1]) and not starts_word else 1)


def _may_be_given(character: str) -> bool:
    return bool(_HAN.match(character)) and character not in _NEVER_IN_NAMES


def _before_text(run: str) -> int | None:
    """Return where running text begins, when no habit of titles tells more."""
    match = _TEXT_BEGINS.search(run, 4)
    if match and match.start() <= _LONGEST:
        return match.start()
    return None if len(run) <= _LONGEST else max(run.rfind(" ", 0, _LONGEST), _LONGEST // 2)


_CUTS: tuple[Callable[[str], int | None], ...] = (
    _before_repetition,
    _end_of(_COURSE),
    _end_of(_VERSION),
    _end_of(_EDITION),
    _after_person,
    _before_leader,
    _before_text,
)
"""The ways to find a title's end, the surest first."""
