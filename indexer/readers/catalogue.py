"""A catalogue: each line of JSON, or each row of a table, is one document.

`title` is required, `snippets` is what can be searched of the document; fields.py has the others.
In a table several snippets stand in one cell with ` | ` or a line feed between. A file may be
of any size: no more than one line is held in memory.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.errors import UnreadableFile
from core.types import Problem, Reading, SourceDocument
from indexer.readers.fields import WrongValueError, facts_of, pages_of, stated_id
from indexer.readers.files import digest, document_id, size_of
from indexer.readers.own_fields import of_cell
from indexer.readers.plain import detect

MAX_LINE = 16 * 1024**2
"""No line has more characters than this."""

_SAMPLE = 64 * 1024
_SNIPPET_ENDS = (" | ", "\n")
_OWN_FIELDS = "fields."

Record = tuple[int, Mapping[str, Any] | str]
"""The number of a line, and its fields or the reason why it has none."""


def read_json_lines(path: Path) -> Reading:
    """Yield a document for each line that holds a JSON object, a problem for each that does not."""
    with _open(path) as file:
        yield from _documents(_json_records(file), path)


def read_table(path: Path) -> Reading:
    """Yield a document for each row; the first row names the fields."""
    csv.field_size_limit(MAX_LINE)
    with _open(path, newline="") as file:
        yield from _documents(_rows(file), path)


def _open(path: Path, newline: str | None = None) -> io.TextIOWrapper:
    size_of(path)
    try:
        with path.open("rb") as file:
            encoding = detect(file.read(_SAMPLE))
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        return path.open(encoding=encoding, errors="replace", newline=newline)
    except OSError as error:
        raise UnreadableFile(f"cannot be opened: {error.strerror}") from error


def _documents(records: Iterator[Record], path: Path) -> Reading:
    first_lines: dict[str, int] = {}
    number = 0
    for number, record in records:
        where = f"line {number}"
        if isinstance(record, str):
            yield Problem(where, record)
            continue
        try:
            found = _document(record, path)
        except WrongValueError as error:
            yield Problem(where, str(error))
            continue
        first = first_lines.setdefault(found.id, number)
        if first == number:
            yield found
        else:
            yield Problem(where, f"id {found.id!r} is already in line {first}: give each its own")
    if number == 0:
        raise UnreadableFile("empty")


def _document(record: Mapping[str, Any], path: Path) -> SourceDocument:
    metadata = facts_of(record)
    content = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
    identifier = stated_id(record) or digest(document_id(path), metadata.title, content)
    return SourceDocument(identifier, metadata, pages_of(record))


def _json_records(file: io.TextIOWrapper) -> Iterator[Record]:
    for number, line in _lines(file):
        if line is None:
            yield number, f"too long: at most {MAX_LINE >> 20} million characters a line"
        elif line.strip():
            yield number, _parsed(line)


def _lines(file: io.TextIOWrapper) -> Iterator[tuple[int, str | None]]:
    """Yield each line with its number from 1, None for a line that is too long."""
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        if len(line) < MAX_LINE or line.endswith("\n"):
            yield number, line
            continue
        while (more := file.readline(MAX_LINE)) and not more.endswith("\n"):
            pass
        yield number, None


def _parsed(line: str) -> Mapping[str, Any] | str:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        return f"not JSON at column {error.colno}: {error.msg.lower()}"
    except RecursionError:
        return "not usable: nested too deeply"
    except ValueError as error:
        return f"not JSON: {error}"
    if not isinstance(record, dict):
        return f'not an object but {type(record).__name__}: expected {{"title": …}}'
    return record


def _rows(file: io.TextIOWrapper) -> Iterator[Record]:
    header, above = file.readline(MAX_LINE), 1
    while header and not header.strip():
        header, above = file.readline(MAX_LINE), above + 1
    separator = max(",\t;", key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]
    if names and "title" not in names:
        raise UnreadableFile(f"no column 'title': the first row has {', '.join(names)[:100]}")
    rows = csv.reader(file, delimiter=separator, strict=True)
    while True:
        number = rows.line_num + above + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"not a row: {error}"
            continue
        if any(cell.strip() for cell in row):
            yield number, _fields(names, row)


def _fields(names: list[str], row: list[str]) -> Mapping[str, Any] | str:
    if len(row) > len(names):
        return f"{len(row)} cells, at most {len(names)}: quote a cell that has the separator in it"
    record: dict[str, Any] = dict(zip(names, row, strict=False))
    if record.get("snippets"):
        text = str(record["snippets"])
        for end in _SNIPPET_ENDS[1:]:
            text = text.replace(end, _SNIPPET_ENDS[0])
        record["snippets"] = text.split(_SNIPPET_ENDS[0])
    if own := [name for name in record if name.startswith(_OWN_FIELDS)]:
        cells = {name.removeprefix(_OWN_FIELDS): record.pop(name) for name in own}
        record["fields"] = {name: of_cell(cell) for name, cell in cells.items() if cell.strip()}
    return record
