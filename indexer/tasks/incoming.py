"""What comes over HTTP: a JSON object becomes what the library's API part says of a document.

Stricter than a catalogue's line: whoever sends it is there to be told, so an unknown field is an
error, and an id is taken as it is or refused, never altered.
"""

import difflib
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from core.types import Metadata, Page, Passage, SourceDocument
from indexer.parts import own_language, part_of
from indexer.readers.fields import FIELDS, MAX_ID, WrongValueError, facts_of, pages_of
from indexer.readers.files import digest, one_line
from indexer.readers.own_fields import MOST_VALUES
from store.catalogue.parts import API_FILE, Part
from store.catalogue.reading import StatedPart

LONGEST_FACT = 10_000

_CONTENT = ("text", "content", "snippets")
_KNOWN = ("id", *FIELDS, *_CONTENT)
_RESERVED = re.compile(r"(?:.*/)?\.{1,2}(?:/.*)?|.*/(?:similar|file|passages)", re.DOTALL)
_PLACEHOLDER = "-"
_LONGEST_NUMBER = 400


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else math.inf


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


DECODER = json.JSONDecoder(parse_int=_whole_number, parse_constant=_no_number)
"""Takes what JSON is, and no more; a number of a million digits is a large one, not a slow one."""


def parsed(text: str) -> object:
    """Return the value; WrongValueError says what is not JSON and where."""
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise WrongValueError(f"not JSON at column {error.colno}: {error.msg.lower()}") from error
    except RecursionError:
        raise WrongValueError("not usable: nested too deeply") from None
    except ValueError as error:
        raise WrongValueError(f"not JSON: {error}") from error


def entered_id(record: object) -> str | None:
    """Return the id that a record is entered under, right or wrong; None where it cannot have one.

    Without an id of its own, the same record always gets the same one.
    """
    if not isinstance(record, Mapping):
        return None
    value = record.get("id")
    if value in (None, ""):
        return digest(API_FILE, json.dumps(record, sort_keys=True))
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value).encode("utf-8", "backslashreplace").decode()[: MAX_ID + 1]


def checked_id(value: object) -> str:
    """Return the id; WrongValueError if no document can be addressed by it."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 0 < len(text) <= MAX_ID:
        raise WrongValueError(f"field 'id' is {_shown(value)}: allowed is 1 to {MAX_ID} characters")
    if text != one_line(text):
        raise WrongValueError(
            f"field 'id' is {_shown(text)}: allowed is one line without control characters, "
            "without spaces at its ends or two in a row"
        )
    if _RESERVED.fullmatch(text):
        raise WrongValueError(
            f"field 'id' is {_shown(text)}: allowed is what does not end in /similar, /file or "
            "/passages and has no part that is . or .., which addresses need for themselves"
        )
    return text


def require_statement(payload: str, document_id: str) -> None:
    """Raise WrongValueError unless the text states a document of that id."""
    record = _known_fields(parsed(payload), checked_id(document_id))
    facts_of(record)
    pages_of(record)


def require_patch(payload: str, document_id: str) -> None:
    """Raise WrongValueError if no document can be changed so, whatever it is."""
    patch = _known_fields(parsed(payload), document_id)
    facts_of({**merge_patch({}, patch), "title": patch.get("title") or _PLACEHOLDER})
    pages_of(patch)


def stated_part(record: object, document_id: str) -> Part:
    """Return all that the record says of the document; WrongValueError names a field."""
    known = _known_fields(record, document_id)
    metadata = facts_of(known)
    part = part_of(SourceDocument(document_id, metadata, pages_of(known)))
    return _with_digest(part)


def changed_part(
    record: object, document_id: str, stated: StatedPart | None, *, needs_title: bool
) -> Part:
    """Return what is said of the document after a merge patch (RFC 7396) of what was stated.

    Texts are replaced together: with one of them in the patch, all of the text is the patch's.
    Without one, the passages stay as they are. Only a document that files speak of needs no title.
    """
    patch = _known_fields(record, document_id)
    known = stated.metadata if stated else {}
    before = {name: value for name, value in known.items() if value is not None}
    if new_text := any(name in patch for name in _CONTENT):
        before.pop("language", None)  # that of the text, which goes
    facts = {name: patch[name] for name in patch if name in FIELDS}
    metadata = _facts(merge_patch(before, facts), needs_title=needs_title)
    if new_text:
        return _with_digest(part_of(SourceDocument(document_id, metadata, pages_of(patch))))
    texts = [each for each in stated.passages if each.kind == "text"] if stated else []
    return _with_digest(_around(SourceDocument(document_id, metadata), texts))


def merge_patch(target: object, patch: object) -> Any:
    """Return the target with the patch applied as RFC 7396 has it: null takes a member out."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def _known_fields(record: object, document_id: str) -> Mapping[str, Any]:
    """Return the record if it is an object of known fields about that document."""
    if not isinstance(record, Mapping):
        raise WrongValueError(f'not an object but {type(record).__name__}: expected {{"title": …}}')
    for name in record:
        if name not in _KNOWN:
            near = difflib.get_close_matches(name, _KNOWN, 1)
            advice = (
                f"did you mean {near[0]!r}?"
                if near
                else f"known are {', '.join(_KNOWN)}; one of your own belongs into 'fields'"
            )
            raise WrongValueError(f"unknown field {_shown(name)}: {advice}")
        _refuse_long(name, record[name])
    if record.get("id") is not None and checked_id(record["id"]) != document_id:
        raise WrongValueError(
            f"field 'id' is {_shown(record['id'])}: allowed is {document_id!r}, as in the address"
        )
    return record


def _refuse_long(name: str, value: object) -> None:
    """Raise WrongValueError for a fact that nobody could read: it is shown with every hit."""
    values = value if isinstance(value, list) else [value]
    if name not in _CONTENT and (
        len(values) > MOST_VALUES
        or any(isinstance(each, str) and len(each) > LONGEST_FACT for each in values)
    ):
        raise WrongValueError(
            f"field {name!r} is {_shown(value)}: allowed is a text of at most {LONGEST_FACT:,} "
            f"characters, or a list of at most {MOST_VALUES:,} such texts"
        )


def _facts(merged: Mapping[str, Any], *, needs_title: bool) -> Metadata:
    if needs_title or merged.get("title"):
        return facts_of(merged)
    return replace(facts_of({**merged, "title": _PLACEHOLDER}), title="")


def _around(source: SourceDocument, texts: list[Passage]) -> Part:
    """Return the part of a document whose facts are new around texts that are not."""
    head, language = part_of(source), source.metadata.language
    if texts and not language:
        pages = tuple(Page(each.text) for each in texts)
        language = part_of(replace(source, pages=pages)).language
    told = [replace(each, language=own_language(each, language)) for each in texts]
    return replace(head, language=language, passages=[*head.passages, *told])


def _with_digest(part: Part) -> Part:
    """Return the part with a digest of facts and passages, as a patch leaves them, too."""
    facts = {**part.document.metadata.to_dict(), "language": part.language}
    says = [facts, [(each.text, each.page, each.start) for each in part.passages]]
    content = json.dumps(says, sort_keys=True).encode()
    return replace(part, digest=hashlib.blake2b(content, digest_size=16).hexdigest())


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
