"""What stands above the results: filters to open, those that are on, and the order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from api.web.narrowing import CHOICES, SORTS, SPANS, Narrowing
from api.web.wording import LANGUAGE_NAMES, Wording
from search.selection.facets import Facet
from text.folding import fold
from text.readable import plain

FIELDS = (*CHOICES, *SPANS)
"""What has to be counted for the tools."""

_MOST_OPTIONS = 12

Parameters = list[tuple[str, str]]
AddressOf = Callable[[Parameters], str]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice with the address that makes it, or takes it back where it is `on`."""

    label: str
    address: str
    on: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A field to filter by: values as `options`, or a stretch from `start` to `end`.

    `least` and `most` are what the results have; `kept` are the parameters of all other choices.
    """

    field: str
    label: str
    on: int
    options: list[Option]
    start: str = ""
    end: str = ""
    least: str = ""
    most: str = ""
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    """All of it: what can be filtered by, the `chips` of what is, `clear` for none, the orders."""

    filters: list[Tool]
    chips: list[Option]
    clear: str
    sorts: list[Option]


def tools(
    narrowing: Narrowing, facets: Mapping[str, Facet], say: Wording, address_of: AddressOf
) -> Tools:
    """Return the tools for results that have these facets; nothing with only one outcome."""
    made = [
        *(_choice(field, narrowing, facets[field], say, address_of) for field in CHOICES),
        *(_span(field, narrowing, facets[field], say) for field in SPANS),
    ]
    sort = [("sort", narrowing.sort)] if narrowing.sort else []
    return Tools(
        [each for each in made if each.on or len(each.options) > 1 or each.least != each.most],
        _chips(narrowing, say, address_of),
        address_of(sort),
        _sorts(narrowing, facets, say, address_of),
    )


def _chips(narrowing: Narrowing, say: Wording, address_of: AddressOf) -> list[Option]:
    """Return each choice with the address that takes it back."""
    chosen = [(field, value) for field, values in narrowing.choices.items() for value in values]
    return [
        *(
            Option(_named(*each, say), address_of(_toggled(narrowing, *each)), on=True)
            for each in chosen
        ),
        *(
            Option(_said(field, span, say), address_of(narrowing.parameters(field)), on=True)
            for field, span in narrowing.spans.items()
        ),
    ]


def _choice(
    field: str, narrowing: Narrowing, facet: Facet, say: Wording, address_of: AddressOf
) -> Tool:
    chosen = {fold(each).text: each for each in narrowing.choices.get(field, ())}
    counts = {str(each.value): each.count for each in facet.values[:_MOST_OPTIONS]}
    there = {fold(value).text for value in counts}
    counts |= {value: 0 for key, value in chosen.items() if key not in there}
    options = [
        Option(
            _named(field, value, say),
            address_of(_toggled(narrowing, field, chosen.get(fold(value).text, value))),
            fold(value).text in chosen,
            count,
        )
        for value, count in counts.items()
    ]
    return Tool(field, say(f"by_{field}"), len(chosen), options)


def _span(field: str, narrowing: Narrowing, facet: Facet, say: Wording) -> Tool:
    start, end = narrowing.spans.get(field, ("", ""))
    kept = tuple(narrowing.parameters(field))
    least, most = _ends(field, facet)
    return Tool(
        field, say(f"by_{field}"), int(bool(start or end)), [], start, end, least, most, kept
    )


def _ends(field: str, facet: Facet) -> tuple[str, str]:
    """Return the least and the most of a field, as it is written in the page."""
    if field == "uploaded_at":
        years = sorted(str(each.value)[:4] for each in facet.values)
        return (years[0], years[-1]) if years else ("", "")
    if facet.least is None or facet.most is None:
        return "", ""
    unit = SPANS[field]
    return f"{facet.least / unit:.4g}", f"{facet.most / unit:.4g}"


def _sorts(
    narrowing: Narrowing, facets: Mapping[str, Facet], say: Wording, address_of: AddressOf
) -> list[Option]:
    filters = [each for each in narrowing.parameters() if each[0] != "sort"]
    known = [each for each in SORTS if facets[each.partition(":")[0]].values]
    offered = [None, *(each for each in SORTS if each in known or each == narrowing.sort)]
    return [
        Option(
            say(f"sort_{(each or 'relevance').replace(':', '_')}"),
            address_of([*filters, *([("sort", each)] if each else [])]),
            each == narrowing.sort,
        )
        for each in offered
    ]


def _toggled(narrowing: Narrowing, field: str, value: str) -> Parameters:
    """Return the parameters with that value chosen, or no longer."""
    now = narrowing.parameters()
    return [each for each in now if each != (field, value)] + (
        [] if (field, value) in now else [(field, value)]
    )


def _named(field: str, value: str, say: Wording) -> str:
    if field == "language":
        return LANGUAGE_NAMES.get(value.lower(), value)
    return value.upper() if field == "file_type" else plain(value) or say("nameless")


def _said(field: str, span: Iterable[str], say: Wording) -> str:
    start, end = span
    label = say(f"by_{field}")
    if start and end:
        return f"{label} {start} – {end}"
    return f"{label} ≥ {start}" if start else f"{label} ≤ {end}"
