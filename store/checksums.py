"""What tells whether a file is as it was written."""

import zlib
from typing import BinaryIO

_BLOCK = 2**20


def checksum(stream: BinaryIO, count: int) -> int:
    """Return the CRC-32 of the next so many bytes, fewer where the stream ends before."""
    found = 0
    while count > 0 and (block := stream.read(min(_BLOCK, count))):
        found, count = zlib.crc32(block, found), count - len(block)
    return found
