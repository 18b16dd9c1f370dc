"""The search page: the start, and the results."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from api.web.hits import shown_hit
from api.web.narrowing import Narrowing
from api.web.rendering import Renderer, address, kept, same_page, wording_for
from api.web.tools import FIELDS, AddressOf, tools
from api.web.turning import asked_page, turning
from api.web.wording import Language
from core.errors import WenhaiError
from search.asking.query import DEEPEST_OFFSET, SearchRequest
from search.engine import Engine
from search.selection.facets import Facet
from store.view import LibraryView
from text.readable import plain

HITS_A_PAGE = 10

_LAST_PAGE = DEEPEST_OFFSET // HITS_A_PAGE + 1
_EXAMPLES = 5
_LONGEST_EXAMPLE: dict[Language, int] = {"zh": 24, "en": 48}
_TITLES_LOOKED_AT = 60


class Pages:
    """The pages on one library."""

    def __init__(self, engine: Engine, renderer: Renderer) -> None:
        self._engine = engine
        self._renderer = renderer

    def add_to(self, app: FastAPI) -> None:
        """Put the pages at their places."""
        app.get("/", include_in_schema=False)(self.search)

    def search(self, request: Request) -> HTMLResponse:
        """Return the results, or the start page where nothing is asked."""
        try:
            if request.query_params.get("q", "").strip():
                return self._results(request)
            return self._start(request)
        except WenhaiError as error:
            return self._renderer.error(request, error)

    def _start(self, request: Request) -> HTMLResponse:
        view = self._engine.view
        values = {
            "holdings": view.catalogue.counts()["documents"],
            "examples": [
                (title, same_page(request, "q", title))
                for title in _examples(view, wording_for(request).language)
            ],
        }
        return self._renderer.render(request, "start.html", values)

    def _results(self, request: Request) -> HTMLResponse:
        say, narrowing = wording_for(request), Narrowing.of(request.query_params)
        number = asked_page(request.query_params.get("page"), _LAST_PAGE)
        asked = SearchRequest(
            request.query_params["q"].strip(),
            limit=HITS_A_PAGE,
            offset=(number - 1) * HITS_A_PAGE,
            spelling=request.query_params.get("spelling") != "false",
            filter=narrowing.filter(),
            facets=FIELDS,
            sort=(narrowing.sort,) if narrowing.sort else (),
        )
        found = self._engine.search(asked)
        facets = {**found.facets, **self._without_themselves(asked, narrowing)}
        last = min(-(-found.total.value // HITS_A_PAGE), _LAST_PAGE)
        values = {
            "found": found,
            "hits": [shown_hit(hit, asked.q, say) for hit in found.hits],
            "nearest": [shown_hit(hit, asked.q, say) for hit in found.nearest],
            "by_meaning": any(
                mark.kind == "semantic"
                for hit in (*found.hits, *found.nearest)
                for mark in hit.snippet.highlights
            ),
            "turn": turning(request, number, last),
            "first": same_page(request, "page", None),
            "as_typed": same_page(request, "spelling", "false"),
            "tools": tools(narrowing, facets, say, _address_with(request)),
            "narrowed": bool(narrowing.fields),
            "kept": narrowing.parameters(),
        }
        return self._renderer.render(request, "results.html", values)

    def _without_themselves(
        self, asked: SearchRequest, narrowing: Narrowing
    ) -> Mapping[str, Facet]:
        """Return the facets of fields that are filtered by, as they are without that filter.

        Else nobody could see what more there is to choose.
        """
        counting = replace(asked, limit=1, offset=DEEPEST_OFFSET, sort=(), semantic_marks=False)
        return {
            field: self._engine.search(
                replace(counting, filter=narrowing.filter(without=field), facets=(field,))
            ).facets[field]
            for field in narrowing.fields
        }


def _address_with(request: Request) -> AddressOf:
    """Return what tells the address of the same question with other filters, from page 1."""
    asked = kept(request, "q", "lang", "spelling")
    return lambda chosen: address(request.url.path, [*asked, *chosen])


def _examples(view: LibraryView, language: Language) -> list[str]:
    """Return a few short titles from all over the library, in that language if there are any."""
    keys = sorted(set(view.table.documents.tolist()))
    spread = keys[:: max(len(keys) // _TITLES_LOOKED_AT, 1)][:_TITLES_LOOKED_AT]
    facts = [each.metadata for each in view.catalogue.documents(spread).values()]
    known = [each for each in facts if each.language == language] or facts
    titles = dict.fromkeys(plain(each.title) for each in known)
    short = [title for title in titles if len(title) <= _LONGEST_EXAMPLE[language]]
    return short[:: max(len(short) // _EXAMPLES, 1)][:_EXAMPLES]
