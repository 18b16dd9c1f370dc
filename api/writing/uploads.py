"""Files as they come in a form: kept in the library's own folder before the answer goes out."""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.problems import Refused
from api.writing.library import Library
from store.failures import storage_errors
from store.layout import UPLOADS, LibraryLayout
from store.tasks.types import NewItem, Task, TaskRequest

FILES = "files"
MOST_FILES = 1000

_BLOCK = 2**20
_LONGEST_NAME = 200
_LONGEST_SUFFIX = 20
_KIND = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a form, as long as the form is open, and a digest of them all."""

    parts: Sequence[UploadFile]
    digest: str

    def enqueue(self, library: Library, wanted: TaskRequest) -> Task:
        """Return the task to read the files, which are on disk for good before it is there."""
        folders: list[Path] = []
        try:
            return library.tasks.enqueue(wanted, self._items(library.layout, folders))
        except BaseException:
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)
            raise

    def _items(self, layout: LibraryLayout, folders: list[Path]) -> Iterator[NewItem]:
        """Yield an item for each file, kept where its type is known; the others fail by it."""
        from indexer.readers import SUPPORTED  # noqa: PLC0415 - slow to load

        for part in self.parts:
            name = _safe_name(part.filename or "")
            if Path(name).suffix.lower() not in SUPPORTED:
                yield NewItem(name, "upload")
                continue
            folder = secrets.token_hex(8)
            folders.append(layout.uploads / folder)
            with storage_errors(layout.root):
                _keep(part.file, folders[-1] / name)
            yield NewItem(name, "upload", f"{UPLOADS}/{folder}/{name}")


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Files]:
    """Give the files of a form that has arrived whole."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _KIND:
        raise HTTPException(415, f'content type is "{kind}": send files as {_KIND}')
    with storage_errors(Path(tempfile.gettempdir())):
        form = await request.form(max_files=MOST_FILES, max_fields=1)
    try:
        parts = form.multi_items()
        wrong = [name for name, part in parts if name != FILES or isinstance(part, str)]
        if wrong or not parts:
            what = f'part "{wrong[0]}" is no file named so' if wrong else "no file in the form"
            detail = f'{what}: send each file as a part named "{FILES}"'
            raise Refused(422, "invalid_request", detail)
        files = [part for _, part in parts if isinstance(part, UploadFile)]
        yield Files(files, await run_in_threadpool(_digest, files))
    finally:
        await form.close()


def _digest(files: Sequence[UploadFile]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(f"{file.size} {file.filename}\n".encode("utf-8", "replace"))
        while block := file.file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _keep(source: IO[bytes], path: Path) -> None:
    """Write the file so that it is there after a power cut, too."""
    path.parent.mkdir(parents=True)
    source.seek(0)
    with path.open("wb") as target:
        shutil.copyfileobj(source, target, _BLOCK)
        target.flush()
        os.fsync(target.fileno())
    for folder in (path.parent, path.parent.parent):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _safe_name(sent: str) -> str:
    """Return the last part of a path in one line, short enough for any disk, its suffix kept."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", sent)[-1])
    name = " ".join("".join(each for each in name if each.isprintable()).split())
    stem, suffix = Path(name).stem, Path(name).suffix[:_LONGEST_SUFFIX]
    room = _LONGEST_NAME - len(suffix.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + suffix
