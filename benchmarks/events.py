"""Do events make recommendations better, and can they make them worse?

    python -m benchmarks.events [--library DIR] [--seeds N]

Visitors of a library, the sample corpus unless another is named, have tastes: each is one of some
groups of documents, a document with its eight nearest and four at random, which nobody can tell
from their text. Three kinds of visitors leave a log of views and clicks:

- `tastes`: they click what they like of the ten documents recommended, find others of their group
  elsewhere (a quarter), and click at random (a seventh);
- `chance`: they click any of the ten;
- `fashion`: they click what is popular (Zipf), among the ten (seven of ten) or anywhere.

Then visitors with tastes come who look for another document of their group. How high does it stand
among the ten, with the events and without? Means over seeds, with the interval of 95 %.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers_sets import SAMPLE
from core.settings import Settings
from indexer.build import LibraryBuilder, NoProgress
from models import load_encoder
from search.recommending.centring import Centre
from search.recommending.likeness import Documents, document_seeds
from search.recommending.visits import WEIGHT, Visits
from store.events.events import MOST_EVENTS, Event
from store.view import LibraryView
from store.writer import LibraryWriter

SIZES = (10, 100, 1_000, 10_000, 50_000)
_LISTED = 10
_NEAR, _ANYWHERE = 8, 4
_WISHES = 6_000
_NOW = time.time()

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Click = Callable[["World", int, Numbers, np.random.Generator], int]


@dataclass(frozen=True, slots=True)
class World:
    """A library and who comes: likeness of every pair of documents, lists, groups, popularity."""

    likeness: Floats
    lists: Numbers
    groups: list[Numbers]
    popularity: Floats

    @classmethod
    def of(cls, likeness: Floats, generator: np.random.Generator) -> "World":
        """Return a world with groups of chance."""
        count = len(likeness)
        order = np.argsort(-likeness, axis=1, kind="stable")
        groups = [
            np.unique([first, *order[first, :_NEAR], *generator.integers(0, count, _ANYWHERE)])
            for first in generator.integers(0, count, count // 6)
        ]
        zipf = generator.permutation(1 / np.arange(1, count + 1))
        return cls(likeness, order[:, :_LISTED], groups, zipf / zipf.sum())


def by_taste(world: World, here: int, group: Numbers, generator: np.random.Generator) -> int:
    """Return what somebody with a taste clicks."""
    liked = np.setdiff1d(np.intersect1d(world.lists[here], group), [here])
    mood = generator.random()
    if mood < 1 / 7:
        return int(generator.choice(world.lists[here]))
    if mood < 1 / 7 + 1 / 4 or not len(liked):
        return int(generator.choice(group[group != here]))
    return int(generator.choice(liked))


def by_chance(world: World, here: int, _: Numbers, generator: np.random.Generator) -> int:
    """Return any of the documents listed."""
    return int(generator.choice(world.lists[here]))


def by_fashion(world: World, here: int, _: Numbers, generator: np.random.Generator) -> int:
    """Return what is popular, among the documents listed or anywhere."""
    if generator.random() < 0.7:
        among = world.popularity[world.lists[here]]
        return int(generator.choice(world.lists[here], p=among / among.sum()))
    return int(generator.choice(len(world.popularity), p=world.popularity))


KINDS: dict[str, Click] = {"tastes": by_taste, "chance": by_chance, "fashion": by_fashion}


def log(world: World, kind: str, size: int, generator: np.random.Generator) -> list[Event]:
    """Return so many events of visitors of that kind."""
    events: list[Event] = []
    session = 0
    while len(events) < size:
        session += 1
        group = world.groups[generator.integers(len(world.groups))]
        here = int(generator.choice(group))
        if kind == "fashion":
            here = int(generator.choice(len(world.popularity), p=world.popularity))
        events.append(Event("view", str(here), _NOW, None, str(session)))
        for _ in range(generator.integers(1, 5)):
            there = KINDS[kind](world, here, group, generator)
            events.append(Event("click", str(there), _NOW, str(here), str(session)))
            here = there
    return events[:size]


def wishes(world: World, generator: np.random.Generator) -> Numbers:
    """Return pairs of documents: where a visitor with a taste is, and what he looks for."""
    chosen = generator.integers(0, len(world.groups), _WISHES)
    return np.array([generator.choice(world.groups[each], 2, replace=False) for each in chosen])


def fulfilled(world: World, wanted: Numbers, visits: Visits | None) -> tuple[float, float]:
    """Return nDCG@10 and hit rate of what was looked for."""
    ranks = np.full((len(world.likeness), len(world.likeness)), np.inf)
    for here in np.unique(wanted[:, 0]).tolist():
        scores = world.likeness[here]
        if visits is not None:
            scores = scores + WEIGHT * _together(visits, here, len(scores))
        best = np.argsort(-scores, kind="stable")[:_LISTED]
        ranks[here, best] = np.arange(len(best))
    found = ranks[wanted[:, 0], wanted[:, 1]]
    return float((1 / np.log2(found + 2)).mean()), float(np.isfinite(found).mean())


def _together(visits: Visits, here: int, count: int) -> Floats:
    together = np.zeros(count)
    for other, value in visits.with_any_of([str(here)]).items():
        together[int(other)] = value
    return together


def likeness_of_all(view: LibraryView) -> Floats:
    """Return the likeness of each document to each other one; to itself, none."""
    centre = Centre.of(view)
    documents = Documents(centre)
    stored = view.catalogue.documents(documents.keys.tolist())
    rows = []
    for key in documents.keys.tolist():
        seeds = document_seeds(centre, [stored[key]])
        rows.append(documents.likeness(seeds, documents.keys == key)[0][0])
    found = np.array(rows, np.float64)
    np.fill_diagonal(found, -np.inf)
    return found


def compare(likeness: Floats, seeds: int) -> None:
    """Print a line for each kind and size of a log."""
    gains: dict[tuple[str, int], list[tuple[float, float]]] = {}
    without = []
    for seed in range(seeds):
        generator = np.random.default_rng(seed)
        world = World.of(likeness, generator)
        wanted = wishes(world, generator)
        before = fulfilled(world, wanted, None)
        without.append(before)
        for kind in KINDS:
            for size in SIZES:
                visits = Visits.of(log(world, kind, size, generator), _NOW)
                after = fulfilled(world, wanted, visits)
                gain = (after[0] - before[0], after[1] - before[1])
                gains.setdefault((kind, size), []).append(gain)
    base = np.mean(without, axis=0)
    print(f"{len(likeness)} documents, without events: nDCG@10 {base[0]:.4f}, hits {base[1]:.4f}\n")
    print(f"{'log':>8}{'events':>8}{'nDCG@10':>20}{'hits@10':>20}")
    for (kind, size), values in gains.items():
        print(f"{kind:>8}{size:>8,}" + "".join(map(_interval, np.array(values).T)))


def cost(likeness: Floats) -> None:
    """Print what the events cost: once in the background, and each request."""
    generator = np.random.default_rng(0)
    events = log(World.of(likeness, generator), "tastes", MOST_EVENTS, generator)
    started = time.perf_counter()
    visits = Visits.of(events, _NOW)
    worked_out = time.perf_counter() - started
    started = time.perf_counter()
    for here in range(100):
        _together(visits, here, len(likeness))
    looked_up = (time.perf_counter() - started) * 10
    pairs = sum(map(len, visits.together.values()))
    print(
        f"\n{len(events):,} events: {worked_out:.2f} s in the background, {pairs:,} pairs; "
        f"{looked_up:.3f} ms a request"
    )


def _interval(values: Floats) -> str:
    half = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
    return f"{values.mean():>+12.4f} ±{half:.4f}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--library", type=Path, help="a library that is there; the sample without")
    parser.add_argument("--seeds", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = asked.library or Path(folder) / "library"
        if asked.library is None:
            encoder = load_encoder(None, Settings().cache)
            with LibraryWriter(root, encoder.card) as writer:
                LibraryBuilder(writer, encoder, NoProgress()).index([SAMPLE / "corpus"])
        likeness = likeness_of_all(LibraryView(root))
    compare(likeness, asked.seeds)
    cost(likeness)


if __name__ == "__main__":
    main()
