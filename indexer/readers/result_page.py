"""A page of search results from a document-sharing site: each hit becomes a document.

A hit is one run of text, title and snippet with nothing between, and then the facts:
`…0 码力 | 797 页 | 29.45 MB | 1 年前3`, where that last 3 is not part of the age.
"""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.types import Metadata, Page, Problem, Reading, SourceDocument
from indexer.readers.files import digest
from indexer.readers.titles import cut_title

_CURRENCY = r"(?:码力|积分|金币|points?)"
_FACTS = re.compile(
    rf"""(?P<price>\d{{1,12}}(?:,\d{{3}}){{0,3}}(?:\.\d{{1,4}})?)\s{{0,9}}{_CURRENCY}\s*[|｜]
    \s*(?P<pages>\d[\d,]*)\s*(?:页|pages?)\s*[|｜]
    \s*(?P<size>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[KMG]B)\s*[|｜]
    \s*(?P<age>(?P<count>\d+)\s*(?P<period>年|个月|周|天|小时|分钟|(?:year|month|week|day|hour|minute)s?)
       \s*(?:前|ago)|刚刚|今天|昨天|just\ now|today|yesterday)\d*""",
    re.VERBOSE | re.IGNORECASE,
)
_BROKEN = re.compile(rf"\d\s{{0,9}}{_CURRENCY}\s*[|｜]", re.IGNORECASE)
_FURNITURE = re.compile(
    r"(?:共\s*\d+\s*条|\d+\s+(?:results|hits)|[-–\s]*\d+|[-–\s]*)", re.IGNORECASE
)

_UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
_DAYS = {"天": 1, "day": 1, "周": 7, "week": 7}
_MONTHS = {"个月": 1, "month": 1, "年": 12, "year": 12}
_PRECISION = {"年": 4, "year": 4, "个月": 7, "month": 7}
_YESTERDAY = frozenset({"昨天", "yesterday"})
_ID_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class _Hit:
    """A run of text with its facts; `alone` if the price begins a line and is surely whole."""

    run: str
    facts: re.Match[str]
    alone: bool


def is_result_page(text: str) -> bool:
    """Tell whether at least two hits end with the facts of a result page."""
    found = _FACTS.finditer(text)
    return next(found, None) is not None and next(found, None) is not None


def documents(text: str, path: Path) -> Reading:
    """Yield a document for each hit, and a problem for each line that is a hit cut short."""
    found = list(_hits(text))
    hits = [each for each in found if isinstance(each, _Hit)]
    runs = Counter(hit.facts["price"] for hit in hits)
    modified = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC).date()
    for each in found:
        yield each if isinstance(each, Problem) else _document(each, runs, modified)


def _hits(text: str) -> Iterator[_Hit | Problem]:
    pending: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        start = 0
        for facts in _FACTS.finditer(line):
            own = line[start : facts.start()]
            alone = not own.strip()
            # A run in one line needs nothing from the lines before it: they are the page's head.
            yield _Hit("\n".join(pending) if alone else own, facts, alone)
            pending, start = [], facts.end()
        rest = line[start:]
        if _BROKEN.search(rest):
            pending = []
            expected = "'price | pages | size | age' at its end"
            yield Problem(f"line {number}", f"hit left out: {rest[-40:]!r} has not {expected}")
        elif not _FURNITURE.fullmatch(rest.strip()):
            pending.append(rest)


def _document(hit: _Hit, runs: Counter[str], modified: datetime.date) -> SourceDocument:
    facts = hit.facts
    price = facts["price"] if hit.alone else likely_price(facts["price"], runs)
    run = hit.run + facts["price"][: len(facts["price"]) - len(price)]
    title, snippet = cut_title(run)
    pages, size = _number(facts["pages"]), _number(facts["size"])
    metadata = Metadata(
        title=title,
        page_count=int(pages),
        size_bytes=round(size * _UNITS[facts["unit"].upper()]),
        price=_number(price),
        uploaded_at=_date(facts, modified),
    )
    folded = "".join(unicodedata.normalize("NFKC", run).casefold().split())[:_ID_CHARACTERS]
    printed = f"{facts['size']} {facts['unit'].upper()}"
    texts = (Page(snippet),) if snippet else ()
    return SourceDocument(digest(folded, facts["pages"], printed), metadata, texts)


def likely_price(run: str, runs: Counter[str]) -> str:
    """Return the end of the digits before the currency that is the price, the rest being text.

    It is the end that most hits of the page have as all their digits, the longest of equals:
    with a `0` in most hits, `20170` is a snippet that ends in 2017 and a price of 0.
    """
    ends = (run[start:] for start in range(len(run)) if run[start].isdigit())
    prices = [end for end in ends if not re.match(r"0\d", end)]
    return max(prices, key=lambda end: (runs[end], len(end)))


def _number(printed: str) -> float:
    return float(printed.replace(",", ""))


def _date(facts: re.Match[str], today: datetime.date) -> str:
    """Return the date that the age gives, as precise as the age is."""
    if facts["count"] is None:
        day = today - datetime.timedelta(days=facts["age"].lower() in _YESTERDAY)
        return day.isoformat()
    period, count = facts["period"].lower().removesuffix("s"), int(facts["count"])
    if period in _MONTHS:
        months = max(12, today.year * 12 + today.month - 1 - count * _MONTHS[period])
        return f"{months // 12:04}-{months % 12 + 1:02}"[: _PRECISION[period]]
    days = min(count * _DAYS.get(period, 0), (today - datetime.date.min).days)
    return (today - datetime.timedelta(days=days)).isoformat()
