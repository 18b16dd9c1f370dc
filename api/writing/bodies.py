"""What is sent as JSON: kept beside the memory while it arrives, then cut into items one by one."""

import codecs
import hashlib
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.problems import Refused
from store.failures import storage_errors
from store.tasks.types import NewItem

MOST_ITEMS = 1_000_000
JSON = "application/json"
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")

_IN_MEMORY = 4 * 2**20
_BLOCK = 2**20
_BLANK = " \t\r\n"
_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Body:
    """A body that has arrived whole, its digest and the type that it is declared to have."""

    file: IO[bytes]
    digest: str
    kind: str


@asynccontextmanager
async def arrived(request: Request, *kinds: str) -> AsyncIterator[Body]:
    """Give the body when it is here; a 415 unless it is of one of these types."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise HTTPException(
            415, f'content type is "{kind}": send JSON with "content-type: {kinds[0]}"'
        )
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        with storage_errors(Path(gettempdir())):
            digest = await _received(request, file)
        file.seek(0)
        yield Body(file, digest, kind)


async def _received(request: Request, file: IO[bytes]) -> str:
    """Write the body into the file, and return its digest."""
    digest, pending = hashlib.blake2b(digest_size=16), bytearray()
    async for chunk in request.stream():
        digest.update(chunk)
        pending += chunk
        if len(pending) >= _BLOCK:
            await run_in_threadpool(file.write, bytes(pending))
            pending.clear()
    await run_in_threadpool(file.write, bytes(pending))
    return digest.hexdigest()


def items_of(body: Body) -> Iterator[NewItem]:
    """Yield an item for each document; a 400 where an array breaks, a 413 if there are too many."""
    place = -1
    found = _lines(body.file) if body.kind in LINES else _elements(body.file)
    for place, item in enumerate(found):
        if place == MOST_ITEMS:
            limit = f"{MOST_ITEMS:,} documents"
            raise Refused(413, "too_many_documents", f"more than {limit}: send several bodies")
        yield item
    if place < 0:
        raise Refused(422, "invalid_document", "no document in the body: send one, or an array")


def is_single(body: Body) -> bool:
    """Say whether the body is one document, neither an array nor lines."""
    begins = body.file.read(_BEGINNING).removeprefix(codecs.BOM_UTF8).lstrip()
    body.file.seek(0)
    return body.kind not in LINES and begins.startswith(b"{")


def text_of(body: Body) -> str:
    """Return the whole body as text; a 400 unless it is UTF-8."""
    try:
        return body.file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(f"not UTF-8 at byte {error.start}") from None


def _lines(file: IO[bytes]) -> Iterator[NewItem]:
    """Yield an item for each line, whatever it holds: one that is no JSON fails by itself."""
    from indexer.readers.fields import WrongValueError  # noqa: PLC0415
    from indexer.tasks.incoming import entered_id, parsed  # noqa: PLC0415 - slow to load

    for number, line in enumerate(file):
        data = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
        text = data.decode("utf-8", "backslashreplace").strip()
        if not text:
            continue
        try:
            yield NewItem(entered_id(parsed(text)), "put", text)
        except WrongValueError:
            yield NewItem(None, "put", text)


def _elements(file: IO[bytes]) -> Iterator[NewItem]:
    """Yield an item for each element of an array, or one for a lone object."""
    from indexer.tasks.incoming import entered_id  # noqa: PLC0415 - slow to load

    text = _GrowingText(file)
    try:
        for value, source in text.values():
            yield NewItem(entered_id(value), "put", source)
    except json.JSONDecodeError as error:
        place = text.passed + error.pos
        raise _malformed(f"not JSON: {error.msg.lower()} at character {place}") from None
    except UnicodeDecodeError:
        raise _malformed("not JSON in UTF-8: check it with a JSON tool") from None
    except RecursionError:
        raise _malformed(f"nested too deeply after character {text.passed}") from None
    except ValueError as error:
        raise _malformed(f"not JSON: {error} after character {text.passed}") from None


class _GrowingText:
    """The text of a file, of which no more is in memory than one element needs."""

    def __init__(self, file: IO[bytes]) -> None:
        from indexer.tasks.incoming import DECODER  # noqa: PLC0415 - slow to load

        self._decoder = DECODER
        self._rest = io.TextIOWrapper(file, "utf-8-sig")
        self._text = ""
        self._at = 0
        self.passed = 0
        """Characters that are no longer in memory."""

    def values(self) -> Iterator[tuple[object, str]]:
        """Yield each element, or the one value, with the text that it stands in."""
        if self._next() != "[":
            yield self._value()
        else:
            self._at += 1
            if self._next() == "]":
                self._at += 1
            else:
                yield from self._until_the_end()
        if self._next():
            raise json.JSONDecodeError("nothing may follow", self._text, self._at)

    def _until_the_end(self) -> Iterator[tuple[object, str]]:
        while True:
            yield self._value()
            sign = self._next()
            if sign not in (",", "]") or not sign:
                raise json.JSONDecodeError("expected , or ]", self._text, self._at)
            self._at += 1
            if sign == "]":
                return
            self._next()

    def _next(self) -> str:
        """Go on to what is no blank, and return it; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._grow():
                return ""

    def _value(self) -> tuple[object, str]:
        while True:
            start = self._at
            try:
                value, end = self._decoder.raw_decode(self._text, start)
            except json.JSONDecodeError as error:
                if not self._grow():
                    message = error.msg
                    raise json.JSONDecodeError(message, self._text, error.pos - start) from None
                continue
            if end < len(self._text) or not self._grow():
                source = self._text[self._at : end]
                self._at = end
                return value, source

    def _grow(self) -> bool:
        """Drop what is passed, read as much again as is left; False if the file has no more."""
        self.passed += self._at
        self._text, self._at = self._text[self._at :], 0
        more = self._rest.read(max(_BLOCK, len(self._text)))
        self._text += more
        return bool(more)


def _malformed(detail: str) -> Refused:
    return Refused(400, "malformed_json", f"the body is {detail}")
