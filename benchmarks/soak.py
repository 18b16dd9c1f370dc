"""Does a library hold when many use it at once? Reads, writes and `wenhai index` beside a server.

    python -m benchmarks.soak [--seconds S] [--threads N]

Each thread adds, changes, deletes, searches and lists; a terminal indexes a folder again and again.
At the end the library has to be what was acknowledged, and the doctor has to find nothing. Exit
code 1 where it is not so, or where any request failed with a 5xx.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.services import Wenhai, running
from benchmarks.start import QUERIES
from core.settings import Settings
from indexer.build import LibraryBuilder, NoProgress
from models import load_encoder
from store.doctor.examine import examine
from store.view import LibraryView
from store.writer import LibraryWriter

_OWN_DOCUMENTS = 15
_FILES = 5


class User:
    """Does one thing after another with documents of its own, and keeps what was acknowledged."""

    def __init__(self, number: int, address: str) -> None:
        self.acknowledged: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self._number = number
        self._chance = random.Random(number)
        self._client = httpx.Client(base_url=address, timeout=120)

    def use(self, until: float) -> None:
        """Go on until then."""
        while time.monotonic() < until:
            status = self._step().status_code
            self.statuses[status] += 1

    def _step(self) -> httpx.Response:
        chance = self._chance
        name = f"user-{self._number}-{chance.randrange(_OWN_DOCUMENTS)}"
        text = f"第 {chance.randrange(10**6)} 次 writing of {name}."
        match chance.randrange(8):
            case 0:
                return self._delete(name)
            case 1 | 2 | 3:
                return self._write(name, text)
            case 4:
                return self._client.get("/v1/documents", params={"limit": 20, "sort": "title"})
            case 5:
                number = f"page_count > {chance.randrange(5)}"
                return self._client.get("/v1/search", params={"q": "writing", "filter": number})
            case _:
                return self._client.get("/v1/search", params={"q": text, "facets": "language"})

    def _write(self, name: str, text: str) -> httpx.Response:
        body = {"title": name, "text": text, "page_count": self._chance.randrange(1, 9)}
        answer = self._client.put(f"/v1/documents/{name}?wait=60s", json=body)
        if answer.status_code == 200:
            self.acknowledged[name] = text
        return answer

    def _delete(self, name: str) -> httpx.Response:
        answer = self._client.delete(f"/v1/documents/{name}?wait=60s")
        if answer.status_code == 200:
            self.acknowledged.pop(name, None)
        return answer


def indexing(folder: Path, library: Path, until: float, rounds: list[int]) -> None:
    """Change files and index their folder from a terminal until then."""
    while time.monotonic() < until:
        for number in range(_FILES):
            text = f"# File {number}\n\nRound {len(rounds)} of file {number}.\n"
            (folder / f"{number}.md").write_text(text)
        command = [sys.executable, "-m", "cli", "index", str(folder), "-l", str(library)]
        rounds.append(subprocess.run(command, check=False, capture_output=True).returncode)


def texts_of(library: Path) -> dict[str, str]:
    """Return the text of each document by its id, or by its title where a file gave it."""
    view = LibraryView(library)
    documents = view.catalogue.documents(sorted(set(view.table.documents.tolist())))
    return {
        (each.metadata.title if each.path else each.id): "".join(
            stored.passage.text
            for stored in view.catalogue.passages_of(each.key)
            if stored.passage.kind == "text"
        )
        for each in documents.values()
    }


def main() -> None:
    """Print what was done, and whether it is there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--threads", type=int, default=20)
    arguments = parser.parse_args()
    encoder = load_encoder(None, Settings().cache)
    with tempfile.TemporaryDirectory() as temporary:
        folder, library = Path(temporary) / "files", Path(temporary) / "library"
        folder.mkdir()
        (folder / "0.md").write_text("# File 0\n\nFirst.\n")
        with LibraryWriter(library, encoder.card) as writer:
            LibraryBuilder(writer, encoder, NoProgress()).index([folder])
        rounds: list[int] = []
        with running(Wenhai(library), QUERIES[0]) as server:
            users = [
                User(number, str(server.client.base_url)) for number in range(arguments.threads)
            ]
            until = time.monotonic() + arguments.seconds
            threads = [threading.Thread(target=user.use, args=[until]) for user in users]
            terminal = (folder, library, until, rounds)
            threads.append(threading.Thread(target=indexing, args=terminal))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        statuses = sum((user.statuses for user in users), Counter())
        wanted = {name: text for user in users for name, text in user.acknowledged.items()}
        last = len(rounds) - 1
        wanted |= {f"File {n}": f"File {n}\nRound {last} of file {n}." for n in range(_FILES)}
        found, findings = texts_of(library), [each for each in examine(library) if each.drift]
    print(f"{sum(statuses.values()):,} requests: {dict(sorted(statuses.items()))}")
    print(f"{len(rounds)} rounds of `wenhai index`, exit codes {sorted(set(rounds))}")
    print(f"{len(found)} documents, as acknowledged: {found == wanted}; the doctor: {findings}")
    for name in sorted({*found, *wanted}, key=str):
        if found.get(name) != wanted.get(name):
            print(f"{name}: {found.get(name)!r}, acknowledged {wanted.get(name)!r}")
    if found != wanted or findings or any(rounds) or max(statuses) >= 500:
        sys.exit(1)


if __name__ == "__main__":
    main()
