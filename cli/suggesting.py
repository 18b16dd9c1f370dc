"""`wenhai suggest`: what could be asked that begins like this?"""

from typing import Annotated

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
from core.wording import counted
from text.readable import plain


def suggest(  # noqa: PLR0913 - one parameter for each option
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", show_default=False)],
    library: LibraryOption = None,
    model: ModelOption = None,
    collection: CollectionOption = None,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Suggestions to show.")] = 8,
    as_json: JsonOption = False,
) -> None:
    """Suggest titles and phrases that begin with PREFIX: Han, pinyin, its initials or English."""
    from search.engine import Engine
    from search.suggesting.suggester import Suggester

    chosen = settings(library, model, collection)
    suggester = Suggester(Engine(chosen.library, open_encoder(chosen)))
    found = suggester.suggest(prefix, limit, wait=True)
    if as_json:
        from api.suggesting import SuggestAnswer

        typer.echo(SuggestAnswer.of(found).model_dump_json())
        return
    console = Console(highlight=False)
    for each in found.suggestions:
        held = f"  {counted(each.documents, 'document')}" if each.documents > 1 else ""
        console.print(Text.assemble((plain(each.text), "bold"), (held, "dim")), soft_wrap=True)
