"""The line of facts under a title: 免费 | 36 页 | 16.69 MB | 2 年前."""

import datetime

from markupsafe import Markup

from api.web.wording import Wording
from core.types import Metadata

_KB = 1024
_DAYS_COUNTED = 28
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def facts(metadata: Metadata, say: Wording, today: datetime.date | None = None) -> list[str]:
    """Return what is known of price, pages, size and age, in the reader's language."""
    today = today or datetime.datetime.now(datetime.UTC).date()
    found = [
        _price(metadata.price, say),
        None if metadata.page_count is None else say("pages", metadata.page_count),
        _size(metadata.size_bytes, say),
        _age(metadata.uploaded_at, today, say),
    ]
    return [each for each in found if each]


def _price(price: float | None, say: Wording) -> str | None:
    if price is None:
        return None
    number = int(price) if price == int(price) else price
    return say("points", number) if price else say("free")


def _size(size: int | None, say: Wording) -> str | None:
    if size is None:
        return None
    if size < _KB**2:
        return f"{max(round(size / _KB), 1)} KB"
    unit, in_unit = ("MB", size / _KB**2) if size < _KB**3 else ("GB", size / _KB**3)
    return f"{in_unit:.2f} {unit}" if say.language == "zh" else f"{in_unit:.1f} {unit}"


def _age(date: str | None, today: datetime.date, say: Wording) -> Markup | None:
    """Return how long ago it was, as exactly as the date is known, and the date for who asks."""
    if date is None:
        return None
    text = _ago(*map(int, date.split("-")), today=today, say=say) or date
    return Markup('<time datetime="{0}" title="{1}">{2}</time>').format(
        date, _written(date, say), text
    )


def _ago(
    year: int, month: int = 0, day: int = 0, *, today: datetime.date, say: Wording
) -> str | None:
    """Return the age in the largest unit that fits, None for what is yet to come."""
    months = (today.year - year) * 12 + ((today.month - month) if month else 0)
    if day:
        days = (today - datetime.date(year, month, day)).days
        if days < _DAYS_COUNTED:
            return None if days < 0 else say("days_ago", days) if days else say("today")
        months = max(months - (day > today.day), 1)
    if months >= 12:
        return say("years_ago", months // 12)
    if months > 0:
        return say("months_ago", months)
    return None if months < 0 else say("this_month" if month else "this_year")


def _written(date: str, say: Wording) -> str:
    """Return the date at its own precision: `May 2024` or `17 May 2024` where English."""
    if say.language == "zh":
        return date
    year, *rest = date.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])
