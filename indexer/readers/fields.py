"""The fields of a catalogue: what each may hold, and what it becomes."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from core.types import Metadata, Page
from indexer.readers.files import clean, one_line
from indexer.readers.own_fields import own_fields

MAX_ID = 200
_LIST_SPLIT = re.compile(r"[;；、，,]")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?月?年?(?:[T\s].*)?")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")
_WEB_ADDRESS = re.compile(r"(?:https?://|/(?!/))[^\s<>\"]+", re.IGNORECASE)


class WrongValueError(ValueError):
    """A field holds what it may not; the message says what is allowed."""


def facts_of(record: Mapping[str, Any]) -> Metadata:
    """Return the metadata that a record states; WrongValueError names the field."""
    found = {
        name: _checked(name, check, record[name])
        for name, check in FIELDS.items()
        if not _is_missing(record.get(name))
    }
    if "title" not in found:
        raise WrongValueError("field 'title' is missing: every document needs one")
    return Metadata(**found)


def stated_id(record: Mapping[str, Any]) -> str | None:
    """Return the id that a record states, None if it states none."""
    value = record.get("id")
    return None if _is_missing(value) else _checked("id", _identifier, value)


def pages_of(record: Mapping[str, Any]) -> tuple[Page, ...]:
    """Return the snippets of a record, and then its text if it has one."""
    snippets = record.get("snippets")
    listed = snippets if isinstance(snippets, list) else [snippets]
    texts = [*listed, record.get("text"), record.get("content")]
    pages = [_checked("snippets", _page, each) for each in texts if not _is_missing(each)]
    return tuple(page for page in pages if page.text)


def _checked(name: str, check: Callable[[Any], Any], value: object) -> Any:
    try:
        return check(value)
    except (ValueError, TypeError, OverflowError) as error:
        shown = repr(value)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
        raise WrongValueError(f"field '{name}' is {shown}: allowed is {error}") from error


def _is_missing(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _words(value: object) -> str:
    if not isinstance(value, str) or not one_line(value):
        raise ValueError("a text")
    return one_line(value)


def _identifier(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 0 < len(one_line(text)) <= MAX_ID:
        raise ValueError(f"a text of at most {MAX_ID} characters")
    return one_line(text)


def _list(value: object) -> tuple[str, ...]:
    parts = _LIST_SPLIT.split(value) if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("a list of texts, or one text with ';' between")
    return tuple(dict.fromkeys(filter(None, map(one_line, parts))))


def _number(value: object) -> float:
    allowed = ValueError("a number from 0")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise allowed
    try:
        number = float(value.replace(",", "") if isinstance(value, str) else value)
    except ValueError:
        raise allowed from None
    if not 0 <= number < float("inf"):
        raise allowed
    return number


def _whole(least: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        allowed = ValueError(f"a whole number from {least} to {2**53}")
        try:
            number = _number(value)
        except ValueError:
            raise allowed from None
        if number != int(number) or not least <= number <= 2**53:
            raise allowed
        return int(number)

    return check


def _date(value: object) -> str:
    match = _DATE.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    if match is None:
        raise ValueError("a date: 2024, 2024-03 or 2024-03-18")
    parts = [int(part) for part in match.groups() if part]
    try:
        day = datetime.date(*[*parts, 1, 1][:3])
    except ValueError:
        raise ValueError("a date that exists: 2024, 2024-03 or 2024-03-18") from None
    return day.isoformat()[: {1: 4, 2: 7, 3: 10}[len(parts)]]


def _language(value: object) -> str:
    match = _LANGUAGE.fullmatch(_words(value))
    if match is None:
        raise ValueError("a language code: zh, en, fr")
    return match[1].lower()


def _address(value: object) -> str:
    if not _WEB_ADDRESS.fullmatch(_words(value)):
        raise ValueError("an address that begins with http://, https:// or /")
    return _words(value)


def _file_type(value: object) -> str:
    return _words(value).lower().removeprefix(".")


def _page(value: object) -> Page:
    text, number = (
        (value.get("text"), value.get("page")) if isinstance(value, dict) else (value, None)
    )
    if not isinstance(text, str):
        raise ValueError("texts, or objects like {'text': '…', 'page': 3}")
    try:
        return Page(clean(text).strip(), None if _is_missing(number) else _whole(1)(number))
    except ValueError as error:
        raise ValueError(f"a page that is {error}") from error


FIELDS: dict[str, Callable[[Any], Any]] = {
    "title": _words,
    "url": _address,
    "authors": _list,
    "language": _language,
    "file_type": _file_type,
    "page_count": _whole(1),
    "size_bytes": _whole(0),
    "price": _number,
    "uploaded_at": _date,
    "tags": _list,
    "source": _words,
    "fields": own_fields,
}
"""Each check returns the value to keep, or raises ValueError with what is allowed."""
