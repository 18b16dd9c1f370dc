"""The fields that users give their documents: which names, and what may they hold?"""

import dataclasses
import math
import re
from collections.abc import Mapping

from core.types import FieldValue, Metadata
from indexer.readers.files import clean, one_line

MOST_FIELDS = 100
MOST_VALUES = 1000
LONGEST_VALUE = 1000

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_TAKEN = frozenset({"id", *(each.name for each in dataclasses.fields(Metadata))})
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?")


def own_fields(value: object) -> Mapping[str, FieldValue]:
    """Return the fields that hold something; ValueError says what is allowed."""
    if not isinstance(value, Mapping) or len(value) > MOST_FIELDS:
        raise ValueError(f"an object of at most {MOST_FIELDS} fields")
    for name in value:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(
                f"a name of at most 64 letters, digits and _, no digit first, instead of {name!r}"
            )
        if name in _TAKEN:
            raise ValueError(f"another name for {name!r}: that is the name of a field of ours")
    checked = {name: _value(name, each) for name, each in value.items() if each is not None}
    return {name: each for name, each in checked.items() if each not in ("", ())}


def of_cell(text: str) -> FieldValue:
    """Return what the cell of a table holds: a number or a truth where it reads as one."""
    if text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    if not _NUMBER.fullmatch(text.strip()):
        return text
    return float(text) if "." in text else int(text)


def _value(name: str, value: object) -> FieldValue:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= 2**53 and math.isfinite(value):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_VALUE:
        return clean(value).strip()
    if isinstance(value, list) and len(value) <= MOST_VALUES and all(map(_is_short_text, value)):
        return tuple(dict.fromkeys(filter(None, map(one_line, value))))
    raise ValueError(
        f"a text of at most {LONGEST_VALUE:,} characters, a number up to 2^53, true, false or a "
        f"list of such texts in {name!r}"
    )


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_VALUE
