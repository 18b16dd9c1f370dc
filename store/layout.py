"""The names of a library's files: the only place that spells them."""

import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidSetting

FORMAT_VERSION = 4
"""Raised whenever an older Wenhai could not read what this one writes, or the other way round."""


_COLLECTION = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
UPLOADS = "uploads"
"""What the catalogue's paths of uploaded files begin with."""


@dataclass(frozen=True, slots=True)
class LibraryLayout:
    """Where each part of the library in folder `root` lies."""

    root: Path

    @property
    def manifest(self) -> Path:
        """What the library is: format, model, versions."""
        return self.root / "manifest.json"

    @property
    def catalogue(self) -> Path:
        """Documents and passages: the truth, in SQLite."""
        return self.root / "catalogue.sqlite"

    @property
    def terms(self) -> Path:
        """The tantivy index of words and pairs, derived from the catalogue."""
        return self.root / "terms"

    @property
    def terms_draft(self) -> Path:
        """Where terms are cut anew before they take the place of others."""
        return self.root / "terms.new"

    @property
    def terms_left(self) -> Path:
        """Where those others go until they are deleted."""
        return self.root / "terms.old"

    @property
    def calibration(self) -> Path:
        """What relevance means here, where that was fitted."""
        return self.root / "calibration.json"

    @property
    def writer_lock(self) -> Path:
        """Held by the one process that writes; the system frees it when that process dies."""
        return self.root / "writer.lock"

    @property
    def options(self) -> str:
        """What names this library on the command line."""
        library = LibraryLayout(self.root.parent.parent)
        if self.root.parent != library.collections:
            return f"--library {self.root}"
        return f"--library {library.root} --collection {self.root.name}"

    def collection(self, name: str) -> Path:
        """Where the collection of that name lies; InvalidSetting if none can have the name."""
        if not _COLLECTION.fullmatch(name):
            raise InvalidSetting(
                f'"{name}" is no name of a collection: take at most 64 small letters, digits, - '
                "and _, a letter or digit first"
            )
        return self.collections / name

    def collection_names(self) -> list[str]:
        """The names of the collections that are there."""
        found = self.collections.glob("*/manifest.json")
        return sorted(each.parent.name for each in found if _COLLECTION.fullmatch(each.parent.name))

    @property
    def uploads(self) -> Path:
        """Files that came over HTTP, each in a folder of its own."""
        return self.root / UPLOADS

    @property
    def collections(self) -> Path:
        """Libraries of their own, each in a folder of its name."""
        return self.root / "collections"

    def vectors(self, generation: int) -> Path:
        """One row of float16 for each passage ever added since that generation began."""
        return self.root / f"vectors-{generation}.f16"

    def vector_keys(self, generation: int) -> Path:
        """The passage of each row, of a generation that is not searched now."""
        return self.root / f"vectors-{generation}.keys"

    def codes_of(self, generation: int) -> list[Path]:
        """Every file of codes of that generation's rows, the newest last."""
        return sorted(self.root.glob(f"vectors-{generation}-*.codes"), key=_number)

    def next_codes(self, generation: int) -> Path:
        """What the next file of codes is called: none is ever changed."""
        number = max(map(_number, self.codes_of(generation)), default=0) + 1
        return self.root / f"vectors-{generation}-{number}.codes"

    def all_codes(self) -> list[Path]:
        """Every file of codes that is there."""
        return sorted(self.root.glob("vectors-*-*.codes"))

    @property
    def codes_lock(self) -> Path:
        """Held by the one process that makes codes."""
        return self.root / "codes.lock"

    @property
    def rebuild_lock(self) -> Path:
        """Held by the one process that makes vectors of another generation."""
        return self.root / "rebuild.lock"

    def all_vectors(self) -> list[Path]:
        """Every vector file that is there, those that no commit names included."""
        return sorted(self.root.glob("vectors-*.f16"))

    def all_vector_keys(self) -> list[Path]:
        """Every file of passages that vectors belong to."""
        return sorted(self.root.glob("vectors-*.keys"))


def _number(codes: Path) -> int:
    """Return the number of a file of codes, 0 where its name has none."""
    number = codes.stem.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
