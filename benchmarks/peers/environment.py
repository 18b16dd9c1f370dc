"""The virtual environment that the peers live in: theirs alone, so that no version is bent."""

import hashlib
import os
import subprocess
import venv
from collections.abc import Iterable
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_ROOT = Path(__file__).parents[2]
_OFFLINE = {"HF_HUB_OFFLINE": "1", "DISABLE_TQDM": "1"}


def environment(folder: Path) -> Path:
    """Return the Python of the environment in that folder, made anew if its versions changed."""
    python = folder / "bin" / "python"
    installed = folder / REQUIREMENTS.name
    if not installed.exists() or installed.read_bytes() != REQUIREMENTS.read_bytes():
        venv.create(folder, clear=True, with_pip=True)
        install = ["-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
        subprocess.run([python, *install], check=True)
        installed.write_bytes(REQUIREMENTS.read_bytes())
    return python


def version_of(package: str) -> str:
    """Return the version that is installed there."""
    pins = (line.split("==") for line in REQUIREMENTS.read_text("utf-8").splitlines())
    return next(pin[1] for pin in pins if pin[0] == package)


def state_of(folder: Path, arguments: Iterable[Path]) -> str:
    """Return what changes whenever a peer could answer otherwise: its texts, version or script."""
    scripts = sorted(REQUIREMENTS.parent.glob("*.py"))
    files = [*sorted(folder.glob("*.jsonl")), REQUIREMENTS, *scripts]
    content = b"".join([*(each.read_bytes() for each in files), *map(bytes, arguments)])
    return hashlib.blake2b(content, digest_size=4).hexdigest()


def ask(python: Path, module: str, *arguments: Path) -> None:
    """Run a module of this folder there, without a network."""
    asking = ["-m", f"benchmarks.peers.{module}", *map(str, arguments)]
    subprocess.run([python, *asking], check=True, cwd=_ROOT, env=os.environ | _OFFLINE)
