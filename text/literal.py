"""Does a text hold another one, word for word?"""

import re
from collections.abc import Iterator
from itertools import pairwise

from text.terms import UNSPACED

_LETTER = rf"[^\W_{UNSPACED}]"
_GAP = re.compile(
    rf"\s+|(?<=[{UNSPACED}])(?={_LETTER})|(?:(?<={_LETTER})|(?<=[+#]))(?=[{UNSPACED}])"
)
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
_IS_LETTER = re.compile(_LETTER)
_WORD_STARTS = rf"(?<!{_LETTER})"
_WORD_ENDS = rf"(?!{_LETTER})(?![+#]+(?![a-z0-9]))"


def literal(folded: str) -> re.Pattern[str]:
    """Return what finds a folded text in others: the same characters, whole words at both ends.

    White space is as good as any other, and as none where a script without spaces begins or ends;
    so are both apostrophes.
    """
    pattern = "".join(_parts(folded)).replace("'", "['’]")
    starts = _WORD_STARTS if _IS_LETTER.match(folded) else ""
    ends = _WORD_ENDS if _IS_LETTER.match(folded[-1]) or folded[-1] in "+#" else ""
    return re.compile(starts + pattern + ends)


def _parts(folded: str) -> Iterator[str]:
    pieces = _GAP.split(folded.replace("’", "'"))
    yield re.escape(pieces[0])
    for left, right in pairwise(pieces):
        optional = _IS_UNSPACED.match(left[-1]) or _IS_UNSPACED.match(right)
        yield (r"\s*" if optional else r"\s+") + re.escape(right)
