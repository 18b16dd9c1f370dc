"""Which queries did worst, and what went wrong there?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.evaluate import Evaluation

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Misplaced:
    """The first place in a ranking that is wrong, from 1 on.

    There came `came`, None where nothing more came; `wanted` should have, which came at
    `wanted_at`, None where it did not come.
    """

    place: int
    came: str | None
    wanted: str
    wanted_at: int | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A query that did badly, by its text, and what went wrong; documents as people know them."""

    query: str
    value: float
    wrong: Misplaced


def worst(found: Evaluation) -> list[Miss]:
    """Return the queries that did worst by the first measure."""
    name = str(found.overall.measures[0])
    values = {query: each[name] for query, each in found.overall.per_query.items()}
    misses = []
    for query in sorted(values, key=values.__getitem__)[:_SHOWN]:
        wrong = first_misplaced(found.judged.ranked[query], found.judged.grades[query])
        if wrong is not None:
            came = found.label(wrong.came) if wrong.came else None
            shown = Misplaced(wrong.place, came, found.label(wrong.wanted), wrong.wanted_at)
            misses.append(Miss(found.dataset.queries[query].text, values[query], shown))
    return misses


def first_misplaced(ranked: Sequence[str], grades: Mapping[str, int]) -> Misplaced | None:
    """Return the first place at which a document of a higher grade should have come."""
    left = sorted((each for each in grades if grades[each] > 0), key=lambda id_: -grades[id_])
    for place, came in enumerate([*ranked, None], 1):
        if not left:
            return None
        if came is None or grades.get(came, 0) < grades[left[0]]:
            wanted = left[0]
            wanted_at = ranked.index(wanted) + 1 if wanted in ranked else None
            return Misplaced(place, came, wanted, wanted_at)
        left.remove(came)
    return None
