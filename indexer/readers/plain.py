"""Plain text in whatever encoding it was saved: one document, its first line often the title."""

import re
import unicodedata
from pathlib import Path

import charset_normalizer

from core.errors import UnreadableFile
from core.types import Metadata, Page, Reading
from indexer.readers import result_page
from indexer.readers.files import clean, document, one_line, read_bytes, stem

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开"
    "但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并"
    "物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先"
    "海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数据习模型"
    "网络深训练算参优索搜文件测试编码简单，。、：；！？（）“”《》"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過"
    "發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開"
    "但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並"
    "物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先"
    "海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數據習模型"
    "網絡深訓練算參優索搜檔案測試編碼簡單臺灣灣，。、：；！？（）「」《》"
)
_JAPANESE = (
    "のにはをたがでてとしれさあいうもなるらくっかりまよすきけこ、。「」ーンスルトラリアクイシレ"
)
_KOREAN = "이다는에의을가고하한로를지도은사기인어서자대정리수시일나해아그부전있것과들되"
_WESTERN = "éèêëàâäáãåæçñïîíìöôóòõøüûúùßÉÀÄÖÜ’‘“”–—«»°©®§£€·…"
_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфОНВПСАИТ—«»"

_ANY = _SIMPLIFIED + _TRADITIONAL + _JAPANESE + _KOREAN
_EXPECTED: dict[str, tuple[frozenset[str], float]] = {
    "gb18030": (frozenset(_SIMPLIFIED + _TRADITIONAL), 0.5),
    "big5hkscs": (frozenset(_TRADITIONAL), 0.5),
    "utf-16-le": (frozenset(_ANY), 0.3),
    "utf-16-be": (frozenset(_ANY), 0.3),
    "shift_jis": (frozenset(_JAPANESE), 0.3),
    "euc_jp": (frozenset(_JAPANESE), 0.3),
    "euc_kr": (frozenset(_KOREAN), 0.3),
    "cp1252": (frozenset(_WESTERN), 2.0),
    "cp1251": (frozenset(_CYRILLIC), 2.0),
}
"""The commonest characters of what is written in each encoding, and how much each other
character counts against it; the order breaks ties."""

_ALPHABETIC = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "koi8_r", "iso8859_15", "cp949"]
_SAMPLE = 64 * 1024
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\x7fELF", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_TITLE_COLUMNS = 80


def read(path: Path) -> Reading:
    """Yield the file's one document, or the hits if the text is a page of search results."""
    text = clean(decode(read_bytes(path)))
    if result_page.is_result_page(text):
        yield from result_page.documents(text, path)
        return
    yield document(path, Metadata(title=_title(text) or stem(path)), (Page(text.strip()),))


def decode(data: bytes) -> str:
    """Return the text that the bytes spell; UnreadableFile if they spell none."""
    encoding = detect(data[:_SAMPLE])
    text = data.decode(encoding, "replace")
    damaged = text.count("\ufffd") + text.count("\x00")
    if damaged > max(1, len(text) // 10) or 0 < damaged == len(text):
        raise UnreadableFile("not text")
    return text


def detect(sample: bytes) -> str:
    """Return the name of the encoding that explains the start of a file best."""
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark):
            return encoding
    if sample.startswith(_MAGIC):
        raise UnreadableFile("not text")
    zeros = sample.count(0) / max(1, len(sample))
    if zeros < 0.05 and _is_utf8(sample):
        return _unless_binary(sample, "utf-8")
    if zeros > 0.2:
        return _wide_encoding(sample)
    scores = {name: _score(sample, name) for name in _EXPECTED}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= 0:
        return best
    return _unless_binary(sample, _other_encoding(sample))


def _score(sample: bytes, encoding: str) -> float:
    """Return up to 1, the share of common characters less the rare and twice the absurd."""
    text = _decoded_but_for_the_end(sample, encoding)
    foreign = [each for each in text or "" if not each.isascii()]
    if text is None or not foreign or _CONTROLS.search(text.encode("utf-8", "replace")):
        return -9.0
    expected, doubt = _EXPECTED[encoding]
    others = [each for each in foreign if each not in expected]
    rare = sum(_is_rare(each, encoding) for each in others)
    absurd = sum(map(_is_absurd, others))
    return (len(foreign) - len(others) - doubt * rare - 2 * absurd) / len(foreign)


def _is_absurd(character: str) -> bool:
    return unicodedata.category(character) in ("Cn", "Co", "Cc", "Cs")


def _is_rare(character: str, encoding: str) -> bool:
    """Tell whether the encoding keeps the character outside its rows for everyday use."""
    last_row = {"gb18030": 0xD7, "big5hkscs": 0xC6}.get(encoding)
    if last_row is None:
        return True
    code = character.encode(encoding, "replace")
    everyday = len(code) == 2 and 0xA1 <= code[0] <= last_row
    return not everyday or (encoding == "gb18030" and code[1] < 0xA1)


def _decoded_but_for_the_end(sample: bytes, encoding: str) -> str | None:
    """Return the sample decoded, a character cut at its end left off; None if it is wrong."""
    for cut in range(4):
        try:
            return sample[: len(sample) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 4:
                return None
    return None


def _is_utf8(sample: bytes) -> bool:
    if _decoded_but_for_the_end(sample, "utf-8") is not None:
        return True
    text = sample.decode("utf-8", "replace")
    whole = sum(not each.isascii() for each in text)
    return text.count("\ufffd") * 50 < whole


def _wide_encoding(sample: bytes) -> str:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        text = _decoded_but_for_the_end(sample, encoding)
        if text and "\x00" not in text and not any(map(_is_absurd, text.replace("\n", ""))):
            return encoding
    raise UnreadableFile("not text")


def _other_encoding(sample: bytes) -> str:
    match = charset_normalizer.from_bytes(sample, cp_isolation=_ALPHABETIC).best()
    return match.encoding if match else "cp1252"


def _unless_binary(sample: bytes, encoding: str) -> str:
    if len(_CONTROLS.findall(sample)) * 20 > len(sample):
        raise UnreadableFile("not text")
    return encoding


def _title(text: str) -> str:
    """Return the first line if it is short and more lines follow, else ""."""
    first, _, rest = text.strip().partition("\n")
    title = one_line(first)
    columns = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in title)
    return title if rest.strip() and columns <= _TITLE_COLUMNS else ""
