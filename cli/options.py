"""The options that every command has, and what they open."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from core.settings import Settings, load_settings
from models import DEFAULT_MODEL, Encoder, load_encoder
from store.layout import LibraryLayout

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library", "-l", metavar="DIR", help="The library's folder.", show_default=False
    ),
]
CollectionOption = Annotated[
    str | None,
    typer.Option(
        "--collection",
        "-c",
        metavar="NAME",
        help="A collection beside the library, which has all to itself.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME_OR_PATH",
        help="The bundled model, or any Sentence Transformers model.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def settings(
    library: Path | None = None,
    model: str | None = None,
    collection: str | None = None,
    **flags: object,
) -> Settings:
    """Return the settings with these flags over environment, file and defaults.

    With a collection, its folder is the library's.
    """
    chosen = load_settings({"library": library, "model": model, **flags})
    if collection is None:
        return chosen
    return replace(chosen, library=LibraryLayout(chosen.library).collection(collection))


def open_encoder(chosen: Settings) -> Encoder:
    """Return the encoder; while it is prepared for the first time, a line on stderr says so."""
    return encoder_named(chosen, chosen.model or _own_model(chosen.library))


def encoder_named(chosen: Settings, name: str) -> Encoder:
    """Return the encoder of that name, with the same line."""
    from cli.progress import preparing_model

    with preparing_model(name) as told:
        return load_encoder(name, chosen.cache, told)


def _own_model(library: Path) -> str:
    """Return the model that the library is searched with, the default where there is none."""
    from store.generations import active_model

    own = active_model(library)
    return own.name if own else DEFAULT_MODEL
