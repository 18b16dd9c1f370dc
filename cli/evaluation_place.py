"""Who is asked in an evaluation: a library, one that is built for it, or a server?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cli.options import open_encoder, settings
from core.errors import InvalidSetting

if TYPE_CHECKING:
    from evaluation.datasets import Dataset
    from evaluation.recommenders import Recommender
    from evaluation.targets import Target


@dataclass(frozen=True, slots=True)
class Place:
    """Who is asked: the library in a folder, or a server."""

    library: Path | None
    server: str | None
    concurrency: int
    model: str | None

    def require_one(self) -> None:
        """Raise InvalidSetting if both are named."""
        if self.library is not None and self.server is not None:
            raise InvalidSetting("--library and --server are both given: take one of them")


@contextmanager
def target_of(judged: "Dataset", place: Place) -> "Iterator[Target]":
    """Open whoever is asked; a library that is built for this is gone afterwards."""
    if place.server is None:
        with _library(judged, place) as target:
            yield target
        return
    from evaluation.copies import Copies, same_text
    from evaluation.server import ServerTarget

    place.require_one()
    copies = Copies(same_text(judged.texts()))
    with ServerTarget(place.server, place.concurrency, copies) as target:
        yield target


@contextmanager
def _library(judged: "Dataset", place: Place) -> "Iterator[Target]":
    from evaluation.targets import LibraryTarget
    from search.engine import Engine

    if judged.collection is None:
        chosen = settings(place.library, place.model)
        if place.library is None and not chosen.library.exists():
            raise InvalidSetting(
                f"{judged.name} has no documents of its own: name the library that it judges with "
                "--library, or a server with --server"
            )
        yield LibraryTarget(Engine(chosen.library, open_encoder(chosen)))
        return
    from cli.progress import IndexProgress
    from evaluation.building import build

    with TemporaryDirectory(prefix="wenhai-evaluate-") as temporary:
        root = place.library or Path(temporary)
        encoder = open_encoder(settings(root, place.model))
        with IndexProgress() as progress:
            build(judged.collection, root, encoder, progress)
        yield LibraryTarget(Engine(root, encoder))


@contextmanager
def recommender_of(place: Place) -> "Iterator[Recommender]":
    """Open whoever is asked for recommendations."""
    from evaluation.copies import Copies
    from evaluation.recommenders import RecommendingLibrary, RecommendingServer
    from search.engine import Engine

    if place.server is None:
        chosen = settings(place.library, place.model)
        yield RecommendingLibrary(Engine(chosen.library, open_encoder(chosen)))
        return
    place.require_one()
    with RecommendingServer(place.server, place.concurrency, Copies()) as target:
        yield target
