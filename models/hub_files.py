"""Where does a Sentence Transformers model come from? A folder, the hub's cache, or the hub."""

import hashlib
import importlib.util
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from core.errors import ModelUnavailable

EXTRA = 'pip install "wenhai[sentence-transformers]"'
SECONDS_TO_REACH_A_HUB = 5
HUB = "https://huggingface.co"
UNHASHED = (".md", ".lock", ".tmp")


def loaded(name: str) -> tuple[Any, str]:
    """Return the model and the fingerprint of its files."""
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelUnavailable(f"model {name!r} needs the package sentence-transformers: {EXTRA}")
    stored = stored_folder(name)
    if stored is None:
        _refuse_if_unreachable(name)
    model = _load(name if stored is None else str(stored), offline=stored is not None)
    folder = stored or stored_folder(name)
    return model, fingerprint(folder) if folder else name


def stored_folder(name: str) -> Path | None:
    """Return the model's folder on this machine, or None if it would have to be downloaded."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - comes with the extra

    if Path(name).is_dir():
        return Path(name)
    if name.count("/") > 1 or Path(name).is_absolute() or name.startswith("."):
        raise ModelUnavailable(f"there is no model folder {name}: check the path given as model")
    repository = name if "/" in name else f"sentence-transformers/{name}"
    found = try_to_load_from_cache(repository, "modules.json")
    return Path(found).parent if isinstance(found, str) else None


def fingerprint(folder: Path) -> str:
    """Return a hash over the model's files: names, sizes, and the bytes of all but the weights.

    Of weights, which may be gigabytes, it takes the first and the last megabyte.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in UNHASHED:
            digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
            digest.update(_ends(path))
    return digest.hexdigest()[:16]


def _ends(path: Path, count: int = 1 << 20) -> bytes:
    with path.open("rb") as file:
        first = file.read(count)
        file.seek(max(count, path.stat().st_size - count))
        return first + file.read(count)


def _refuse_if_unreachable(name: str) -> None:
    """Raise within seconds if there is no way to the hub, where a download would wait minutes."""
    endpoint = os.environ.get("HF_ENDPOINT", HUB)
    try:
        if os.environ.get("HF_HUB_OFFLINE", "0").upper() in ("1", "TRUE", "YES", "ON"):
            raise OSError("HF_HUB_OFFLINE is set")
        request = urllib.request.Request(endpoint, method="HEAD")  # noqa: S310 - the user's own
        urllib.request.urlopen(request, timeout=SECONDS_TO_REACH_A_HUB).close()  # noqa: S310
    except urllib.error.HTTPError:
        return
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"model {name!r} is not on this machine and {endpoint} cannot be reached ({error}): "
            "download it on a connected machine and pass its folder by --model, set HF_ENDPOINT to "
            "a mirror or HF_HOME to a filled cache, or use the bundled model by leaving --model out"
        ) from error


def _load(source: str, *, offline: bool) -> Any:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    try:
        return SentenceTransformer(source, local_files_only=offline)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(
            f"sentence-transformers cannot load {source} ({reason}): check the name or the files "
            "of that folder, or use the bundled model by leaving --model out"
        ) from error
