"""Cut folded text into the terms that are looked up: words, and pairs of characters.

Words come from a dictionary (Chinese) or from spaces (stemmed where they look English). A document
also gives the words inside its words (服务 in 服务器); a query does not, or one long word would
count three times. Phrases are two words that follow one another (parameter server). Pairs of
neighbouring characters are a safety net for words that no dictionary has: a document gives all of
its pairs, a query only those where the dictionary found nothing but single characters.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import rjieba
import Stemmer

TERMS_VERSION = 4
"""Raised whenever the same text gives other entries: libraries then cut their terms anew."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff\u3005\u3007"
UNSPACED = f"{HAN}\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff"
"""Scripts that are written without spaces, as the inside of a character class."""

_RUN = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<unspaced>[{UNSPACED}]+)"
    rf"|(?P<word>\d+(?:\.\d+)+|(?:(?![{UNSPACED}])[^\W_])+(?:[+#]+(?![A-Za-z0-9]))?)"
)
_SPELLING = re.compile(rf"(?<![^\W_{UNSPACED}])[a-z]{{4,40}}(?![^\W_{UNSPACED}])")
_FUNCTION_CHARACTERS = frozenset("的了是在和与及或之其这那有也就都而不为以于对被把从到")
_CHINESE_FUNCTION_WORDS = _FUNCTION_CHARACTERS | frozenset(
    "怎么 怎样 怎么样 怎么办 什么 如何 为什么 为何 何 何时 时候 谁 哪 哪个 哪些 哪里 有哪些 "
    "几个 多少 吗 呢 吧 可以 能否 是否 是不是 有没有 应该 需要 请问 一个 这个 那个".split()
)
FUNCTION_WORDS = _CHINESE_FUNCTION_WORDS | frozenset(
    "a an and are as at be been by can could did do does for from had has have how i if in into is "
    "it its may me my no not of on or our so that the their them then there these they this those "
    "to was we were what when where which who whom whose why will with would you your".split()
)
"""Words that hold sentences together or only ask: they are never worth a mark."""

_LONGEST_WORD = 64
_SHORTEST_WITH_A_STEM = 4
_WITHIN_A_PHRASE = frozenset(["", " ", "-", "_", "\n"])
_ENGLISH_STEMMER = Stemmer.Stemmer("english")

TermKind = Literal["word", "pair", "phrase", "character", "spelling"]


@dataclass(frozen=True, slots=True)
class Term:
    """A term and the half-open range of the folded text that it stands in."""

    text: str
    start: int
    end: int
    kind: TermKind = "word"


def document_terms(folded: str) -> list[Term]:
    """Return every word, pair and phrase of the text."""
    return [*words_and_pairs(folded), *_phrases(folded)]


def words_and_pairs(folded: str) -> list[Term]:
    """Return every word and pair of the text: the terms that can be marked in it."""
    return list(_terms(folded, document=True))


def words_and_pairs_among(folded: str, wanted: Collection[tuple[TermKind, str]]) -> list[Term]:
    """Return those words and pairs of the text whose kind and text are wanted.

    Most of a text holds none, and need not be cut to tell: a term in unspaced script stands in its
    run as it is, and a stem begins like its word.
    """
    beginnings = tuple({_beginning(text) for _, text in wanted})
    found: list[Term] = []
    for stretch in _stretches_with(beginnings, folded):
        for run in _RUN.finditer(folded, *stretch):
            written = run.group()
            if run.lastgroup == "word":
                terms: Iterable[Term] = (
                    (_latin_word(run),) if written.startswith(beginnings) else ()
                )
            elif any(text in written for _, text in wanted):
                terms = _unspaced_terms(run)
            else:
                continue
            found += (term for term in terms if (term.kind, term.text) in wanted)
    return found


def _beginning(term: str) -> str:
    """Return what every word begins with that gives this term; in unspaced script, all of it.

    A stem differs from its words in no more than its last letter, but short ones may in more:
    die is the stem of dying.
    """
    if not (term.isascii() and term.isalpha()):
        return term
    return term[:-1] if len(term) >= _SHORTEST_WITH_A_STEM else term[0]


def _stretches_with(beginnings: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches from space to space that hold any of these."""
    end = 0
    for found in re.finditer("|".join(map(re.escape, beginnings)), text):
        if found.start() < end:
            continue
        at = found.start()
        start = max(text.rfind(" ", end, at) + 1, text.rfind("\n", end, at) + 1, end)
        ends = (text.find(space, at) for space in " \n")
        end = min((each for each in ends if each >= 0), default=len(text))
        yield start, end


def certain_terms(folded: str) -> list[Term]:
    """Return terms that every text has that holds this one, whatever stands around it.

    Chinese words are not among them, for how they are cut depends on their neighbours. A character
    without a neighbour here is of the kind `character`: a word there, or half a pair.
    """
    terms: list[Term] = []
    for run in _RUN.finditer(folded):
        if run.lastgroup == "word":
            if not _may_be_part_of_a_number(run):
                terms.append(_latin_word(run))
        elif len(run.group()) == 1:
            terms.append(Term(run.group(), *run.span(), "character"))
        else:
            terms += _pairs(run.group(), run.start())
    return terms


def _may_be_part_of_a_number(word: re.Match[str]) -> bool:
    """Say whether what stands around the text may lengthen the word, as 1 does .5, and 5 does 1."""
    text = word.string
    begins = word.start() == 1 and text[0] == "." and text[1].isdigit()
    ends = word.end() == len(text) - 1 and text[-1] == "." and text[-2].isdigit()
    return begins or ends


def spellings(folded: str) -> list[Term]:
    """Return each word of four or more Latin letters once, without a stem."""
    first = {match.group(): match.span() for match in _SPELLING.finditer(folded)}
    return [Term(word, *span, "spelling") for word, span in first.items()]


def query_terms(folded: str) -> list[Term]:
    """Return the words and phrases of a query, and pairs where the dictionary knows no word.

    Chinese function words are left out, unless there is nothing else: in a small library 怎么 is
    rare, and a title that has it would come first for every 怎么 (CMRC RR@10 0.9915 to 0.9925).
    """
    every = [*_terms(folded, document=False), *_phrases(folded)]
    return [term for term in every if not _only_function_words(term)] or every


def _only_function_words(term: Term) -> bool:
    parts = term.text.split("_") if term.kind == "phrase" else [term.text]
    return _CHINESE_FUNCTION_WORDS.issuperset(parts)


def _terms(folded: str, *, document: bool) -> Iterator[Term]:
    for run in _RUN.finditer(folded):
        if run.lastgroup == "word":
            yield _latin_word(run)
        else:
            yield from _unspaced_terms(run, document=document)


def _unspaced_terms(run: re.Match[str], *, document: bool = True) -> Iterator[Term]:
    if run.lastgroup == "unspaced":
        return _pairs(run.group(), run.start())
    return _han_terms(run.group(), run.start(), document=document)


def _phrases(folded: str) -> Iterator[Term]:
    """Return each two whole words that follow one another, at most a space or hyphen between."""
    previous: Term | None = None
    for term in _terms(folded, document=False):
        if term.kind != "word":
            continue
        if previous is not None and folded[previous.end : term.start] in _WITHIN_A_PHRASE:
            yield Term(f"{previous.text}_{term.text}", previous.start, term.end, "phrase")
        previous = term


def _latin_word(run: re.Match[str]) -> Term:
    return Term(_stemmed(run.group()[:_LONGEST_WORD]), *run.span())


def _stemmed(word: str) -> str:
    # what is shorter than that is a name as often as a word: the stem of aed would be a
    if len(word) < _SHORTEST_WITH_A_STEM or not (word.isascii() and word.isalpha()):
        return word
    return str(_ENGLISH_STEMMER.stemWord(word))


def _pairs(run: str, start: int) -> Iterator[Term]:
    if len(run) == 1:
        yield Term(run, start, start + 1)
    for at in range(len(run) - 1):
        yield Term(run[at : at + 2], start + at, start + at + 2, "pair")


def _han_terms(run: str, start: int, *, document: bool) -> Iterator[Term]:
    # hmm=False: an unknown word must come out as single characters, not as a guess that a
    # longer sentence would cut otherwise
    words = rjieba.tokenize(run, "search" if document else "default", False)
    yield from (Term(word, start + begin, start + end) for word, begin, end in words)
    if document:
        yield from _pairs(run, start) if len(run) > 1 else ()
        return
    for begin, end in _unknown_stretches(words):
        yield from _pairs(run[begin:end], start + begin)


def _unknown_stretches(words: list[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """Return ranges of two or more neighbouring single characters, function words left out."""
    stretches: list[tuple[int, int]] = []
    for word, begin, end in words:
        if end - begin > 1 or word in _FUNCTION_CHARACTERS:
            continue
        if stretches and stretches[-1][1] == begin:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
    return [each for each in stretches if each[1] - each[0] > 1]
