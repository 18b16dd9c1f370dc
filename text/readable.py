"""How is a text shown so that all of it can be read, and none of it does harm?"""

import re

_UNSEEN = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x9f"
_NOISE = rf"[\s\ue000-\uf8ff\ufffd{_UNSEEN}]"
_HARMFUL = re.compile(f"[{_UNSEEN}]+")
_UNTIDY = re.compile(rf"{_NOISE}{{2,}}|(?! ){_NOISE}")


def harmless(text: str) -> str:
    """Return the text without control characters, also those that turn its direction."""
    return _HARMFUL.sub("", text)


def plain(text: str) -> str:
    """Return the text harmless and on one line, a space for white space and what shows as a box."""
    return _UNTIDY.sub(lambda run: " " if harmless(run.group()) else "", text)
