"""Virtual environments that peers live in: theirs alone, so that no version is bent."""

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

PEERS = Path(__file__).parent
REQUIREMENTS = (PEERS / "requirements.txt").read_text("utf-8")
ROOT = PEERS.parents[1]
OFFLINE = {"HF_HUB_OFFLINE": "1", "DISABLE_TQDM": "1"}


def environment(folder: Path, requirements: str) -> Path:
    """Return the Python of the environment in that folder, made anew if its versions changed."""
    python = folder / "bin" / "python"
    installed = folder / "requirements.txt"
    if not installed.exists() or installed.read_text("utf-8") != requirements:
        venv.create(folder, clear=True)
        wanted = folder / "wanted.txt"
        wanted.write_text(requirements, encoding="utf-8")
        pip = ("-m", "pip", "--python", python, "install", "--quiet", "--requirement", wanted)
        subprocess.run((sys.executable, *pip), check=True)
        wanted.rename(installed)
    return python


def version_of(package: str) -> str:
    """Return the version that is installed of what ranks documents."""
    pins = (line.split("==") for line in REQUIREMENTS.splitlines())
    return next(pin[1] for pin in pins if pin[0].split("[")[0] == package)


def state_of(folder: Path, module: str, arguments: Iterable[Path]) -> str:
    """Return what changes whenever a peer could answer otherwise: its texts, version or script."""
    scripts = [PEERS / f"{module}.py", PEERS / "rows.py"]
    files = [*sorted(folder.glob("*.jsonl")), *scripts]
    read = (each.read_bytes() for each in files)
    content = b"".join([REQUIREMENTS.encode(), *read, *map(bytes, arguments)])
    return hashlib.blake2b(content, digest_size=4).hexdigest()


def ask(python: Path, module: str, *arguments: Path | str, seconds: float | None = None) -> None:
    """Run a module of this folder there, without a network, for no longer than that."""
    asking = ["-m", f"benchmarks.peers.{module}", *map(str, arguments)]
    own = os.environ | OFFLINE
    subprocess.run([python, *asking], check=True, cwd=ROOT, env=own, timeout=seconds)
