"""Which documents does the address of the page leave, and in which order do they stand?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from text.dates import days_of

CHOICES = ("file_type", "language", "source", "tags")
"""Fields of which values are chosen; a parameter of that name for each value."""

SPANS: Mapping[str, int] = {
    "uploaded_at": 1,
    "page_count": 1,
    "size_bytes": 1024**2,
    "price": 1,
}
"""Fields of which a stretch is chosen, by `…_from` and `…_to`; and the unit of what is written."""

SORTS = ("uploaded_at:desc", "page_count:desc", "page_count:asc", "size_bytes:asc", "price:asc")
"""What results can be sorted by, besides relevance."""

_NUMBER = re.compile(r"\d{1,9}(\.\d{1,3})?")
_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The values and stretches that are chosen, by field, and the key that is sorted by."""

    choices: Mapping[str, tuple[str, ...]]
    spans: Mapping[str, tuple[str, str]]
    sort: str | None

    @classmethod
    def of(cls, parameters: QueryParams) -> "Narrowing":
        """Return what these parameters choose; what cannot be read is left out."""
        choices = {
            field: tuple(dict.fromkeys(filter(None, parameters.getlist(field))))[:_MOST_VALUES]
            for field in CHOICES
        }
        spans = {
            field: (
                _bound(field, parameters.get(f"{field}_from")),
                _bound(field, parameters.get(f"{field}_to")),
            )
            for field in SPANS
        }
        sort = parameters.get("sort")
        return cls(
            {field: values for field, values in choices.items() if values},
            {field: span for field, span in spans.items() if any(span)},
            sort if sort in SORTS else None,
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which something is chosen."""
        return (*self.choices, *self.spans)

    def filter(self, without: str | None = None) -> str | None:
        """Return the filter that leaves what is chosen, None for all; one field may be left out."""
        conditions = [
            *(_one_of(field, values) for field, values in self.choices.items() if field != without),
            *(
                condition
                for field, span in self.spans.items()
                if field != without
                for condition in _between(field, span)
            ),
        ]
        return " AND ".join(conditions) or None

    def parameters(self, without: str | None = None) -> list[tuple[str, str]]:
        """Return the parameters that choose the same; one field may be left out."""
        return [
            *(
                (field, value)
                for field, values in self.choices.items()
                if field != without
                for value in values
            ),
            *(
                (f"{field}_{end}", bound)
                for field, span in self.spans.items()
                if field != without
                for end, bound in zip(("from", "to"), span, strict=True)
                if bound
            ),
            *([("sort", self.sort)] if self.sort else []),
        ]


def _bound(field: str, text: str | None) -> str:
    """Return the bound as it is written, "" where it cannot be read."""
    text = (text or "").strip()
    if field != "uploaded_at":
        return text if _NUMBER.fullmatch(text) else ""
    try:
        days_of(text)
    except ValueError:
        return ""
    return text


def _one_of(field: str, values: Iterable[str]) -> str:
    return f"{field} IN [{', '.join(_quoted(value) for value in values)}]"


def _between(field: str, span: tuple[str, str]) -> Iterable[str]:
    for order, bound in zip((">=", "<="), span, strict=True):
        if bound:
            unit = SPANS[field]
            yield f"{field} {order} {bound if unit == 1 else round(float(bound) * unit)}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
