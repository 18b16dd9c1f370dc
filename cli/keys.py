"""`wenhai keys`: who may ask over HTTP, with which rights."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer

from cli.options import JsonOption, LibraryOption, settings
from core.errors import InvalidKey
from core.settings import EVERY_ORIGIN, Settings, origins
from store.keys import Key, KeyStore, Scope
from store.layout import LibraryLayout
from store.manifest import read_manifest

keys_app = typer.Typer(
    name="keys", help="Keys for whoever asks over HTTP.", no_args_is_help=True, add_completion=False
)

_NAME = re.compile(r"[\w.-]{1,64}")
_SCOPES: tuple[Scope, ...] = get_args(Scope)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@keys_app.command()
def create(  # noqa: PLR0913 - one parameter for each option
    name: NameArgument,
    library: LibraryOption = None,
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="search, events or write; search, unless said.", show_default=False),
    ] = None,
    filter_: Annotated[
        str | None,
        typer.Option("--filter", help="What does not pass is as if not there.", show_default=False),
    ] = None,
    collection: Annotated[
        str | None, typer.Option(help="The only collection it is for.", show_default=False)
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="Whose pages may use it, such as https://a.example.", show_default=False),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="The first day it counts no more.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key, and print its token, which cannot be shown again."""
    chosen = settings(library)
    read_manifest(LibraryLayout(chosen.library))
    key = Key(
        _checked_name(name),
        _checked_scopes(scope or ["search"], filter_),
        filter_,
        collection,
        _checked_origins(origin or [], chosen),
        _checked_day(expires),
    )
    _check_filter(chosen.library, key)
    token = KeyStore(LibraryLayout(chosen.library)).create(key)
    typer.echo(
        json.dumps({**asdict(key), "token": token}, ensure_ascii=False) if as_json else token
    )


@keys_app.command(name="list")
def list_keys(library: LibraryOption = None, *, as_json: JsonOption = False) -> None:
    """Show the keys, and what each is for; tokens are kept nowhere."""
    from rich.console import Console
    from rich.table import Table

    layout = LibraryLayout(settings(library).library)
    read_manifest(layout)
    found = list(KeyStore(layout).by_digest().values())
    if as_json:
        shown = [{**asdict(key), "expired": key.is_expired} for key in found]
        typer.echo(json.dumps({"keys": shown}, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for column in ("name", "for", "filter", "collection", "origins", "expires"):
        table.add_column(column)
    for key in found:
        day = f"{key.expires} (over)" if key.is_expired else key.expires
        table.add_row(
            key.name, ", ".join(key.scopes), key.filter, key.collection, " ".join(key.origins), day
        )
    Console(highlight=False, markup=False).print(table if found else "no keys")


@keys_app.command()
def revoke(name: NameArgument, library: LibraryOption = None) -> None:
    """Let a key count no more; a running server knows within a second."""
    layout = LibraryLayout(settings(library).library)
    read_manifest(layout)
    KeyStore(layout).revoke(name)


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidKey(f'name is "{name}": take at most 64 letters, digits, -, _ and .')
    return name


def _checked_scopes(scopes: Sequence[str], filter_: str | None) -> tuple[Scope, ...]:
    unknown = [each for each in scopes if each not in _SCOPES]
    if unknown:
        raise InvalidKey(f'--scope is "{unknown[0]}": take {", ".join(_SCOPES)}')
    if filter_ is not None and "write" in scopes:
        raise InvalidKey("a key that may write sees all: leave --filter out, or --scope write")
    return tuple(each for each in _SCOPES if each in scopes)


def _checked_origins(given: list[str], chosen: Settings) -> tuple[str, ...]:
    found = origins("--origin", given)
    if EVERY_ORIGIN in found:
        raise InvalidKey("--origin is *: leave it out, and pages of every site may use the key")
    for each in found:
        if not {each, EVERY_ORIGIN} & set(chosen.origins):
            hint = f"pages of {each} can ask once the server's WENHAI_ORIGINS has it"
            typer.echo(hint, err=True)
    return found


def _checked_day(expires: str | None) -> str | None:
    if expires is None:
        return None
    try:
        day = date.fromisoformat(expires)
    except ValueError:
        day = date.min
    if day <= datetime.now(UTC).date():
        raise InvalidKey(f'--expires is "{expires}": give a day to come, such as 2027-01-31')
    return day.isoformat()


def _check_filter(library: Path, key: Key) -> None:
    """Raise InvalidFilter if the filter cannot be read, or names what no document has."""
    from search.filtering.masks import passing
    from store.view import LibraryView

    layout = LibraryLayout(library)
    root = library if key.collection is None else layout.collection(key.collection)
    read_manifest(LibraryLayout(root))
    if key.filter is not None:
        passing(key.filter, LibraryView(root).facts)
