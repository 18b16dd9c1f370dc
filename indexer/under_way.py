"""Which files are neither read to their end nor committed, and what of them waits?"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.types import SourceDocument
from indexer.scan import FoundFile
from indexer.writing import Share
from store.catalogue.parts import Part
from store.catalogue.reading import Catalogue


@dataclass(slots=True)
class FileUnderWay:
    """What a file said so far, and what of that waits for its vectors.

    `known` has the digests of what the library knew it to say before.
    """

    found: FoundFile
    digest: str
    known: dict[str, str]
    seen: dict[str, str] = field(default_factory=dict)  # titles by document id
    waiting: list[Part] = field(default_factory=list)
    broken: bool = False
    finished: bool = False

    def share(self) -> Share:
        """Return what waits, and let nothing wait any more."""
        parts, self.waiting = self.waiting, []
        name, label = self.found.name, self.found.label
        if self.finished and not self.broken:
            return Share(name, label, parts, self.seen, self.digest)
        # a file with broken lines is read again next time, and keeps what those lines said
        return Share(name, label, parts)


def id_taken(
    document: SourceDocument,
    file: FileUnderWay,
    under_way: Iterable[FileUnderWay],
    catalogue: Catalogue,
) -> str | None:
    """Return why the document in that file cannot have its id, None if it can.

    Files may speak of one document together, as result pages do, if they agree on its title.
    """
    if document.id in file.seen:
        return "is there twice: the first one counts"
    title = document.metadata.title
    others = (
        (each.seen[document.id], each.found.label) for each in under_way if document.id in each.seen
    )
    other = next(others, None) or catalogue.elsewhere(document.id, file.found.name)
    if other is None or other[0].startswith(title) or title.startswith(other[0]):
        return None
    return f"its id is that of {other[0]!r} in {other[1]}: give each its own"
