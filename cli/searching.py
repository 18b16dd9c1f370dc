"""`wenhai search` and `wenhai similar`: questions asked in a terminal."""

from typing import Annotated, cast, get_args

import typer
from rich.console import Console
from rich.text import Text

from cli.options import (
    CollectionOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    open_encoder,
    settings,
)
from core.errors import InvalidQuery
from core.wording import counted
from search.answer import HighlightKind, Hit, SearchPage, Snippet
from search.asking.query import SNIPPET_COLUMNS, Duplicates, HighlightStyle, Mode, SearchRequest
from search.engine import Engine
from search.proof.excerpts import shorten
from search.selection.facets import Facet
from store.catalogue.reading import StoredDocument
from text.readable import plain

_COPIES_SHOWN = 3
_VALUES_SHOWN = 10
_AT_LEAST = {"eq": "", "gte": "at least "}
Styles = dict[HighlightKind, str]
_STYLES: Styles = {"keyword": "bold yellow", "semantic": "underline"}


FilterOption = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="CONDITIONS",
        help=r"Only documents that pass: 'file_type IN \[pdf, pptx] AND page_count >= 10'.",
        show_default=False,
    ),
]


def search(  # noqa: PLR0913 - one parameter for each option
    q: Annotated[str, typer.Argument(metavar="QUERY", show_default=False)],
    library: LibraryOption = None,
    model: ModelOption = None,
    collection: CollectionOption = None,
    *,
    mode: Annotated[str, typer.Option(help="hybrid, semantic or keyword.")] = "hybrid",
    limit: Annotated[int, typer.Option("--limit", "-n", help="Hits to show.")] = 10,
    offset: Annotated[int, typer.Option(help="Hits to skip.")] = 0,
    passages: Annotated[int, typer.Option(help="Passages to show of each hit.")] = 2,
    min_relevance: Annotated[
        float | None,
        typer.Option(help="Cut-off from 0 to 1; 0 shows everything.", show_default=False),
    ] = None,
    duplicates: Annotated[
        str, typer.Option(help="fold documents that say the same into one hit, or show all.")
    ] = "fold",
    highlight: Annotated[
        str, typer.Option(help="Marks: offsets or html (for --json), or none.")
    ] = "offsets",
    snippet_columns: Annotated[
        int, typer.Option(help="Width of a snippet; a Han character takes two.")
    ] = SNIPPET_COLUMNS,
    spelling: Annotated[
        bool, typer.Option(help="Read misspelt words as words of the library.")
    ] = True,
    filter_: FilterOption = None,
    sort: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD[:desc]", help="Sort by this, then by the next --sort."),
    ] = None,
    facet: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="Count the values of this field; may be repeated."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the documents that answer QUERY, with their pages and the passages that prove it."""
    if highlight not in get_args(HighlightStyle):
        raise InvalidQuery(f'highlight is "{highlight}": take offsets, html or none')
    request = SearchRequest(
        q,
        cast("Mode", mode),
        limit,
        offset,
        passages,
        min_relevance,
        cast("Duplicates", duplicates),
        semantic_marks=highlight != "none",
        snippet_columns=snippet_columns,
        spelling=spelling,
        filter=filter_,
        facets=tuple(facet or ()),
        sort=tuple(sort or ()),
    )
    page = _engine(library, model, collection).search(request)
    if as_json:
        from api.answers import search_answer

        style = cast("HighlightStyle", highlight)
        typer.echo(search_answer(page, request, style).model_dump_json())
        return
    _print_page(page, request, {} if highlight == "none" else _STYLES)


def similar(  # noqa: PLR0913 - one parameter for each option
    document_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    library: LibraryOption = None,
    model: ModelOption = None,
    collection: CollectionOption = None,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Documents to show.")] = 10,
    filter_: FilterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find documents like the one with this ID, by what their passages say."""
    found = _engine(library, model, collection).similar(document_id, limit, filter_)
    if as_json:
        from api.answers import similar_answer

        typer.echo(similar_answer(document_id, found).model_dump_json())
        return
    console = Console(highlight=False)
    for number, each in enumerate(found, 1):
        console.print(
            _heading(number, each.document), Text(f"  {each.similarity:.2f}", "dim"), soft_wrap=True
        )
        text = shorten(plain(each.reason.theirs.text), SNIPPET_COLUMNS)
        console.print(Text(f"   {text}"), soft_wrap=True)


def _engine(library: LibraryOption, model: ModelOption, collection: CollectionOption) -> Engine:
    chosen = settings(library, model, collection)
    return Engine(chosen.library, open_encoder(chosen))


def _print_page(page: SearchPage, request: SearchRequest, styles: Styles) -> None:
    console = Console(highlight=False)
    if page.corrected:
        console.print(Text.assemble("showing results for ", (plain(page.corrected), "bold")))
    if page.verdict.answer == "none":
        console.print(
            f"nothing here answers this ({page.took_ms:.0f} ms); the nearest:", style="bold"
        )
    else:
        count = _AT_LEAST[page.total.relation] + counted(page.total.value, "document")
        console.print(f"{count} ({page.took_ms:.0f} ms)", style="dim")
        for field, facet in page.facets.items():
            console.print(Text.assemble((f"{field}: ", "cyan"), _counts(facet)), soft_wrap=True)
    for number, hit in enumerate(page.hits or page.nearest, request.offset + 1):
        _print_hit(console, number, hit, styles)


def _counts(facet: Facet) -> str:
    """Return the commonest values with their counts, and how many documents have none."""
    shown = [f"{plain(str(each.value))} {each.count:,}" for each in facet.values[:_VALUES_SHOWN]]
    others = sum(each.count for each in facet.values[_VALUES_SHOWN:]) + facet.other
    more = {"others": others, "unknown": facet.missing}
    return ", ".join(shown + [f"{name} {count:,}" for name, count in more.items() if count])


def _print_hit(console: Console, number: int, hit: Hit, styles: Styles) -> None:
    console.print()
    console.print(_heading(number, hit.document), soft_wrap=True)
    if hit.snippet.excerpts:
        console.print(Text("   ").append_text(_snippet(hit.snippet, styles)), soft_wrap=True)
    if hit.duplicates:
        console.print(_copies(hit), soft_wrap=True)
    scores = hit.scores
    console.print(
        Text(
            f"   relevance {hit.relevance:.2f}  meaning {scores.semantic:.3f}  "
            f"words {scores.keyword:.2f}  id {hit.document.id}",
            "dim",
        ),
        soft_wrap=True,
    )


def _copies(hit: Hit) -> Text:
    """Return where else the text is: the first few files, or titles of what has no file."""
    shown = [
        plain(each.document.label or each.document.metadata.title)
        + ("" if each.kind == "exact" else " (nearly the same)")
        for each in hit.duplicates[:_COPIES_SHOWN]
    ]
    more = hit.duplicate_count - len(shown)
    shown += [f"{more:,} more"] if more > 0 else []
    return Text.assemble("   also here: ", (", ".join(shown), "dim"))


def _heading(number: int, document: StoredDocument) -> Text:
    facts = document.metadata
    known = [plain(document.label or ""), f"{facts.page_count} pages" if facts.page_count else None]
    return Text.assemble(
        f"{number}. ",
        (plain(facts.title), "bold"),
        ("  " + " | ".join(fact for fact in known if fact), "dim"),
    )


def _snippet(snippet: Snippet, styles: Styles) -> Text:
    """Return the excerpts with their marks, and the page wherever another one begins."""
    text = Text()
    page: int | None = None
    for excerpt in snippet.excerpts:
        text.append(excerpt.before)
        if excerpt.page and excerpt.page != page:
            page = excerpt.page
            text.append(f"p. {page}: ", "cyan")
        start = len(text)
        text.append(excerpt.text)
        for mark in excerpt.highlights:
            text.stylize(styles.get(mark.kind, ""), start + mark.start, start + mark.end)
    return text.append(snippet.after)
