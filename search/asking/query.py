"""What a user asks, checked and folded once for both legs."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, get_args

from core.errors import InvalidQuery
from search.asking.syntax import Condition, operators, searched_for
from text.folding import fold
from text.language import east_asian_language
from text.terms import Term, query_terms

Mode = Literal["hybrid", "semantic", "keyword"]
MODES: tuple[Mode, ...] = get_args(Mode)
Duplicates = Literal["fold", "all"]
HighlightStyle = Literal["offsets", "html", "none"]

LONGEST_QUERY = 2000
MOST_HITS = 100
MOST_PASSAGES = 10
DEEPEST_OFFSET = 10_000
MOST_FIELDS = 20
SNIPPET_COLUMNS = 320
NARROWEST_SNIPPET = 40
WIDEST_SNIPPET = 2000


_LATIN_WORD = re.compile(r"[a-z0-9]+")
_SCRIPTS_MEET = re.compile(r"(?<=[\u3400-\u9fff])(?=[a-z0-9])|(?<=[a-z0-9+#])(?=[\u3400-\u9fff])")
"""Some write a space between Han and Latin, some do not: the model would see two questions."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked for: `limit` hits from the `offset`-th on, each with its best passages.

    Documents under `min_relevance` do not count; None takes the cut-off that is shipped, 0 none.
    Documents that say the same are one hit (`fold`), or each is one of its own (`all`). Misspelt
    words are read as words of the library that they resemble, unless `spelling` is off.
    `semantic_marks` finds the sentence that carries the meaning where words say little; a snippet
    is at most `snippet_columns` wide, a Han character counting two. Only documents that pass the
    `filter` answer; `facets` are fields whose values are counted, and `sort` has keys such as
    `page_count:desc`, relevance deciding among equals. Documents that do not pass `within` are as
    if not there; no word is then read as another.
    """

    q: str
    mode: Mode = "hybrid"
    limit: int = 10
    offset: int = 0
    passages: int = 2
    min_relevance: float | None = None
    duplicates: Duplicates = "fold"
    semantic_marks: bool = True
    snippet_columns: int = SNIPPET_COLUMNS
    spelling: bool = True
    filter: str | None = None
    facets: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    within: str | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InvalidQuery(f'mode "{self.mode}" is unknown: take one of {", ".join(MODES)}')
        if self.duplicates not in get_args(Duplicates):
            raise InvalidQuery(f'duplicates is "{self.duplicates}": take fold or all')
        require_number("limit", self.limit, 1, MOST_HITS)
        require_number("offset", self.offset, 0, DEEPEST_OFFSET)
        require_number("passages", self.passages, 1, MOST_PASSAGES)
        require_number("snippet_columns", self.snippet_columns, NARROWEST_SNIPPET, WIDEST_SNIPPET)
        if self.min_relevance is not None:
            require_number("min_relevance", self.min_relevance, 0, 1)
        require_fields("facets", self.facets)
        require_fields("sort", self.sort)


@dataclass(frozen=True, slots=True)
class Query:
    """A question in the forms that the legs take: folded text for meaning, terms for words.

    `language` is the East Asian language that it is in, None for all others; only documents that
    fulfil all `conditions` answer. `corrected` is the text as it was meant, where a word of it was
    misspelt.
    """

    text: str
    terms: tuple[Term, ...]
    language: str | None
    conditions: tuple[Condition, ...] = ()
    corrected: str | None = None

    @property
    def is_demanding(self) -> bool:
        """Whether a condition asks for what holds something, not only for what does not."""
        return any(each.wanted for each in self.conditions)


def understand(q: str, corrected: Callable[[str], str | None] | None = None) -> Query:
    """Return the query of a text, misspelt words put right where `corrected` says how.

    InvalidQuery if it is empty, says nothing or is too long.
    """
    if len(q) > LONGEST_QUERY:
        raise InvalidQuery(
            f"q has {len(q):,} characters, at most {LONGEST_QUERY:,}: ask with the sentence that "
            "matters most"
        )
    better = corrected(q) if corrected else None
    folded = fold(better or q).text
    stated = operators(folded)
    text = " ".join(_SCRIPTS_MEET.sub(" ", searched_for(folded, stated)).split())
    if not text and stated:
        raise InvalidQuery("q only says what is not wanted: add a word that is")
    if not text:
        raise InvalidQuery("q is empty: ask for a word, a phrase or a whole question")
    if not any(_says_something(each) for each in text):
        raise InvalidQuery(
            "q holds nothing but signs: ask for a word, a phrase or a whole question"
        )
    conditions = tuple(dict.fromkeys(each.condition for each in stated))
    return Query(text, tuple(query_terms(text)), _language(text), conditions, better)


def _says_something(character: str) -> bool:
    """Say whether it is a letter, a digit or a symbol such as ∑ and 🐱, no mark of punctuation.

    The model finds a meaning in anything: "?" and "+" had good answers.
    """
    is_symbol = unicodedata.category(character).startswith("S") and not character.isascii()
    return character.isalnum() or is_symbol


def _language(text: str) -> str | None:
    """Return the East Asian language of a query, in which a Latin name is a word like others."""
    return east_asian_language(_LATIN_WORD.sub("a", text))


def require_fields(name: str, fields: Collection[str]) -> None:
    """Raise InvalidQuery if these are too many, or one is there twice."""
    if len(fields) > MOST_FIELDS:
        raise InvalidQuery(f"{name} has {len(fields)} fields: take at most {MOST_FIELDS}")
    if len(set(fields)) < len(fields):
        raise InvalidQuery(f"{name} names a field twice: name it once")


def require_number(name: str, value: float, least: int, most: int) -> None:
    """Raise InvalidQuery if the value is not between the two."""
    if not least <= value <= most:
        raise InvalidQuery(f"{name} is {value}: take a number from {least} to {most:,}")
