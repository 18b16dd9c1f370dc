"""The line of facts under a title: 免费 | 36 页 | 16.69 MB | 2024-05."""

from api.web.wording import Wording
from core.types import Metadata

_KB = 1024
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def facts(metadata: Metadata, say: Wording) -> list[str]:
    """Return what is known of price, pages, size and age, in the reader's language."""
    found = [
        _price(metadata.price, say),
        None if metadata.page_count is None else say("pages", metadata.page_count),
        _size(metadata.size_bytes, say),
        _date(metadata.uploaded_at, say),
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


def _date(date: str | None, say: Wording) -> str | None:
    """Return the date at its own precision: `May 2024` or `17 May 2024` where English."""
    if date is None or say.language == "zh":
        return date
    year, *rest = date.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])
