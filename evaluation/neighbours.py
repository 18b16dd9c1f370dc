"""Are recommendations any good? Judged neighbours, diversity, coverage, other languages.

Each seed is asked for the documents like it. Beside the measures of rankings, the first ten are
looked at:

- intra-list diversity (Smyth and McClave, ICCBR 2001): the mean, over the pairs of a list, of 1 -
  cosine between the documents' mean vectors, less what a language has in common; only of a library,
  since a server gives no vectors;
- coverage: the share of all documents that are recommended for any seed;
- the share that is in another language than the seed.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ir_measures import Measure

from core.errors import InvalidSetting
from evaluation.datasets import refuse_unknown
from evaluation.directions import Judged, by_direction
from evaluation.metrics import Measured, depth_of, measured
from evaluation.readers.neighbours import JudgedNeighbours
from evaluation.recommenders import Recommender
from search.asking.query import MOST_HITS

LISTED = 10
"""So many documents are looked at as a list."""

_TIMED = 50


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What came of it; `diversity` is None where nobody knows vectors."""

    judged: JudgedNeighbours
    documents: int
    overall: Measured
    directions: Mapping[str, Measured]
    diversity: float | None
    coverage: float
    across_languages: float
    milliseconds: Sequence[float]


def evaluate_neighbours(
    judged: JudgedNeighbours,
    target: Recommender,
    measures: Sequence[Measure],
    told: Callable[[], None],
) -> Neighbourhood:
    """Ask for the neighbours of each seed and measure them; `told` is called at each answer.

    InvalidDataset where a seed or a judged document is not there.
    """
    depth = depth_of(measures)
    if depth > MOST_HITS:
        raise InvalidSetting(
            f"a --metric looks at {depth:,} documents, at most {MOST_HITS} are recommended: "
            "leave it out"
        )
    _refuse_unknown(judged, target)
    grades = judged.grades
    lists: dict[str, Sequence[str]] = {}
    for seed, found in zip(grades, target.similar(list(grades), depth), strict=True):
        lists[seed] = found
        told()
    compared = _compared(grades, lists, target)
    overall = measured(measures, compared.grades, compared.ranked)
    firsts = {seed: found[:LISTED] for seed, found in lists.items()}
    count = target.count()
    return Neighbourhood(
        judged=judged,
        documents=count,
        overall=overall,
        directions=by_direction(compared, overall),
        diversity=_diversity(firsts, target),
        coverage=len({each for found in firsts.values() for each in found}) / max(count, 1),
        across_languages=_across(firsts, target.languages),
        milliseconds=list(_timed(list(grades), target)),
    )


def _refuse_unknown(judged: JudgedNeighbours, target: Recommender) -> None:
    """Raise InvalidDataset for the first judgement that names what is not there."""
    named = {id_ for each in judged.judgements for id_ in (each.query, each.document)}
    unknown = target.unknown(named)
    strange = [each for each in judged.judgements if each.document in unknown]
    refuse_unknown("document", strange, "what is searched")
    strange = [each for each in judged.judgements if each.query in unknown]
    refuse_unknown("query", strange, "what is searched")


def _compared(
    grades: Mapping[str, Mapping[str, int]],
    lists: Mapping[str, Sequence[str]],
    target: Recommender,
) -> Judged:
    """Return what was judged and what came, of copies only the one that stands for all."""
    copies = target.copies
    languages: dict[str, set[str]] = {}
    for document, language in target.languages.items():
        languages.setdefault(copies.of(document), set()).update([language] if language else [])
    standing: dict[str, dict[str, int]] = {}
    for seed, found in grades.items():
        of_seed = standing.setdefault(seed, {})
        for document, grade in found.items():
            one = copies.of(document)
            if one != copies.of(seed):  # what says the same is never recommended
                of_seed[one] = max(grade, of_seed.get(one, 0))
    standing = {
        seed: of_seed for seed, of_seed in standing.items() if max(of_seed.values(), default=0)
    }
    return Judged(
        {seed: target.languages.get(seed) for seed in grades},
        languages,
        standing,
        {seed: copies.once(found) for seed, found in lists.items()},
    )


def _diversity(lists: Mapping[str, Sequence[str]], target: Recommender) -> float | None:
    """Return the mean over the lists that have pairs, None without vectors."""
    found = []
    for ids in lists.values():
        vectors = target.mean_vectors(ids)
        if vectors is None:
            return None
        if len(vectors) > 1:
            cosines = vectors @ vectors.T
            found.append(1 - float(cosines[np.triu_indices(len(vectors), 1)].mean()))
    return float(np.mean(found)) if found else None


def _across(lists: Mapping[str, Sequence[str]], languages: Mapping[str, str | None]) -> float:
    """Return the share in another language, of the documents whose language is known."""
    pairs = [
        (languages.get(seed), languages.get(document))
        for seed, found in lists.items()
        for document in found
    ]
    known = [one != other for one, other in pairs if one and other]
    return float(np.mean(known)) if known else 0.0


def _timed(seeds: Sequence[str], target: Recommender) -> Iterator[float]:
    """Yield the milliseconds of at most 50 single requests as users make them."""
    chosen = np.unique(np.linspace(0, len(seeds) - 1, _TIMED).astype(np.int64)).tolist()
    for at in chosen:
        started = time.perf_counter()
        target.recommend(seeds[at], LISTED)
        yield (time.perf_counter() - started) * 1000
