"""A judged set is put to whoever is asked: ask → know copies and languages → measure → compare."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ir_measures import Measure

from core.errors import InvalidDataset, InvalidQuery
from evaluation.compare import Comparison, compared
from evaluation.copies import Copies
from evaluation.datasets import Dataset, JudgedQuery, Judgement, refuse_unknown
from evaluation.directions import Judged, by_direction
from evaluation.latency import timed
from evaluation.metrics import DEFAULTS, Measured, depth_of, measured
from evaluation.refusals import Refusals
from evaluation.targets import Answer, Asking, Target
from search.asking.query import Mode, understand

Told = Callable[[], None]
Run = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: `unanswerable` queries to be refused, runs by name to be compared with."""

    mode: Mode = "hybrid"
    measures: Sequence[Measure] = DEFAULTS
    unanswerable: Sequence[JudgedQuery] = ()
    runs: Mapping[str, Run] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of it: `pages` where pages were judged, `refusals` where those were wanted.

    `label` says how people would know a document, `copies` which documents are one.
    """

    dataset: Dataset
    mode: Mode
    documents: int | None
    answers: Mapping[str, Answer]
    judged: Judged
    overall: Measured
    directions: Mapping[str, Measured]
    pages: Measured | None
    refusals: Refusals | None
    milliseconds: Sequence[float]
    comparisons: Sequence[Comparison]
    copies: Copies
    label: Callable[[str], str]


def evaluate(dataset: Dataset, target: Target, wanted: Wanted, told: Told) -> Evaluation:
    """Ask the target every query and measure the answers; `told` is called at each answer.

    InvalidDataset where judgements name documents that the target does not have.
    """
    if target.documents is not None:  # it knows them all before it is asked
        _refuse_unknown_documents(dataset, target)
    answers, others = _asked(dataset, target, wanted, told)
    _refuse_unknown_documents(dataset, target)
    judged = _judged(dataset, target, answers)
    overall = measured(wanted.measures, judged.grades, judged.ranked)
    texts = [each.text for each in dataset.queries.values()]
    milliseconds, cut_off = timed(target, texts, wanted.mode)
    runs = {
        name: measured(wanted.measures, judged.grades, _once(run, target.copies))
        for name, run in wanted.runs.items()
    }
    collection = dataset.collection
    return Evaluation(
        dataset=dataset,
        mode=wanted.mode,
        documents=len(collection.documents) if collection else target.documents,
        answers=answers,
        judged=judged,
        overall=overall,
        directions=by_direction(judged, overall),
        pages=_by_page(dataset, target, answers, wanted),
        refusals=Refusals(_best(answers), _best(others), cut_off) if others else None,
        milliseconds=milliseconds,
        comparisons=compared(overall, runs),
        copies=target.copies,
        label=target.label,
    )


def _asked(
    dataset: Dataset, target: Target, wanted: Wanted, told: Told
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Return the answers to the queries that have one and to those that have none, by id."""
    queries = [*dataset.queries.values(), *wanted.unanswerable]
    of_pages = any(each.page is not None for each in dataset.judgements)
    asking = Asking(wanted.mode, depth_of(wanted.measures), of_pages)
    found = []
    try:
        for answer in target.answers([each.text for each in queries], asking):
            found.append(answer)
            told()
    except InvalidQuery:
        _refuse_queries(queries)
        raise
    ids = [each.id for each in queries]
    half = len(dataset.queries)
    return (
        dict(zip(ids[:half], found[:half], strict=True)),
        dict(zip(ids[half:], found[half:], strict=True)),
    )


def _refuse_queries(queries: Iterable[JudgedQuery]) -> None:
    """Raise InvalidDataset for the first query that cannot be asked."""
    for each in queries:
        try:
            understand(each.text)
        except InvalidQuery as error:
            raise InvalidDataset(f'{each.where}: query "{each.id}": {error}') from None


def _refuse_unknown_documents(dataset: Dataset, target: Target) -> None:
    unknown = target.unknown({each.document for each in dataset.judgements})
    strange = [each for each in dataset.judgements if each.document in unknown]
    refuse_unknown("document", strange, "what is searched")


def _judged(dataset: Dataset, target: Target, answers: Mapping[str, Answer]) -> Judged:
    copies = target.copies
    languages: dict[str, set[str]] = {}
    for document, language in target.languages.items():
        languages.setdefault(copies.of(document), set()).update([language] if language else [])
    return Judged(
        {query: each.language for query, each in dataset.queries.items()},
        languages,
        _grades(dataset, lambda each: copies.of(each.document)),
        _once({query: answer.ids for query, answer in answers.items()}, copies),
    )


def _by_page(
    dataset: Dataset, target: Target, answers: Mapping[str, Answer], wanted: Wanted
) -> Measured | None:
    """Return the measures over single pages, None where no page is judged."""
    copies = target.copies

    def page_of(judgement: Judgement) -> str | None:
        if judgement.page is None:
            return None
        return f"{copies.of(judgement.document)}#page={judgement.page}"

    grades = _grades(dataset, page_of)
    if not grades:
        return None
    ranked = {
        query: list(dict.fromkeys(f"{copies.of(id_)}#page={page}" for id_, page in answer.pages))
        for query, answer in answers.items()
    }
    return measured(wanted.measures, grades, ranked)


def _grades(dataset: Dataset, name: Callable[[Judgement], str | None]) -> dict[str, dict[str, int]]:
    """Return the highest grade of each thing that was judged, for queries that one answers."""
    grades: dict[str, dict[str, int]] = {}
    for each in dataset.judgements:
        thing = name(each)
        if thing is not None and each.query in dataset.queries:
            of_query = grades.setdefault(each.query, {})
            of_query[thing] = max(each.grade, of_query.get(thing, 0))
    answered = (query for query in dataset.queries if query in grades)
    return {query: grades[query] for query in answered if max(grades[query].values()) > 0}


def _once(run: Run, copies: Copies) -> dict[str, list[str]]:
    return {query: copies.once(documents) for query, documents in run.items()}


def _best(answers: Mapping[str, Answer]) -> dict[str, float]:
    return {query: answer.best for query, answer in answers.items()}
