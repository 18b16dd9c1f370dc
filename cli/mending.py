"""`wenhai doctor`: does the library hold together, and what mends it?"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonOption, LibraryOption, encoder_named, settings
from core.settings import Settings
from core.types import ModelCard

if TYPE_CHECKING:
    from store.doctor.findings import Finding
    from store.doctor.vectors import Embed

SOMETHING_FOUND = 3


def doctor(
    library: LibraryOption = None,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what follows from what is whole.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Look whether all that the library holds fits together; with --repair, mend what does not.

    Exit code 0: nothing is wrong, or not any more; 3: something is; 1: failed.
    """
    chosen = settings(library)
    looked = {
        str(root): _looked_after(chosen, root, repair=repair) for root in _libraries(chosen.library)
    }
    sick = any(each["drift"] and not each["mended"] for found in looked.values() for each in found)
    if as_json:
        typer.echo(json.dumps({"clean": not sick, "libraries": looked}, ensure_ascii=False))
    else:
        for root, found in looked.items():
            _print(root, found)
    if sick:
        raise typer.Exit(SOMETHING_FOUND)


def _libraries(root: Path) -> list[Path]:
    """Return the library, and those of its collections."""
    from store.doctor.examine import holds_library
    from store.layout import LibraryLayout

    folders = sorted(LibraryLayout(root).collections.glob("*/"))
    # a name with a dot is a draft of somebody who restores one
    return [root, *(each for each in folders if "." not in each.name and holds_library(each))]


def _looked_after(chosen: Settings, root: Path, *, repair: bool) -> list[dict[str, Any]]:
    """Return what was found, each with whether it is mended now."""
    from store.doctor.examine import examine

    found = examine(root)
    left = {each.code for each in found}
    if repair and any(each.mendable for each in found):
        _mend(chosen, root, found)
        left = {each.code for each in examine(root)}
    return [{**asdict(each), "mended": each.code not in left} for each in found]


def _mend(chosen: Settings, root: Path, found: "list[Finding]") -> None:
    from cli.progress import PassageBar
    from store.doctor.repair import repair

    with PassageBar() as bar:
        bar.start(sum(each.count for each in found if each.code == "vectors"))
        repair(root, _embedder_of(chosen), bar.done)


def _embedder_of(chosen: Settings) -> "Callable[[ModelCard], Embed]":
    from store.generations import require_model

    def embedder(card: ModelCard) -> "Embed":
        encoder = encoder_named(chosen, card.name)
        require_model(card, encoder.card)
        return encoder.encode_passages

    return embedder


def _print(root: str, found: list[dict[str, Any]]) -> None:
    if not any(each["drift"] for each in found):
        typer.echo(f"{root} holds together")
    for each in found:
        says = [f"mended: {each['what']}"] if each["mended"] else [each["what"], each["remedy"]]
        after = [each["afterwards"]] if each["afterwards"] else []
        typer.echo("; then ".join([": ".join(says), *after]))
