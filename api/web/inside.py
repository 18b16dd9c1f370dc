"""What is looked for within a document, on its page: which of its passages answer?"""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from api.answers import marked_html
from api.web.rendering import address, kept
from core.errors import InvalidQuery
from search.answer import Hit
from search.asking.query import SearchRequest
from search.engine import Engine

_MOST = 10
_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage that answers, with marks, and where it is shown in its document."""

    key: int
    html: Markup
    page: int | None
    address: str


@dataclass(frozen=True, slots=True)
class Inside:
    """What was looked for, and what answers, best first; or what is nearest, or what is wrong."""

    asked: str
    total: int = 0
    passages: tuple[ShownPassage, ...] = ()
    nearest: tuple[ShownPassage, ...] = ()
    wrong: str | None = None

    @property
    def best(self) -> int | None:
        """The key of the passage that answers best, None where none does."""
        return self.passages[0].key if self.passages else None


def looked_for(request: Request, engine: Engine, document_id: str) -> Inside:
    """Return what the address asks of the document: nothing, where `within` is empty."""
    asked = request.query_params.get("within", "").strip()
    if not asked:
        return Inside("")
    try:
        found = engine.search_inside(
            document_id, SearchRequest(asked, limit=_MOST, snippet_columns=_COLUMNS)
        )
    except InvalidQuery as error:
        return Inside(asked, wrong=str(error))
    return Inside(
        asked,
        found.total.value,
        tuple(_shown(request, asked, found.hits)),
        tuple(_shown(request, asked, found.nearest)),
    )


def _shown(request: Request, asked: str, hits: Iterable[Hit]) -> Iterable[ShownPassage]:
    for hit in hits:
        best, snippet = hit.passages[0], hit.snippet
        page = best.passage.page
        at = [("at", page)] if page else []
        marks = [
            *at,
            ("passage", best.key),
            ("q", asked),
            ("within", asked),
            *kept(request, "lang"),
        ]
        yield ShownPassage(
            best.key,
            marked_html(snippet.text, snippet.highlights),
            page,
            f"{address(request.url.path, marks)}#{'view' if page else 'passage'}",
        )
