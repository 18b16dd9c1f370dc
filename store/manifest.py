"""What a library says about itself, so that nobody opens it with the wrong model or version."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import LibraryDamaged, LibraryNotFound, ModelMismatch
from core.types import ModelCard
from store.json_file import write_json
from store.layout import FORMAT_VERSION, LibraryLayout
from text.terms import TERMS_VERSION


@dataclass(frozen=True, slots=True)
class Manifest:
    """The model that made the vectors, and the versions of everything else on disk."""

    model: ModelCard
    terms_version: int = TERMS_VERSION
    format_version: int = FORMAT_VERSION

    def write(self, layout: LibraryLayout) -> None:
        """Write the manifest so that a reader sees either the old or the new one, never half."""
        write_json(layout.manifest, asdict(self))

    def require_model(self, card: ModelCard) -> None:
        """Raise ModelMismatch unless the vectors come from this very model."""
        if self.model == card:
            return
        if self.model.name == card.name:
            raise ModelMismatch(
                f'library was built with another release of "{card.name}" '
                f"({self.model.fingerprint}, here: {card.fingerprint}): index the documents into "
                "a new folder with --library"
            )
        raise ModelMismatch(
            f'library was built with "{self.model.name}" ({self.model.dimension} dimensions), '
            f'settings ask for "{card.name}" ({card.dimension}): set '
            f"WENHAI_MODEL={self.model.name}, or index into a new folder with --library"
        )


def read_manifest(layout: LibraryLayout) -> Manifest:
    """Return the manifest of the library; LibraryNotFound, or LibraryDamaged with what is wrong."""
    try:
        raw = layout.manifest.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise LibraryNotFound(
            f"no library in {layout.root}: make one with `wenhai index PATH --library "
            f"{layout.root}`, or name another folder with --library"
        ) from None
    except OSError as error:
        raise LibraryDamaged(
            f"{layout.manifest} cannot be read ({error.strerror}): check the path and who may "
            "read it"
        ) from error
    try:
        manifest = _parsed(json.loads(raw))
    except (ValueError, TypeError, KeyError) as error:
        raise LibraryDamaged(
            f"{layout.manifest} cannot be read as a library's ({error}): restore it from a copy, "
            "or name another folder with --library"
        ) from error
    if manifest.format_version != FORMAT_VERSION:
        raise LibraryDamaged(
            f"library in {layout.root} has format {manifest.format_version}, this Wenhai reads "
            f"{FORMAT_VERSION}: use the Wenhai that wrote it, or index into a new folder"
        )
    return manifest


def _parsed(values: Any) -> Manifest:
    model = ModelCard(**values["model"])
    if not isinstance(model.dimension, int) or not isinstance(model.name, str):
        raise TypeError("model has no name or no dimension")
    return Manifest(model, int(values["terms_version"]), int(values["format_version"]))
