"""The lines of a file, each with its number, so that every defect can be found."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.errors import InvalidDataset
from indexer.readers.files import clean


class Place(Protocol):
    """A place in a file, shown to people as text."""

    def defect(self, what: str) -> InvalidDataset:
        """Return the error that says what is wrong here."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, and where it stands."""

    file: Path
    number: int
    text: str

    def defect(self, what: str) -> InvalidDataset:
        """Return the error that says what is wrong here."""
        return InvalidDataset(f"{self}: {what}")

    def __str__(self) -> str:
        return f"{self.file}: line {self.number}"


@dataclass(frozen=True, slots=True)
class Record:
    """A line that holds a JSON object."""

    line: Line
    values: dict[str, Any]

    def id(self) -> str:
        """Return the `_id`, which has to be there."""
        found = self.values.get("_id")
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        self.required("_id")
        return checked_id(self.line, str(found))

    def required(self, name: str) -> str:
        """Return a text that has to be there and may not be blank."""
        text = self.optional(name)
        if text is None:
            raise self.line.defect(f'"{name}" is missing: give a text that is not blank')
        return text

    def optional(self, name: str) -> str | None:
        """Return a text without traps, None where there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.line.defect(f'"{name}" is {json.dumps(value)[:40]}: give a text in quotes')
        return clean(value) if value and value.strip() else None


def lines_of(path: Path) -> Iterator[Line]:
    """Return the lines that are not blank; InvalidDataset if there is none, or one is not UTF-8."""
    found = False
    for number, raw in enumerate(_raw_lines(path), 1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InvalidDataset(
                f"{path}: line {number}: not UTF-8 at byte {error.start + 1}: save it as UTF-8"
            ) from None
        if text.strip():
            found = True
            yield Line(path, number, text)
    if not found:
        raise InvalidDataset(f"{path}: empty: give it a line at least")


def _raw_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise InvalidDataset(f"{path}: cannot be read: {error.strerror}") from error


def records_of(path: Path) -> Iterator[Record]:
    """Return the JSON objects of a file that has one a line."""
    for line in lines_of(path):
        try:
            value = json.loads(line.text)
        except json.JSONDecodeError as error:
            raise line.defect(
                f"broken JSON, {what_is_broken(error)}: mend the line or take it out"
            ) from None
        except (ValueError, RecursionError) as error:
            raise line.defect(f"broken JSON ({error}): mend the line or take it out") from None
        if not isinstance(value, dict):
            raise line.defect("no JSON object: every line has to be one, in braces")
        yield Record(line, value)


def what_is_broken(error: json.JSONDecodeError) -> str:
    """Return what is wrong with a JSON text, and at which character of its line."""
    what = error.msg.removesuffix(" at").rstrip(": ")
    return f"{what[:1].lower()}{what[1:]} at character {error.colno}"


def checked_id(line: Line, text: str) -> str:
    """Return an id that can be written into files; InvalidDataset if it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise line.defect(f"id {text!r} holds half a character: give another") from None
    return text
