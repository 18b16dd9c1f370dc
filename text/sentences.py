"""Where sentences begin and end, in Chinese and in languages that put a space after a full stop."""

import re

Span = tuple[int, int]

_CLOSERS = "”’」』）)】》〉\"'*"
_END = re.compile(
    rf"(?:[。！？!?；…]+|\.+(?=[{re.escape(_CLOSERS)}]*(?:\s|$)))[{re.escape(_CLOSERS)}]*|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|Fig|Eq|Sec|Ch|No|al|cf|pp|"
    r"Inc|Ltd|Co|Jr|Sr|approx|ca|resp|\d{1,3})\.$"
)
_LOOKBEHIND = 12


def sentences(text: str) -> list[Span]:
    """Return the half-open ranges of the sentences, in order, without the white space around them.

    Everything that is not white space lies in exactly one of them. A line feed always ends one.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.end() > start and not _goes_on(text, match):
            _append_trimmed(spans, text, (start, match.end()))
            start = match.end()
    _append_trimmed(spans, text, (start, len(text)))
    return spans


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Say whether the full stop found belongs to an abbreviation, a number or an ellipsis."""
    if not match.group().startswith("."):
        return False
    following = text[match.end() : match.end() + 2].lstrip(" ")
    if following and following[0].islower():
        return True
    before = text[max(0, match.start() - _LOOKBEHIND) : match.start() + 1]
    return bool(_ABBREVIATION.search(before))


def _append_trimmed(spans: list[Span], text: str, span: Span) -> None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
