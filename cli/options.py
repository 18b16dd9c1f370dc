"""The options that every command has, and what they open."""

from pathlib import Path
from typing import Annotated

import typer

from core.settings import Settings, load_settings
from models import Encoder, load_encoder

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library", "-l", metavar="DIR", help="The library's folder.", show_default=False
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


def settings(library: Path | None = None, model: str | None = None, **flags: object) -> Settings:
    """Return the settings with these flags over environment, file and defaults."""
    return load_settings({"library": library, "model": model, **flags})


def open_encoder(chosen: Settings) -> Encoder:
    """Return the encoder; while it is prepared for the first time, a line on stderr says so."""
    from cli.progress import preparing_model

    with preparing_model(chosen.model) as told:
        return load_encoder(chosen.model, chosen.cache, told)
