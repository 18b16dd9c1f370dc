"""Which days does a date stand for? `2023` for a year of them, `2023-05` for a month."""

import calendar
import datetime
import re

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_date(text: str) -> bool:
    """Say whether the text has the form of a date: `2023`, `2023-05` or `2023-05-17`."""
    return _DATE.fullmatch(text) is not None


def days_of(text: str) -> tuple[int, int]:
    """Return the first and the last day of the period, counted from 0001-01-01, which is 1.

    ValueError says what is wrong with a text that is no date, or names a day that never was.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("a date is written 2023, 2023-05 or 2023-05-17")
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year:
        raise ValueError("there is no year 0: years go from 0001 to 9999")
    if month is None:
        return _number(year, 1, 1), _number(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month:02}: months go from 01 to 12")
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return _number(year, month, 1), _number(year, month, last)
    if not 1 <= day <= last:
        raise ValueError(f"there is no day {day:02} in {year:04}-{month:02}: its last is {last}")
    return _number(year, month, day), _number(year, month, day)


def _number(year: int, month: int, day: int) -> int:
    return datetime.date(year, month, day).toordinal()
