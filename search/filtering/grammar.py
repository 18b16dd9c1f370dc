"""How is a filter written? `file_type IN [pdf, pptx] AND NOT page_count < 10`, read by lark."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import get_args

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken
from lark import v_args as with_arguments

from core.errors import InvalidFilter
from search.filtering.tree import (
    All,
    AnyOf,
    Between,
    Compared,
    Exists,
    Filter,
    Not,
    OneOf,
    Order,
    Word,
    shown,
)

LONGEST_FILTER = 100_000
DEEPEST_NESTING = 100
_FILTERS_KEPT = 8

_BARE = r"\w.\-\u0300-\u036f\u0590-\u05cf\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0fff"
"""What stands in a word without quotes: letters, digits, marks that letters carry, and `_-.`."""

_GRAMMAR = rf"""
?start: either
either: both (_OR both)*
both: part (_AND part)*
?part: _NOT part -> negated
    | _OPEN either _CLOSE
    | word OPERATOR word -> compared
    | word _IN list -> one_of
    | word _NOT _IN list -> none_of
    | word word _TO word -> between
    | word _EXISTS -> exists
    | word _NOT _EXISTS -> missing
list: _OPEN_LIST (word (_COMMA word)*)? _CLOSE_LIST
word: WORD | QUOTED

OPERATOR: "!=" | ">=" | "<=" | "=" | ">" | "<"
WORD: /[{_BARE}]+/
QUOTED: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/s
_AND.1: /and(?![{_BARE}])/i
_OR.1: /or(?![{_BARE}])/i
_NOT.1: /not(?![{_BARE}])/i
_IN.1: /in(?![{_BARE}])/i
_TO.1: /to(?![{_BARE}])/i
_EXISTS.1: /exists(?![{_BARE}])/i
_OPEN: "("
_CLOSE: ")"
_OPEN_LIST: "["
_CLOSE_LIST: "]"
_COMMA: ","
%ignore /\s+/
"""

_EXPECTED = [
    ("_OPEN", 'a field, NOT or "("'),
    ("OPERATOR", "=, !=, >, >=, <, <=, IN, NOT IN, EXISTS or a range such as 10 TO 20"),
    ("_TO", "TO and the end of the range, or = between field and value"),
    ("_OPEN_LIST", "a list such as [pdf, pptx]"),
    ("_IN", "IN or EXISTS"),
    ("_COMMA", '"," or "]"'),
    ("WORD", "a value"),
    ("_CLOSE", 'AND, OR or ")"'),
]
"""What may come next, in people's words: the first counts whose terminal may."""

_EXPECTED_LAST = "AND, OR or the end"

_KEYWORDS = {"_AND", "_OR", "_NOT", "_IN", "_TO", "_EXISTS"}
_ORDERS: dict[str, Order] = {each: each for each in get_args(Order)}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@lru_cache(_FILTERS_KEPT)
def parse(text: str) -> Filter:
    """Return what the filter says; InvalidFilter names the column and what was expected there."""
    if len(text) > LONGEST_FILTER:
        raise InvalidFilter(
            f"filter has {len(text):,} characters, at most {LONGEST_FILTER:,}: take a shorter one"
        )
    reading = _parser().parse_interactive(text)
    depth, token = 0, None
    try:
        for token in reading.iter_parse():
            depth += (token.type == "_OPEN") - (token.type == "_CLOSE")
            if depth > DEEPEST_NESTING:
                raise InvalidFilter.at(_column(token), f"more than {DEEPEST_NESTING} ( are open")
        found: Filter = reading.feed_eof(token)  # type: ignore[no-untyped-call]
    except UnexpectedCharacters as error:
        raise _odd_character(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        accepted = reading.accepts()  # type: ignore[no-untyped-call]
        raise _odd_token(text, error.token, accepted) from None
    return found


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Building())


@with_arguments(inline=True)
class _Building(Transformer[Token, Filter]):
    """Makes the tree while the parser goes through the text, so that no depth is too deep."""

    def word(self, token: Token) -> Word:
        text = str(token)
        if token.type == "QUOTED":
            text = _ESCAPED.sub(r"\1", text[1:-1])
        return Word(text, _column(token))

    def list(self, *words: Word) -> tuple[Word, ...]:
        return words

    def one_of(self, field: Word, values: tuple[Word, ...]) -> Filter:
        return OneOf(field, values)

    def none_of(self, field: Word, values: tuple[Word, ...]) -> Filter:
        return Not(OneOf(field, values))

    def compared(self, field: Word, operator: Token, value: Word) -> Filter:
        if operator in ("=", "!="):
            equal = OneOf(field, (value,))
            return equal if operator == "=" else Not(equal)
        return Compared(field, _ORDERS[operator], value)

    def between(self, field: Word, least: Word, most: Word) -> Filter:
        return Between(field, least, most)

    def exists(self, field: Word) -> Filter:
        return Exists(field)

    def missing(self, field: Word) -> Filter:
        return Not(Exists(field))

    def negated(self, part: Filter) -> Filter:
        return part.part if isinstance(part, Not) else Not(part)

    def both(self, *parts: Filter) -> Filter:
        return All(parts) if len(parts) > 1 else parts[0]

    def either(self, *parts: Filter) -> Filter:
        parts = _with_values_together(parts)
        return AnyOf(parts) if len(parts) > 1 else parts[0]


def _with_values_together(parts: tuple[Filter, ...]) -> tuple[Filter, ...]:
    """Return the parts, of which one holds, with all values for a field in one: `IN` is fast."""
    values: dict[str, list[Word]] = {}
    fields: dict[str, Word] = {}
    others: list[Filter] = []
    for part in parts:
        if isinstance(part, OneOf):
            fields.setdefault(part.field.text, part.field)
            values.setdefault(part.field.text, []).extend(part.values)
        else:
            others.append(part)
    return (*(OneOf(fields[name], tuple(each)) for name, each in values.items()), *others)


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _odd_character(text: str, at: int) -> InvalidFilter:
    found = text[at]
    plain = unicodedata.normalize("NFKC", found)
    if found in "\"'":
        return InvalidFilter.at(
            at + 1, f"the quotation mark {found} that opens here is never closed"
        )
    if plain != found and plain.isascii():
        return InvalidFilter.at(at + 1, f"{found} is a wide character here: write {plain}")
    return InvalidFilter.at(at + 1, f'"{found}" can only stand inside a quoted text: "C++"')


def _odd_token(text: str, token: Token, accepted: set[str]) -> InvalidFilter:
    expected = next((say for each, say in _EXPECTED if each in accepted), _EXPECTED_LAST)
    if token.type == "$END":
        return InvalidFilter.at(len(text) + 1, f"expected {expected}, found the end")
    found = shown(str(token))
    hint = f'; as a value, write "{found}"' if token.type in _KEYWORDS else ""
    return InvalidFilter.at(_column(token), f"expected {expected}, found {found}{hint}")
