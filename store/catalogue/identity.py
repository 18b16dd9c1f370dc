"""What tells a catalogue from another one that was put in its place."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from store.catalogue.schema import open_readable


@dataclass(frozen=True, slots=True)
class Identity:
    """The very file of a catalogue, equal to whatever names the same file.

    It is held open: the file system gives a number anew as soon as nobody has its file, and a
    library that was made anew would then look like the one before.
    """

    device: int
    inode: int
    held: sqlite3.Connection = field(compare=False, repr=False)

    @classmethod
    def of(cls, path: Path) -> "Identity":
        """Return the identity of the catalogue there; FileNotFoundError where there is none."""
        while True:
            before = path.stat()
            identity = cls(before.st_dev, before.st_ino, open_readable(path))
            if identity.names(path):
                return identity
            identity.held.close()

    def names(self, path: Path) -> bool:
        """Say whether that path leads to this very file."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        return (found.st_dev, found.st_ino) == (self.device, self.inode)
