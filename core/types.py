"""One frozen type for each hop a document takes from a file to a passage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

PassageKind = Literal["title", "text"]
FieldValue = str | int | float | bool | tuple[str, ...]
"""What a field of the user's own may hold."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The facts about a document that are shown beside a hit; None means unknown.

    `uploaded_at` is an ISO date cut to its precision: `2023`, `2023-05` or `2023-05-17`.
    `price` is in the points of the site that the document comes from, 0 is free. `fields` are the
    user's own facts.
    """

    title: str
    url: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    file_type: str | None = None
    page_count: int | None = None
    size_bytes: int | None = None
    price: float | None = None
    uploaded_at: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the known facts, those that are unknown or empty left out."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, (), {})}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Metadata":
        """Return what `to_dict` gave, also after a trip through JSON."""
        lists = {name: tuple(values[name]) for name in ("authors", "tags") if name in values}
        own = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.get("fields", {}).items()
        }
        return cls(**{**values, **lists, "fields": own})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: its text as the reader saw it, and its number from 1.

    A source without pages (Markdown, a snippet of a catalogue) has `number=None`.
    """

    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as a reader found it; several files may each give a part of one document."""

    id: str
    metadata: Metadata
    pages: tuple[Page, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, and why: one line in the report.

    A reader says where in the file (`line 7`), a report which file (`list.csv: line 7`).
    """

    where: str
    reason: str


Reading = Iterator[SourceDocument | Problem]
"""What every reader gives: documents, and the parts it could not read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of whole sentences of one page; `text` is the source's text[start:end].

    `start` and `end` count Unicode code points from the start of the source's text, in which the
    pages follow one another, a line feed between two. A title has the range (0, 0). `language` is
    the passage's own: program code in a Chinese book counts as English.
    """

    text: str
    start: int
    end: int
    page: int | None
    kind: PassageKind = "text"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a library has to know about the encoder that its vectors come from.

    `fingerprint` changes whenever the same text would get another vector.
    """

    name: str
    dimension: int
    query_prefix: str
    passage_prefix: str
    fingerprint: str
