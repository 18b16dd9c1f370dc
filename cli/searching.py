"""`wenhai search` and `wenhai similar`: questions asked in a terminal."""

from typing import Annotated, cast

import typer
from rich.console import Console
from rich.text import Text

from cli.options import JsonOption, LibraryOption, ModelOption, open_encoder, settings
from search.answer import Hit, PassageHit, SearchPage
from search.engine import Engine
from search.query import Mode, SearchRequest
from store.catalogue import StoredDocument

_AT_LEAST = {"eq": "", "gte": "at least "}


def search(  # noqa: PLR0913 - one parameter for each option
    q: Annotated[str, typer.Argument(metavar="QUERY", show_default=False)],
    library: LibraryOption = None,
    model: ModelOption = None,
    *,
    mode: Annotated[str, typer.Option(help="hybrid, semantic or keyword.")] = "hybrid",
    limit: Annotated[int, typer.Option("--limit", "-n", help="Hits to show.")] = 10,
    offset: Annotated[int, typer.Option(help="Hits to skip.")] = 0,
    passages: Annotated[int, typer.Option(help="Passages to show of each hit.")] = 2,
    min_relevance: Annotated[
        float | None,
        typer.Option(help="Cut-off from 0 to 1; 0 shows everything.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the documents that answer QUERY, with their pages and the passages that prove it."""
    request = SearchRequest(q, cast("Mode", mode), limit, offset, passages, min_relevance)
    page = _engine(library, model).search(request)
    if as_json:
        from api.answers import search_answer

        typer.echo(search_answer(page, request).model_dump_json())
        return
    _print_page(page, request)


def similar(
    document_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    library: LibraryOption = None,
    model: ModelOption = None,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Documents to show.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Find documents like the one with this ID, by what their passages say."""
    found = _engine(library, model).similar(document_id, limit)
    if as_json:
        from api.answers import similar_answer

        typer.echo(similar_answer(document_id, found).model_dump_json())
        return
    console = Console(highlight=False)
    for number, each in enumerate(found, 1):
        console.print(
            _heading(number, each.document), Text(f"  {each.similarity:.2f}", "dim"), soft_wrap=True
        )
        console.print(Text(f"   {_one_line(each.their_passage.text)[:160]}"), soft_wrap=True)


def _engine(library: LibraryOption, model: ModelOption) -> Engine:
    chosen = settings(library, model)
    return Engine(chosen.library, open_encoder(chosen))


def _print_page(page: SearchPage, request: SearchRequest) -> None:
    console = Console(highlight=False)
    if page.verdict.answer == "none":
        console.print(
            f"nothing here answers this ({page.took_ms:.0f} ms); the nearest:", style="bold"
        )
    else:
        count = f"{_AT_LEAST[page.total.relation]}{page.total.value:,}"
        console.print(f"{count} documents ({page.took_ms:.0f} ms)", style="dim")
    for number, hit in enumerate(page.hits or page.nearest, request.offset + 1):
        _print_hit(console, number, hit)


def _print_hit(console: Console, number: int, hit: Hit) -> None:
    console.print()
    console.print(_heading(number, hit.document), soft_wrap=True)
    for found in hit.passages:
        page = f"p. {found.passage.page}: " if found.passage.page else ""
        console.print(Text.assemble("   ", (page, "cyan"), _marked(found)), soft_wrap=True)
    scores = hit.scores
    console.print(
        Text(
            f"   relevance {hit.relevance:.2f}  meaning {scores.semantic:.3f}  "
            f"words {scores.keyword:.2f}  id {hit.document.id}",
            "dim",
        )
    )


def _heading(number: int, document: StoredDocument) -> Text:
    facts = document.metadata
    known = [document.label, f"{facts.page_count} pages" if facts.page_count else None]
    return Text.assemble(
        f"{number}. ",
        (_one_line(facts.title), "bold"),
        ("  " + " | ".join(fact for fact in known if fact), "dim"),
    )


def _marked(found: PassageHit) -> Text:
    text = Text(_one_line(found.passage.text))
    for mark in found.highlights:
        text.stylize("bold yellow", mark.start, mark.end)
    return text


def _one_line(text: str) -> str:
    """Return the text with its line feeds as spaces; offsets stay."""
    return "".join(" " if each.isspace() else each for each in text)
