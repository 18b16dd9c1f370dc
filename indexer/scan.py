"""Which files are to be read: everything readable under the paths that a user names."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import UnreadableFile
from core.types import Problem
from indexer.readers import SUPPORTED
from store.layout import LibraryLayout


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to index, and its name as people know it: relative to the folder they named.

    `within` is its path inside the library, for one that is kept there.
    """

    path: Path
    label: str
    within: str | None = None

    @property
    def name(self) -> str:
        """What the library calls it; a library that moves takes its own files along."""
        return self.within or str(self.path)


@dataclass(frozen=True, slots=True)
class OtherType:
    """A file in a folder that no reader is for, by its suffix in lower case."""

    suffix: str


def scan(paths: Iterable[Path]) -> Iterator[FoundFile | OtherType | Problem]:
    """Return the files under the paths, sorted, each once, without hidden ones and libraries.

    A file that is named itself comes whatever its type. UnreadableFile if a path does not exist.
    """
    seen: set[Path] = set()
    for path in [existing(each) for each in paths]:
        for found in _files_of(path):
            if not isinstance(found, FoundFile):
                yield found
            elif found.path not in seen:
                seen.add(found.path)
                yield found


def existing(path: Path) -> Path:
    """Return the path from the root on; UnreadableFile if nothing readable is there."""
    try:
        there = path.exists()
    except OSError as error:
        raise UnreadableFile(f"{error.strerror}: {path}") from error
    if not there:
        raise UnreadableFile(f"no such file or folder: {path}")
    if not path.is_dir() and not path.is_file():
        raise UnreadableFile(f"neither a file nor a folder: {path}")
    return absolute(path)


def absolute(path: Path) -> Path:
    """Return the path from the root on; links in it stay.

    A library behind a link keeps its documents when the link moves to another place.
    """
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow them


def _files_of(path: Path) -> Iterator[FoundFile | OtherType | Problem]:
    if path.is_file():
        yield _found(path, path.name)
        return
    refused: list[OSError] = []
    for folder, subfolders, names in os.walk(path, onerror=refused.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        if LibraryLayout(Path(folder)).catalogue.name in names:  # what a library keeps, it knows
            subfolders.clear()
            continue
        for name in sorted(each for each in names if not each.startswith(".")):
            file = Path(folder, name)
            if not file.is_file():  # a pipe would be waited for
                continue
            if file.suffix.lower() in SUPPORTED:
                yield _found(file, file.relative_to(path).as_posix())
            else:
                yield OtherType(file.suffix.lower())
    yield from (Problem(str(error.filename), f"cannot be listed: {error}") for error in refused)


def _found(path: Path, label: str) -> FoundFile | Problem:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        return Problem(shown, "file name is not valid UTF-8: rename it")
    return FoundFile(path, label)
