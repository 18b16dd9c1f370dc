"""Which documents are one and the same? Finding any copy of what answers is finding it."""

import hashlib
from collections.abc import Iterable, Iterator

from text.folding import fold


class Copies:
    """Groups of documents, each with one that stands for it; all others stand for themselves."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._standing: dict[str, str] = {}
        for group in groups:
            self.join(group)

    def join(self, group: Iterable[str]) -> None:
        """Take these documents, and all that are one with them, for one."""
        roots = list(dict.fromkeys(map(self.of, group)))
        for other in roots[1:]:
            self._standing[other] = roots[0]

    def of(self, document: str) -> str:
        """Return the document that stands for this one."""
        while document in self._standing:
            document = self._standing[document]
        return document

    def once(self, documents: Iterable[str]) -> list[str]:
        """Return what stands for each of the documents, each only where it comes first."""
        return list(dict.fromkeys(map(self.of, documents)))


def same_text(texts: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Return the groups of ids whose texts are the same once folded, spaces apart.

    An id may come several times, each time with a further stretch of its text.
    """
    digests: dict[str, hashlib.blake2b] = {}
    for id_, text in texts:
        said = "".join(fold(text).text.split())
        if said:
            digest = digests.setdefault(id_, hashlib.blake2b(digest_size=16))
            digest.update(said.encode())
    groups: dict[bytes, list[str]] = {}
    for id_, digest in digests.items():
        groups.setdefault(digest.digest(), []).append(id_)
    return (group for group in groups.values() if len(group) > 1)
