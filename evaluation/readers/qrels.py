"""Judgements: `query, document, grade` in a table as BEIR, or `query 0 document grade` as TREC."""

import re
from collections.abc import Iterator
from pathlib import Path

from evaluation.datasets import Judgement
from evaluation.readers.lines import Line, checked_id, lines_of

_WHOLE_NUMBER = re.compile(r"([+-]?[0-9]{1,9})(\.0*)?")
_WITH_PAGE = re.compile(r"(.+)#page=([0-9]{1,9})")


def read_tsv(path: Path, queries: set[str]) -> Iterator[Judgement]:
    """Return the judgements of a table; its first line may name the columns."""
    for line in lines_of(path):
        fields = [each.strip() for each in line.text.rstrip().split("\t")]
        if len(fields) != 3:
            raise line.defect(f"{len(fields)} fields: give query, document, grade, tabs between")
        query, document, grade = fields
        names_columns = query not in queries and not _WHOLE_NUMBER.fullmatch(grade)
        if line.number > 1 or not names_columns:
            yield _judgement(line, query, document, grade)


def read_trec(path: Path) -> Iterator[Judgement]:
    """Return the judgements of a TREC file; `ID#page=12` judges one page of a document."""
    for line in lines_of(path):
        fields = line.text.split()
        if len(fields) != 4:
            raise line.defect(f"{len(fields)} fields: give query, 0, document, grade")
        query, _, document, grade = fields
        of_page = _WITH_PAGE.fullmatch(document)
        if of_page:
            yield _judgement(line, query, of_page[1], grade, int(of_page[2]))
        else:
            yield _judgement(line, query, document, grade)


def _judgement(
    line: Line, query: str, document: str, grade: str, page: int | None = None
) -> Judgement:
    if not query or not document:
        raise line.defect("an id is blank: give query, document, grade")
    number = _WHOLE_NUMBER.fullmatch(grade)
    if not number:
        raise line.defect(
            f'grade "{grade}" is no whole number: 0 is not relevant, 1 and more is relevant'
        )
    return Judgement(query, checked_id(line, document), int(number[1]), str(line), page)
