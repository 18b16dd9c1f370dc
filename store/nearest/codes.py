"""What is kept of a large library's vectors to find the nearest: IVF lists of RaBitQ codes.

A file is the index as FAISS writes it, a byte for each row (the number of its part), a JSON object
and a footer. It is mapped, so that several processes share it, and never changed: a new one has
another name. RaBitQ: Gao and Long, SIGMOD 2024.
"""

import json
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryDamaged
from store.checksums import checksum
from store.derived.vectors import Positions, Vectors
from store.nearest.mapped import MappedRows

Partition = NDArray[np.int8]
"""The part that each row is in, `IN_NO_PART` for those that are in none."""

Bitmap = NDArray[np.uint8]
"""A bit for each row."""

IN_NO_PART = -1
MOST_PARTS = 127

_QUERY_BITS = 4
_FOOTER = struct.Struct("<IQI8s")  # checksum of all before, lengths of index and JSON, magic
_MAGIC = b"WHcodes1"
_SAMPLED_ROWS = 64


@dataclass(frozen=True, slots=True)
class Part:
    """The lists of one language, and how they are searched.

    The `probes` lists nearest to a query are read, and the `depth` nearest by their codes compared
    exactly: then `recall` of the ten that are nearest among `rows` are found.
    """

    language: str
    first_list: int
    lists: int
    rows: int
    probes: int
    depth: int
    recall: float


@dataclass(frozen=True, slots=True)
class CodesFacts:
    """What a file of codes says of itself.

    It knows the first `rows` rows of a vector file, and `sampled` is the CRC-32 of some of them. Of
    `coded` rows it has codes; `trained` were there when its lists were made.
    """

    rows: int
    dimension: int
    coded: int
    trained: int
    sampled: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of most rows of a large library; safe to be searched by several threads."""

    facts: CodesFacts
    index: faiss.IndexIVFRaBitQ
    partition: Partition
    path: Path | None = None

    def search(
        self, part: Part, query: Vectors, depth: int, effort: float, among: Bitmap | None
    ) -> Positions:
        """Return about the `depth` nearest rows of a part, nearest first by their codes.

        `effort` times as many lists as usual are read. With `among`, only rows that are in it.
        """
        own = faiss.IDSelectorRange(part.first_list, part.first_list + part.lists)
        passing = None if among is None else faiss.IDSelectorBitmap(among)  # type: ignore
        parameters = faiss.IVFRaBitQSearchParameters(  # type: ignore[call-arg]
            qb=_QUERY_BITS,
            nprobe=min(part.lists, round(part.probes * effort)),
            quantizer_params=faiss.SearchParameters(sel=own),  # type: ignore[call-arg]
            sel=passing,
        )
        _, found = self.index.search(query[None], depth, params=parameters)
        rows: Positions = found[0]
        return rows[rows >= 0]


def bitmap(rows: Positions, count: int) -> Bitmap:
    """Return the bits of so many rows, true for these."""
    chosen = np.zeros(count, np.bool_)
    chosen[rows] = True
    return np.packbits(chosen, bitorder="little")


def write_codes(path: Path, codes: Codes) -> None:
    """Write the file whole and durably; until then nothing may have its name."""
    index: NDArray[np.uint8] = faiss.serialize_index(codes.index)  # FAISS hides why it cannot write
    facts = json.dumps(asdict(codes.facts)).encode()
    written = 0
    with path.open("wb") as stream:
        for part in (index.data, codes.partition.tobytes(), facts):
            stream.write(part)
            written = zlib.crc32(part, written)
        stream.write(_FOOTER.pack(written, len(index), len(facts), _MAGIC))
        stream.flush()
        os.fsync(stream.fileno())


def read_facts(path: Path) -> CodesFacts:
    """Return what the file says of itself; LibraryDamaged if it is none or torn."""
    return _footed(path)[1]


def open_codes(path: Path, rows: MappedRows) -> Codes:
    """Map the codes of these rows; LibraryDamaged unless they are theirs, as they were written."""
    length, facts, expected = _footed(path)
    with path.open("rb") as stream:
        found = checksum(stream, path.stat().st_size - _FOOTER.size)
    if found != expected:
        raise LibraryDamaged(f"{path} is not as it was written")
    known = facts.rows <= rows.rows and facts.dimension == rows.dimension
    if not known or facts.sampled != sampled(rows, facts.rows):
        raise LibraryDamaged(f"{path} is of other vectors")
    index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    lists: Any = faiss.downcast_InvertedLists(index.invlists)
    lists.prefetch_nthread = 0  # what is in the cache needs no threads that touch it
    partition = np.memmap(path, np.int8, "r", length, (facts.rows,))
    return Codes(facts, index, partition, path)


def sampled(rows: MappedRows, count: int) -> int:
    """Return the CRC-32 of some of the first `count` rows, which tells them from others."""
    return zlib.crc32(rows.stored(np.linspace(0, count - 1, _SAMPLED_ROWS).astype(np.int64)))


def _footed(path: Path) -> tuple[int, CodesFacts, int]:
    """Return the length of the index, the facts, and the checksum of all before the footer."""
    size = path.stat().st_size
    try:
        with path.open("rb") as stream:
            stream.seek(size - _FOOTER.size)
            told, length, length_of_facts, magic = _FOOTER.unpack(stream.read())
            if magic != _MAGIC:
                raise ValueError("no footer")
            stream.seek(size - _FOOTER.size - length_of_facts)
            values = json.loads(stream.read(length_of_facts))
        parts = tuple(Part(**each) for each in values.pop("parts"))
        return length, CodesFacts(**values, parts=parts), told
    except (ValueError, TypeError, KeyError, OSError, struct.error) as error:
        raise LibraryDamaged(f"{path} is no file of codes, or torn ({error})") from error


def parts_of(facts: CodesFacts, languages: Sequence[str]) -> list[int]:
    """Return the number of each language's part, `IN_NO_PART` where it has none."""
    numbers = {part.language: number for number, part in enumerate(facts.parts)}
    return [numbers.get(language, IN_NO_PART) for language in languages]
