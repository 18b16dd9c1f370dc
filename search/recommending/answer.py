"""What comes back: documents, and for each of them why."""

from dataclasses import dataclass

from core.types import Passage
from store.catalogue.reading import StoredDocument


@dataclass(frozen=True, slots=True)
class Reason:
    """The pair of passages that are closest, and terms that both sides hold.

    `liked` is the document that `own` is a passage of; None where it is the free text. `closeness`
    is the cosine of the pair, without what all passages of a language have in common. `label` has
    up to four terms as they are written, the most telling first; none where no word is shared.
    `visited` says that those who visit what is liked visit the document, too.
    """

    liked: StoredDocument | None
    own: Passage
    theirs: Passage
    closeness: float
    label: tuple[str, ...] = ()
    visited: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A document that is recommended, and why.

    `similarity` says how many standard deviations it stands out among the documents in its
    language, less what speaks against it, and what visits add.
    """

    document: StoredDocument
    similarity: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Recommendations:
    """What is recommended, the best first, read from the commit `generation` of the library."""

    documents: tuple[Recommendation, ...]
    generation: int
    took_ms: float
