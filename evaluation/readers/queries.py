"""Queries: a JSON object a line (`_id`, `text`, and `language` and `kind` where known), or a table
of id and text with a tab between."""

from collections.abc import Iterator
from pathlib import Path

from evaluation.datasets import JudgedQuery, base_language
from evaluation.readers.lines import Line, Place, checked_id, lines_of, records_of
from search.asking.query import LONGEST_QUERY
from text.folding import fold


def read_queries(path: Path) -> list[JudgedQuery]:
    """Return the queries of the file in its order; InvalidDataset names the line of a defect."""
    read = _from_table if path.suffix == ".tsv" else _from_records
    first: dict[str, Line] = {}
    queries = []
    for line, query in read(path):
        known = first.setdefault(query.id, line)
        if known is not line:
            raise line.defect(
                f'query "{query.id}" is there twice, first in line {known.number}: '
                "give each its own id"
            )
        queries.append(query)
    return queries


def judged_query(
    place: Place, id_: str, text: str, language: str | None = None, kind: str | None = None
) -> JudgedQuery:
    """Return the query; InvalidDataset if it cannot be asked."""
    problem = None
    if len(text) > LONGEST_QUERY:
        problem = f"has {len(text):,} characters, at most {LONGEST_QUERY:,} can be asked: cut it"
    elif not fold(text).text.strip():
        problem = "says nothing: give it a word"
    if problem:
        raise place.defect(f'query "{id_}" {problem}')
    return JudgedQuery(id_, text, str(place), base_language(language), kind)


def read_plain(path: Path) -> list[JudgedQuery]:
    """Return one query for each line that is not blank, with its text for an id."""
    return [judged_query(line, line.text.strip(), line.text.strip()) for line in lines_of(path)]


def _from_records(path: Path) -> Iterator[tuple[Line, JudgedQuery]]:
    for record in records_of(path):
        yield (
            record.line,
            judged_query(
                record.line,
                record.id(),
                record.required("text"),
                record.optional("language"),
                record.optional("kind"),
            ),
        )


def _from_table(path: Path) -> Iterator[tuple[Line, JudgedQuery]]:
    for line in lines_of(path):
        id_, tab, text = line.text.partition("\t")
        if not tab or not id_.strip() or not text.strip():
            raise line.defect("no query: give id, tab, text")
        yield line, judged_query(line, checked_id(line, id_.strip()), text.strip())
