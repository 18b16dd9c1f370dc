"""How do the codes of a large library's vectors lie on disk?

A file is the index as FAISS writes it, columns, a JSON object and a footer. The columns: key and
size of each section, the spread of each list, the mean of each section, the part of each row. It is
mapped, so that several processes share it, and never changed: a new one has another name.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.errors import LibraryDamaged
from store.checksums import checksum
from store.derived.vectors import VectorFile
from store.nearest.lists import Codes, CodesFacts, Part
from store.nearest.mapped import MappedRows
from store.nearest.sections import KeptMeans, NewMeans

_FOOTER = struct.Struct("<IQQI8s")
_MAGIC = b"WHcodes2"
_ALIGNED = 64
_SAMPLED_ROWS = 64


class _Footer(NamedTuple):
    """The checksum of all before it, the length of the index, how many sections, and of the JSON.

    `magic` says that it is one.
    """

    checksum: int
    length: int
    sections: int
    facts: int
    magic: bytes


def write_codes(path: Path, codes: Codes, means: NewMeans | None = None) -> None:
    """Write the file whole and durably, with these means; until then nothing may have its name."""
    index: NDArray[np.uint8] = faiss.serialize_index(codes.index)  # FAISS hides why it cannot write
    facts = json.dumps(asdict(codes.facts)).encode()
    sections = len(means.sections.keys) if means is not None else 0
    parts: Iterable[bytes | memoryview]
    parts = chain([index.data], _columns(len(index), codes, means), [facts])
    written = 0
    with path.open("wb") as stream:
        for part in parts:
            stream.write(part)
            written = zlib.crc32(part, written)
        stream.write(_FOOTER.pack(*_Footer(written, len(index), sections, len(facts), _MAGIC)))
        stream.flush()
        os.fsync(stream.fileno())


def _first_column(length: int) -> int:
    """Return where the columns start behind an index of that length."""
    return -(-length // _ALIGNED) * _ALIGNED


def _columns(length: int, codes: Codes, means: NewMeans | None) -> Iterator[bytes]:
    """Yield what follows an index of that length."""
    yield bytes(_first_column(length) - length)
    if means is not None:
        yield means.sections.keys.tobytes()
        yield means.sections.sizes.tobytes()
    yield codes.spreads.tobytes()
    if means is not None:
        yield from means.blocks()
    yield codes.partition.tobytes()


def read_facts(path: Path) -> CodesFacts:
    """Return what the file says of itself; LibraryDamaged if it is none or torn."""
    return _footed(path)[1]


def open_codes(path: Path, rows: MappedRows) -> Codes:
    """Map the codes of these rows; LibraryDamaged unless they are theirs, as they were written."""
    footer, facts = _footed(path)
    with path.open("rb") as stream:
        found = checksum(stream, path.stat().st_size - _FOOTER.size)
    if found != footer.checksum:
        raise LibraryDamaged(f"{path} is not as it was written")
    known = facts.rows <= rows.rows and facts.dimension == rows.dimension
    if not known or facts.sampled != sampled(rows, facts.rows):
        raise LibraryDamaged(f"{path} is of other vectors")
    index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    lists: Any = faiss.downcast_InvertedLists(index.invlists)
    lists.prefetch_nthread = 0  # what is in the cache needs no threads that touch it
    return _with_columns(path, footer, facts, index)


def _with_columns(path: Path, footer: _Footer, facts: CodesFacts, index: Any) -> Codes:
    """Return the codes with what follows the index in their file."""
    start = _first_column(footer.length)

    def column(kind: DTypeLike, count: int) -> NDArray[Any]:
        nonlocal start
        mapped = np.memmap(path, kind, "r", start, (count,)) if count else np.empty(0, kind)
        start += mapped.nbytes
        return np.asarray(mapped)

    keys, sizes = column(np.int64, footer.sections), column(np.int32, footer.sections)
    spreads = column(np.float32, index.nlist)
    means = MappedRows(VectorFile(path, facts.dimension), footer.sections, start=start)
    start += means.size
    partition = column(np.int8, facts.rows)
    return Codes(facts, index, partition, spreads, KeptMeans(keys, sizes, means), path)


def sampled(rows: MappedRows, count: int) -> int:
    """Return the CRC-32 of some of the first `count` rows, which tells them from others."""
    return zlib.crc32(rows.stored(np.linspace(0, count - 1, _SAMPLED_ROWS).astype(np.int64)))


def _footed(path: Path) -> tuple[_Footer, CodesFacts]:
    """Return the footer, and what the file says of itself."""
    size = path.stat().st_size
    try:
        with path.open("rb") as stream:
            stream.seek(size - _FOOTER.size)
            footer = _Footer(*_FOOTER.unpack(stream.read()))
            if footer.magic != _MAGIC:
                raise ValueError("no footer")
            stream.seek(size - _FOOTER.size - footer.facts)
            values = json.loads(stream.read(footer.facts))
        parts = tuple(Part(**each) for each in values.pop("parts"))
        return footer, CodesFacts(**values, parts=parts)
    except (ValueError, TypeError, KeyError, OSError, struct.error) as error:
        raise LibraryDamaged(f"{path} is no file of codes, or torn ({error})") from error
