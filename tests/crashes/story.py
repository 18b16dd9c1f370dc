"""What the killed process does: a library's life in steps, each told once it is done.

Run as a program under the preloaded library: `story.py MODE ROOT POINTS HALF` forks a process for
every other one of so many points, which is killed there or finds the disk full from there on, and
looks at what it left. The process begins with the step in which its point lies.
"""

import bisect
import ctypes
import hashlib
import json
import os
import shutil
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import WenhaiError
from core.types import Metadata, ModelCard, Page, SourceDocument
from indexer.parts import part_of
from indexer.rebuild import activate, previous, rebuild
from indexer.tasks.runner import TaskRunner
from models.encoder import Tokens
from search.asking.query import SearchRequest
from search.engine import Engine
from store import turn as turns
from store.catalogue.parts import API_FILE, Part
from store.doctor.examine import examine
from store.doctor.repair import repair
from store.generations import active_model
from store.layout import LibraryLayout
from store.tasks.tasks import TaskStore
from store.tasks.types import NewItem, TaskRequest
from store.view import LibraryView
from store.writer import LibraryWriter
from text.folding import fold

COUNT, KILL, FULL = 0, 1, 2
DIMENSION = 8
GOES_TO_THE_END = 4
"""After every so many interruptions the rest of the story is lived, too."""

QUERIES = ("leader election", "快照", "orchard")

turns._ROWS_WORTH_A_REWRITE = 0


class ByHash:
    """An encoder that needs no model: a text's vector comes from its hash."""

    def __init__(self, name: str) -> None:
        self.card = ModelCard(name, DIMENSION, "", "", name)

    def encode_queries(self, texts: Any) -> Any:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Any, progress: Any = None) -> Any:  # noqa: ARG002
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSION), np.float32)

    def tokens(self, texts: Any) -> Any:
        return [Tokens(self._vector(text)[np.newaxis], np.ones(1, np.float32)) for text in texts]

    def _vector(self, text: str) -> Any:
        digest = hashlib.sha256(f"{self.card.name}{fold(text).text}".encode()).digest()
        vector = np.frombuffer(digest[:DIMENSION], np.uint8).astype(np.float32) + 1
        return vector / np.linalg.norm(vector)


MODELS = {name: ByHash(name) for name in ("first", "second")}


def add(root: Path, name: str, text: str, **facts: Any) -> None:
    encoder = MODELS[(active_model(root) or MODELS["first"].card).name]
    source = SourceDocument(name, Metadata(f"The {name}", **facts), (Page(text, 1), Page(name, 2)))
    part = part_of(source)
    vectors = encoder.encode_passages([each.text for each in part.passages])
    named = dict(zip([each.text for each in part.passages], vectors, strict=True))
    with LibraryWriter(root, encoder.card) as writer, writer.turn() as turn:
        turn.add(API_FILE, "api", [part], named)


def remove(root: Path, name: str) -> None:
    with LibraryWriter(root, active_card(root)) as writer, writer.turn() as turn:
        turn.changes.remove_document(name)


def compact(root: Path) -> None:
    with LibraryWriter(root, active_card(root)) as writer, writer.turn() as turn:
        turn.compact()


def active_card(root: Path) -> ModelCard:
    found = active_model(root)
    assert found is not None
    return found


class Silent:
    def start(self, passages: int) -> None: ...

    def done(self, passages: int) -> None: ...


def make_second(root: Path) -> None:
    rebuild(root, MODELS["second"], Silent())


def switch(root: Path) -> None:
    number = rebuild(root, MODELS["second"], Silent())
    activate(root, number, MODELS["second"], Silent())


def back(root: Path) -> None:
    number = previous(root)
    if active_card(root).name == "second" and number is not None:
        activate(root, number, MODELS["first"], Silent())


def send(root: Path) -> None:
    """Do as a server does that gets documents, one of them broken, and one to be deleted."""
    records = {name: json.dumps({"title": name, "text": f"{name} in an orchard"}) for name in "xyz"}
    items = [NewItem(name, "put", record) for name, record in records.items()]
    items += [NewItem("broken", "put", "{}"), NewItem("copy", "delete", None)]
    TaskStore(LibraryLayout(root)).enqueue(TaskRequest("add", "key", "1"), items)


def work(root: Path) -> None:
    """Do what waits, as a server does that starts."""
    runner = TaskRunner(root, MODELS[active_card(root).name], lambda: None)
    runner.run(threading.Event())


STEPS: list[Callable[[Path], None]] = [
    lambda root: add(root, "raft", "A leader election needs a majority of votes."),
    lambda root: add(root, "ps", "参数服务器每隔十分钟保存快照。", page_count=3),
    lambda root: add(root, "raft", "A leader election ends after a timeout. Then it begins anew."),
    lambda root: add(root, "ps", "参数服务器每隔十分钟保存快照。", page_count=4, tags=("ml",)),
    lambda root: add(root, "copy", "参数服务器每隔十分钟保存快照。"),
    lambda root: add(root, "trees", "An orchard of apples. " * 3),
    lambda root: remove(root, "trees"),
    compact,
    make_second,
    lambda root: add(root, "late", "Orchard and snapshot, written while vectors are made."),
    switch,
    lambda root: add(root, "later", "Another orchard, by the second model."),
    back,
    lambda root: remove(root, "raft"),
    send,
    work,
]


def content(root: Path) -> dict[str, Any]:
    """Return what the library says, as one would read it."""
    view = LibraryView(root)
    found = view.catalogue.documents(np.unique(view.table.documents).tolist())
    tasks = TaskStore(LibraryLayout(root)).tasks()
    return {
        "model": view.model.name,
        "tasks": [(each.total, each.done, each.failed, each.is_finished) for each in tasks],
        "documents": {
            each.id: [
                each.metadata.to_dict(),
                [(p.passage.text, p.passage.page) for p in view.catalogue.passages_of(each.key)],
            ]
            for each in found.values()
        },
    }


def answers(root: Path) -> dict[str, Any]:
    """Return what the library answers: by meaning with the scores, by words which documents.

    How rare a word is counts removed passages too until tantivy merges them away.
    """
    engine = Engine(root, MODELS[active_card(root).name])

    def hits(q: str, mode: Any) -> tuple[Any, ...]:
        request = SearchRequest(q, mode, min_relevance=0, duplicates="all", spelling=False)
        return engine.search(request).hits

    return {
        "meaning": [
            [(hit.document.id, round(hit.scores.fused, 4)) for hit in hits(q, "semantic")]
            for q in QUERIES
        ],
        "words": [sorted(hit.document.id for hit in hits(q, "keyword")) for q in QUERIES],
    }


def fresh(root: Path, place: Path) -> dict[str, Any]:
    """Return what a library answers that is built now, of what this one holds."""
    view = LibraryView(root)
    encoder = MODELS[view.model.name]
    documents = view.catalogue.documents(np.unique(view.table.documents).tolist()).values()
    with LibraryWriter(place, encoder.card) as writer, writer.turn() as turn:
        for each in documents:
            cut = [stored.passage for stored in view.catalogue.passages_of(each.key)]
            source = SourceDocument(each.id, each.metadata)
            part = Part(source, each.metadata.language, "", False, cut)
            texts = [passage.text for passage in cut]
            named = dict(zip(texts, encoder.encode_passages(texts), strict=True))
            turn.add(API_FILE, "api", [part], named)
    return answers(place)


def plain(value: Any) -> Any:
    """Return the value as JSON gives it back."""
    return json.loads(json.dumps(value))


def references(root: Path) -> list[dict[str, Any]]:
    """Return content and answers after each step, of a library that nothing happened to."""
    found = []
    for number, step in enumerate(STEPS):
        step(root)
        wanted = fresh(root, root.with_name(f"fresh-{number}"))
        found_now = answers(root)
        assert found_now == wanted, f"step {number} answers {found_now}, a new library {wanted}"
        found.append(plain({"content": content(root), "answers": wanted}))
        shutil.copytree(root, after(root.parent, number))
    return found


def after(place: Path, number: int) -> Path:
    """Return where the library lies as it is after that step."""
    return place / f"after-{number}"


def live(root: Path, tell: int, first: int) -> None:
    """Go through the steps from that one on, and tell each one's number once it is done."""
    for number, step in enumerate(STEPS[first:], first):
        step(root)
        os.write(tell, bytes([number]))


def check(root: Path, done: int, expected: list[dict[str, Any]], *, to_the_end: bool) -> None:
    """Raise AssertionError unless what `done` steps did is there, and nothing by halves."""
    seen = _seen(root)
    if seen is None:
        assert done == 0, "an acknowledged library does not open"
    else:
        steps = [at for at in (done, done - 1) if 0 <= at < len(expected)]
        steps = [at for at in steps if expected[at]["content"] == seen]
        assert steps or not seen["documents"], f"a reader sees {seen} after {done} steps"
        repair(root, lambda card: MODELS[card.name].encode_passages, never_embedded)
        findings = [each for each in examine(root) if each.drift]
        assert not findings, f"after a repair the doctor finds {findings}"
        if steps:
            found = plain(answers(root))
            wanted = expected[steps[0]]["answers"]
            assert found == wanted, f"after step {steps[0]} it answers {found}, not {wanted}"
    if not to_the_end:
        return
    for step in STEPS[done:]:
        step(root)
    last = plain({"content": content(root), "answers": answers(root)})
    assert last == expected[-1], f"the rest of the story ends otherwise: {last}"


def never_embedded(count: int) -> None:
    """Refuse: a kill leaves every vector that counts whole."""
    assert not count, f"the repair embedded {count} passages"


def _seen(root: Path) -> dict[str, Any] | None:
    """Return what a reader sees at once, None where there is no library yet."""
    try:
        return plain(content(root))
    except WenhaiError:
        assert not (root / "catalogue.sqlite").exists() or not active_model(root)
        return None


def child(work: Callable[[], None]) -> int:
    """Do the work in a process of its own, and return how it ended."""
    if process := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    try:
        work()
    except BaseException:  # noqa: BLE001 - the parent is told
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def tell_test(values: dict[str, Any]) -> None:
    """Write a line for the test that runs this program."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main() -> None:
    mode, place = int(sys.argv[1]), Path(sys.argv[2])
    shim = ctypes.CDLL(None)
    calm = place / "calm"
    expected_file, counts_file = place / "expected.json", place / "counts.json"

    def reference() -> None:
        expected_file.write_text(json.dumps(references(calm)))

    def counted() -> None:
        shim.disk_touch_arm(COUNT, 0)
        counts = []
        for step in STEPS:
            step(place / "counted")
            counts.append(shim.disk_touch_count())
        counts_file.write_text(json.dumps(counts))

    assert child(reference) == 0
    assert child(counted) == 0
    expected, counts = json.loads(expected_file.read_text()), json.loads(counts_file.read_text())
    count = counts[-1]
    wanted, half = int(sys.argv[3]), int(sys.argv[4])
    points = sorted({round(each) for each in np.linspace(1, count, min(wanted, count))})[half::2]
    tell_test({"touches": count, "points": len(points)})
    for number, point in enumerate(points):
        root = place / "killed"
        shutil.rmtree(root, ignore_errors=True)
        first = bisect.bisect_left(counts, point)
        if first:
            shutil.copytree(after(place, first - 1), root)
        touch = point - (counts[first - 1] if first else 0)
        reading, tell = os.pipe()

        def killed(
            root: Path = root, at: int = touch, tell: int = tell, first: int = first
        ) -> None:
            shim.disk_touch_arm(mode, ctypes.c_long(at))
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
            live(root, tell, first)

        ended = child(killed)
        os.close(tell)
        with os.fdopen(reading, "rb") as told:
            done = first + len(told.read())
        to_the_end = number % GOES_TO_THE_END == 0

        def looked_at(root: Path = root, done: int = done, to_the_end: bool = to_the_end) -> None:
            check(root, done, expected, to_the_end=to_the_end)

        outcome = child(looked_at)
        ok = outcome == 0
        tell_test({"point": point, "done": done, "ended": ended, "ok": ok})


if __name__ == "__main__":
    main()
