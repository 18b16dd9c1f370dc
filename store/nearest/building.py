"""How are codes made? Lists are trained for each language, rows assigned, and recall measured."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from store.derived.vectors import Positions, Vectors
from store.nearest.codes import sampled
from store.nearest.lists import (
    IN_NO_PART,
    LEAST_REACH,
    MOST_PARTS,
    Codes,
    CodesFacts,
    Part,
    centroids,
    parts_of,
)
from store.nearest.mapped import MappedRows

RECALL = 0.996
"""So many of the ten nearest to made-up questions are to be found: of real ones, 0.99 are then."""

WORTH_LISTS = 1000
"""A language of fewer rows has no lists: its rows are searched exactly."""

_BITS = 2
"""Of each dimension. With one bit, seven times as many rows had to be compared exactly."""

_LEAST_GAIN = 0.001
_QUERIES = 200
_MEAN_OF = 3
_TRUE = 10
_TIE = 1e-6
_MORE = tuple(0.02 * 2**step for step in range(8))
"""The reach is fitted so far beyond the least: with the last, all lists are read."""

_HALVINGS = 3
_DEPTHS = (200, 400, 700, 1000)
_LISTS_A_ROOT = 4
"""So many times the root of the rows is how many lists there are, as far as `_MOST_LISTS`."""

_MOST_LISTS = 4096
_TRAINED_ON = 40
_ROUNDS = 8
_AT_ONCE = 16_384
_SEED = 20261122


def train(rows: MappedRows, languages: Mapping[str, Positions]) -> Codes:
    """Return codes of these rows of each language, in lists that are made for them."""
    generator = np.random.default_rng(_SEED)
    worth = {name: own for name, own in languages.items() if len(own) >= WORTH_LISTS}
    chosen = sorted(worth, key=lambda name: -len(worth[name]))[:MOST_PARTS]
    quantizer, parts = faiss.IndexFlatIP(rows.dimension), []
    for name in chosen:
        means = _means(rows, worth[name], generator)
        parts.append(Part(name, quantizer.ntotal, len(means), len(worth[name]), 0, 1, 0.0))
        quantizer.add(means)
    index = faiss.IndexIVFRaBitQ(
        quantizer, rows.dimension, quantizer.ntotal, faiss.METRIC_INNER_PRODUCT, True, _BITS
    )
    index.is_trained = True
    partition = np.full(rows.rows, IN_NO_PART, np.int8)
    trained = sum(len(worth[name]) for name in chosen)
    facts = CodesFacts(rows.rows, rows.dimension, 0, trained, 0, tuple(parts))
    spreads = np.zeros(index.nlist, np.float32)
    codes = _add(Codes(facts, index, partition, spreads), rows, worth)
    return _measured(codes, rows, worth, generator)


def extend(path: Path, codes: Codes, rows: MappedRows, languages: Mapping[str, Positions]) -> Codes:
    """Return the codes that lie there with those of these rows that they lack."""
    index: Any = faiss.read_index(str(path))
    partition = np.full(rows.rows, IN_NO_PART, np.int8)
    partition[: len(codes.partition)] = codes.partition
    numbers = dict(zip(languages, parts_of(codes.facts, list(languages)), strict=True))
    lacking = {
        name: own[partition[own] != numbers[name]]
        for name, own in languages.items()
        if numbers[name] != IN_NO_PART
    }
    return _add(Codes(codes.facts, index, partition, codes.spreads), rows, lacking)


def _means(rows: MappedRows, own: Positions, generator: np.random.Generator) -> Vectors:
    count = min(int(_LISTS_A_ROOT * np.sqrt(len(own))), _MOST_LISTS)
    sample = generator.choice(own, min(len(own), count * _TRAINED_ON), replace=False)
    clustering = faiss.Kmeans(
        rows.dimension, count, niter=_ROUNDS, seed=_SEED, min_points_per_centroid=1
    )
    clustering.train(rows.vectors(sample))
    return np.ascontiguousarray(clustering.centroids, np.float32)


def _add(codes: Codes, rows: MappedRows, languages: Mapping[str, Positions]) -> Codes:
    """Add these rows of each language to the lists of its part."""
    index, parts, added = codes.index, list(codes.facts.parts), 0
    squares = codes.spreads.astype(np.float64) ** 2 * _sizes(index)
    for number, part in enumerate(parts):
        own = languages.get(part.language, np.empty(0, np.int64))
        nearest = _lists_of(index, part)
        for start in range(0, len(own), _AT_ONCE):
            some = own[start : start + _AT_ONCE]
            vectors = rows.vectors(some)
            distances, found = nearest.search(vectors, 1)
            lists = found[:, 0] + part.first_list
            squares += np.bincount(lists, distances[:, 0], index.nlist)
            index.add_core(
                len(some), faiss.swig_ptr(vectors), faiss.swig_ptr(some), faiss.swig_ptr(lists)
            )
        codes.partition[own] = number
        added += len(own)
        parts[number] = replace(part, rows=int((codes.partition == number).sum()))
    facts = replace(
        codes.facts,
        rows=rows.rows,
        coded=codes.facts.coded + added,
        sampled=sampled(rows, rows.rows),
        parts=tuple(parts),
    )
    spreads = np.sqrt(squares / np.maximum(_sizes(index), 1)).astype(np.float32)
    return replace(codes, facts=facts, spreads=spreads)


def _sizes(index: faiss.IndexIVFRaBitQ) -> NDArray[np.int64]:
    """Return how many rows are in each list."""
    lists: Any = index.invlists
    sizes = [lists.list_size(number) for number in range(index.nlist)]
    return np.array(sizes, np.int64)


def _lists_of(index: faiss.IndexIVFRaBitQ, part: Part) -> faiss.IndexFlatL2:
    """Return an index of the means of a part's lists, shorter ones the less alike rows are.

    A row goes to the nearest mean. The product of a query and a mean is the cosine that its rows
    have on average.
    """
    nearest = faiss.IndexFlatL2(index.d)
    nearest.add(centroids(index)[part.first_list : part.first_list + part.lists])
    return nearest


def _measured(
    codes: Codes,
    rows: MappedRows,
    languages: Mapping[str, Positions],
    generator: np.random.Generator,
) -> Codes:
    """Return the codes with what each part has to be searched with, and the recall of that.

    Questions are near to nothing in particular. What is as hard to answer (`benchmarks/README.md`)
    is half rows in other languages, and half the means of three rows of its own.
    """
    parts = []
    for part in codes.facts.parts:
        own = languages[part.language]
        elsewhere = [
            np.empty(0, np.int64),
            *(o for n, o in languages.items() if n != part.language),
        ]
        others = np.concatenate(elsewhere)
        others = generator.choice(others, _QUERIES // 2) if len(others) else others
        few = generator.choice(own, (_QUERIES - len(others)) * _MEAN_OF)
        means = rows.vectors(few).reshape(-1, _MEAN_OF, rows.dimension).mean(axis=1)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        queries = np.concatenate([rows.vectors(others), means])
        least = _least_cosines(rows, own, queries)
        parts.append(_fitted(codes, part, rows, _Asked(queries, least)))
    return replace(codes, facts=replace(codes.facts, parts=tuple(parts)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Queries, and the cosine of the tenth nearest row to each."""

    queries: Vectors
    least: Vectors


def _least_cosines(rows: MappedRows, own: Positions, queries: Vectors) -> Vectors:
    heap = faiss.ResultHeap(len(queries), _TRUE, keep_max=True)
    for start in range(0, len(own), _AT_ONCE):
        vectors = rows.vectors(own[start : start + _AT_ONCE])
        count = min(_TRUE, len(vectors))
        heap.add_result(*faiss.knn(queries, vectors, count, faiss.METRIC_INNER_PRODUCT))
    heap.finalize()
    return np.ascontiguousarray(heap.D[:, _TRUE - 1], np.float32)


def _fitted(codes: Codes, part: Part, rows: MappedRows, asked: _Asked) -> Part:
    """Return the part with about the least reach, and the least depth, that find enough."""

    def recalls(more: float) -> list[float]:
        return _recalls(codes, replace(part, reach=LEAST_REACH + more), rows, asked)

    tried: dict[float, list[float]] = {}
    for more in _MORE:
        tried[more] = recalls(more)
        if tried[more][-1] >= RECALL:
            break
    best = max(reached[-1] for reached in tried.values())
    goal = RECALL if best >= RECALL else best - _LEAST_GAIN
    much = next(more for more, reached in tried.items() if reached[-1] >= goal)
    little, reached = much / 2, tried[much]
    for _ in range(_HALVINGS):
        middle = (little + much) / 2
        if (found := recalls(middle))[-1] >= goal:
            much, reached = middle, found
        else:
            little = middle
    enough = [at for at, recall in enumerate(reached) if recall >= RECALL] or [len(_DEPTHS) - 1]
    depth, recall = _DEPTHS[enough[0]], round(reached[enough[0]], 4)
    return replace(part, reach=round(LEAST_REACH + much, 4), depth=depth, recall=recall)


def _recalls(codes: Codes, part: Part, rows: MappedRows, asked: _Asked) -> list[float]:
    """Return the share that is found of the ten nearest rows, at each depth."""
    reached = np.zeros((len(asked.queries), _DEPTHS[-1]))
    for number, query in enumerate(asked.queries):
        found = codes.search(part, query, _DEPTHS[-1], 1, None)
        cosines = rows.products(query[None], found)[0]
        reached[number, : len(found)] = cosines >= asked.least[number] - _TIE
    counts = np.minimum(reached.cumsum(axis=1), _TRUE)
    return [float(counts[:, depth - 1].mean() / _TRUE) for depth in _DEPTHS]
