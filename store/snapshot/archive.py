"""What is in the file of a snapshot, and is every byte of it as it was written?

An uncompressed tar whose last member, `checksums.json`, has size and SHA-256 of each other member,
and one of all that lies between them. What follows from that is compared byte by byte.
"""

import hashlib
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import SnapshotDamaged

FACTS, CATALOGUE, VECTORS = "snapshot.json", "catalogue.sqlite", "vectors.f16"
CALIBRATION, CHECKSUMS = "calibration.json", "checksums.json"

_REQUIRED = frozenset({FACTS, CATALOGUE, VECTORS})
_KNOWN = _REQUIRED | {CALIBRATION, CHECKSUMS}
_OTHERS = re.compile(
    r"terms/(?:passages|sections)/[\w.]*\w|uploads/(?!\.{1,2}/)[^/\0]+/(?!\.{1,2}$)[^/\0]+",
    re.ASCII | re.DOTALL,
)
_BLOCK = 2**20

Copied = Callable[[int], None]
"""Told how many more bytes are done."""

Sums = dict[str, tuple[int, str]]
"""Size and SHA-256 of each member."""

Take = Callable[[str], BinaryIO | None]
"""Gives where the content of that member goes, None for nowhere."""


class ArchiveWriter:
    """Writes members one after the other, and last what they are checked by."""

    def __init__(self, stream: BinaryIO, copied: Copied) -> None:
        self._stream = stream
        self._copied = copied
        self._sums: Sums = {}
        self._frame = hashlib.sha256()

    def add(self, name: str, size: int, source: BinaryIO) -> None:
        """Write a member of that size from where the source stands; EOFError if it has less."""
        self._write_frame(_header(name, size))
        told, left = hashlib.sha256(), size
        for block in blocks(source, size):
            self._stream.write(block)
            told.update(block)
            left -= len(block)
            self._copied(len(block))
        if left:
            raise EOFError(f"{name} ends {left} bytes early")
        self._write_frame(_padding(size))
        self._sums[name] = (size, told.hexdigest())

    def finish(self) -> None:
        """Write what the members are checked by."""
        self._stream.write(_tail(self._sums, self._frame.hexdigest()))

    def _write_frame(self, raw: bytes) -> None:
        self._stream.write(raw)
        self._frame.update(raw)


def extract(path: Path, take: Take, copied: Copied) -> Sums:
    """Give each member to where it is taken, and return what they were.

    SnapshotDamaged if any byte of the file is not as it was written, which is only known at its
    end: what was taken until then is not to be trusted before.
    """
    with _named_damage(path), path.open("rb") as stream:
        sums: Sums = {}
        frame, position = hashlib.sha256(), 0
        for info in _members(stream, path):
            if info.name == CHECKSUMS:
                _feed(frame, stream, position, info.offset)
                _check_tail(path, stream, info, (sums, frame.hexdigest()))
                if missing := _REQUIRED - sums.keys():
                    raise _damaged(path, f"{', '.join(sorted(missing))} is missing")
                return sums
            if info.name in sums:
                raise _damaged(path, f"{info.name!r} is there twice")
            _feed(frame, stream, position, info.offset_data)
            sums[info.name] = _copy(stream, info, take, copied)
            position = info.offset_data + info.size
    raise _damaged(path, f"it ends early, or the header at byte {position:,} is not readable")


def blocks(source: BinaryIO, count: int) -> Iterator[bytes]:
    """Yield so many bytes in blocks, fewer where the source has no more."""
    while count > 0 and (block := source.read(min(_BLOCK, count))):
        yield block
        count -= len(block)


def _members(stream: BinaryIO, path: Path) -> Iterator[tarfile.TarInfo]:
    """Yield the members, all of them such as a snapshot has."""
    with closing(tarfile.open(fileobj=stream, mode="r:")) as archive:
        while (info := archive.next()) is not None:
            plain = info.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not info.sparse
            if not plain or not (info.name in _KNOWN or _OTHERS.fullmatch(info.name)):
                raise _damaged(path, f"{info.name!r} is nothing that a snapshot has")
            if info.size < 0:
                raise _damaged(path, f"{info.name!r} has no size")
            yield info
            archive.members.clear()  # type: ignore[attr-defined] # or it would keep them all


def _copy(stream: BinaryIO, info: tarfile.TarInfo, take: Take, copied: Copied) -> tuple[int, str]:
    told, size, target = hashlib.sha256(), 0, take(info.name)
    stream.seek(info.offset_data)
    try:
        for block in blocks(stream, info.size):
            told.update(block)
            size += len(block)
            if target is not None:
                target.write(block)
            copied(len(block))
    finally:
        if target is not None:
            target.close()
    return size, told.hexdigest()


def _check_tail(
    path: Path, stream: BinaryIO, info: tarfile.TarInfo, found: tuple[Sums, str]
) -> None:
    """Compare what was found with what was noted when the snapshot was made."""
    expected = _tail(*found)
    stream.seek(info.offset)
    if stream.read(len(expected) + 1) == expected:
        return
    stream.seek(info.offset_data)
    try:
        noted = json.loads(stream.read(info.size))["members"]
        sums = {name: (each["size"], each["sha256"]) for name, each in noted.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _damaged(path, f"{CHECKSUMS} is not readable") from None
    wrong = [name for name in {**sums, **found[0]} if sums.get(name) != found[0].get(name)]
    what = ", ".join(wrong[:3]) if wrong else "what lies between its members, or behind them,"
    raise _damaged(path, f"{what} is not as it was written")


def _tail(sums: Sums, frame: str) -> bytes:
    members = {name: {"size": size, "sha256": told} for name, (size, told) in sums.items()}
    raw = json.dumps({"members": members, "frame": frame}, indent=1).encode()
    end = bytes(2 * tarfile.BLOCKSIZE)
    return b"".join([_header(CHECKSUMS, len(raw)), raw, _padding(len(raw)), end])


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _feed(frame: "hashlib._Hash", stream: BinaryIO, start: int, end: int) -> None:
    stream.seek(start)
    for block in blocks(stream, end - start):
        frame.update(block)


@contextmanager
def _named_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        raise _damaged(path, f"it is no snapshot ({error})") from error


def _damaged(path: Path, what: str) -> SnapshotDamaged:
    return SnapshotDamaged(f"{path}: {what}: take another snapshot")
