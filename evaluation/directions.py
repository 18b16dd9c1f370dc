"""How good is it from each query language to each document language? Keyed `zh>en`."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ir_measures import Measure

from evaluation.metrics import Grades, Measured, measured

_TOLD_APART = 0.05
"""A language counts where it has this share of the documents, or one that answers."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What answers each query and what came back, of copies only the one that stands for all.

    The languages are those of queries, None where nobody knows, and those of a document's copies.
    """

    query_languages: Mapping[str, str | None]
    document_languages: Mapping[str, Collection[str]]
    grades: Mapping[str, Grades]
    ranked: Mapping[str, Sequence[str]]


def by_direction(judged: Judged, overall: Measured) -> dict[str, Measured]:
    """Return the measures of each direction in which a document answers a query.

    Into one language, only documents in it are judged and ranked. Where documents are in several
    languages, `zh>both` (of three and more, `zh>all`) is the measure with all of them.
    """
    languages = _languages(judged)
    directions: dict[str, Measured] = {}
    for source in sorted({each for each in judged.query_languages.values() if each}):
        asked = [query for query in judged.grades if judged.query_languages[query] == source]
        if len(languages) == 1:
            directions[f"{source}>{languages[0]}"] = overall.of(asked)
        elif languages:
            for target in languages:
                directions[f"{source}>{target}"] = _into(target, judged, asked, overall.measures)
            pooled = "both" if len(languages) == 2 else "all"
            directions[f"{source}>{pooled}"] = overall.of(asked)
    return {name: each for name, each in directions.items() if each.per_query}


def _languages(judged: Judged) -> list[str]:
    """Return the languages that documents are in, odd ones out where they answer nothing."""
    in_each = judged.document_languages
    counts = Counter(language for languages in in_each.values() for language in languages)
    answering = {
        language
        for grades in judged.grades.values()
        for document, grade in grades.items()
        for language in in_each.get(document, ())
        if grade > 0
    }
    enough = _TOLD_APART * len(in_each)
    return sorted(name for name, count in counts.items() if count >= enough or name in answering)


def _into(
    language: str, judged: Judged, asked: Iterable[str], measures: Sequence[Measure]
) -> Measured:
    """Return the measures over documents in that language alone, where one of them answers."""

    def is_in_it(document: str) -> bool:
        return language in judged.document_languages.get(document, ())

    grades = {
        query: {id_: grade for id_, grade in judged.grades[query].items() if is_in_it(id_)}
        for query in asked
    }
    answered = {query: each for query, each in grades.items() if max(each.values(), default=0) > 0}
    ranked = {query: list(filter(is_in_it, judged.ranked[query])) for query in answered}
    return measured(measures, answered, ranked)
