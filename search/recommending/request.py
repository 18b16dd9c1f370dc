"""What is wanted: more like these, less like those, none that were seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidQuery
from search.asking.query import MOST_HITS, require_number

MOST_SEEDS = 32
"""So many documents may be liked, and so many disliked."""

MOST_SEEN = 10_000

DIVERSITY = 0.2
"""What is shown unless somebody says otherwise: `search/recommending/diversity.py` has why."""


@dataclass(frozen=True, slots=True)
class RecommendRequest:
    """Documents like the `positive` ones and the `text`, unlike the `negative` ones.

    Documents are named by id; those `seen` are left out, and need not be there any more. Only
    documents that pass the `filter` are given. `diversity` is from 0, the nearest as they come, to
    1, each as different as can be from those before it. Documents that do not pass `within` are as
    if not there.
    """

    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    text: str | None = None
    seen: tuple[str, ...] = ()
    filter: str | None = None
    limit: int = 10
    diversity: float = DIVERSITY
    within: str | None = None

    def __post_init__(self) -> None:
        if not self.positive and self.text is None:
            raise InvalidQuery("nothing is liked: name documents in positive, or give a text")
        _require_few("positive", self.positive, MOST_SEEDS)
        _require_few("negative", self.negative, MOST_SEEDS)
        _require_few("seen", self.seen, MOST_SEEN)
        both = sorted(set(self.positive) & set(self.negative))
        if both:
            raise InvalidQuery(f'"{both[0]}" is in positive and in negative: take it out of one')
        require_number("limit", self.limit, 1, MOST_HITS)
        require_number("diversity", self.diversity, 0, 1)


def _require_few(name: str, ids: Sequence[str], most: int) -> None:
    if len(ids) > most:
        raise InvalidQuery(f"{name} names {len(ids):,} documents: take at most {most:,}")
