"""What a library says about itself, so that nobody opens it with the wrong version."""

import json
from dataclasses import asdict, dataclass

from core.errors import LibraryDamaged, LibraryNotFound
from store.json_file import write_json
from store.layout import FORMAT_VERSION, LibraryLayout
from text.terms import TERMS_VERSION


@dataclass(frozen=True, slots=True)
class Manifest:
    """The versions of what is on disk."""

    terms_version: int = TERMS_VERSION
    format_version: int = FORMAT_VERSION

    def write(self, layout: LibraryLayout) -> None:
        """Write the manifest so that a reader sees either the old or the new one, never half."""
        write_json(layout.manifest, asdict(self))


def read_manifest(layout: LibraryLayout) -> Manifest:
    """Return the manifest of the library; LibraryNotFound, or LibraryDamaged with what is wrong."""
    try:
        raw = layout.manifest.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise LibraryNotFound(
            f"no library in {layout.root}: make one with `wenhai index PATH {layout.options}`, or "
            "name another folder with --library"
        ) from None
    except OSError as error:
        raise LibraryDamaged(
            f"{layout.manifest} cannot be read ({error.strerror}): check the path and who may "
            "read it"
        ) from error
    try:
        values = json.loads(raw)
        manifest = Manifest(int(values["terms_version"]), int(values["format_version"]))
    except (ValueError, TypeError, KeyError) as error:
        raise LibraryDamaged(
            f"{layout.manifest} cannot be read as a library's ({error}): run `wenhai doctor "
            "--repair`, or name another folder with --library"
        ) from error
    if manifest.format_version != FORMAT_VERSION:
        raise LibraryDamaged(
            f"library in {layout.root} has format {manifest.format_version}, this Wenhai reads "
            f"{FORMAT_VERSION}: use the Wenhai that wrote it, or index into a new folder"
        )
    return manifest
