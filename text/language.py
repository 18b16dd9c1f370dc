"""Which language a text is in, as an ISO 639-1 code: by its script, then by its words."""

import re

_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "zh": re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf\U00020000-\U0003ffff]"),
}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_SAME_WRITING = {"wuu": "zh", "yue": "zh"}
_SAMPLE = 4000
_ENOUGH_TO_TELL = 80
# a Han character says about as much as this many Latin letters
_HAN_WEIGHT = 3


EAST_ASIAN = frozenset(_SCRIPTS)
"""The languages whose script says which they are, and that share no words with any other."""


def east_asian_language(text: str) -> str | None:
    """Return which of the East Asian languages most of the text is in, None if it is in another."""
    counts = {language: len(pattern.findall(text)) for language, pattern in _SCRIPTS.items()}
    if sum(counts.values()) * _HAN_WEIGHT >= max(len(_LATIN.findall(text)), 1):
        return _east_asian(counts)
    return None


def language_of(text: str) -> str | None:
    """Return the language of most of the text's first 4,000 characters, None where it has no word.

    Short texts in Latin script count as English: too little is known to tell them apart.
    """
    sample = text[:_SAMPLE]
    if (found := east_asian_language(sample)) is not None:
        return found
    letters = len(_LETTER.findall(sample))
    if letters >= _ENOUGH_TO_TELL:
        return _by_words(sample)
    return "en" if letters and len(_LATIN.findall(sample)) * 2 >= letters else None


def _east_asian(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    if counts["ja"] * 10 >= total:
        return "ja"
    return "ko" if counts["ko"] * 2 >= total else "zh"


def _by_words(sample: str) -> str:
    import py3langid  # noqa: PLC0415 - its model takes most of a second to load

    found = str(py3langid.classify(sample)[0])
    return _SAME_WRITING.get(found, found)
