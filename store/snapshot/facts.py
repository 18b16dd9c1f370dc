"""What does a snapshot say of itself?"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import SnapshotDamaged
from core.types import ModelCard
from store.derived.vectors import STORED_AS
from store.layout import FORMAT_VERSION
from text.terms import TERMS_VERSION

SNAPSHOT_FORMAT = 1


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """Of which commit a snapshot is, made when (UTC, ISO 8601), and how much is in it."""

    created_at: str
    sequence: int
    generation: int
    vector_rows: int
    model: ModelCard
    counts: dict[str, int]
    terms_version: int = TERMS_VERSION
    format: int = SNAPSHOT_FORMAT
    library_format: int = FORMAT_VERSION

    @property
    def vector_bytes(self) -> int:
        """How much of the vector file belongs to the commit."""
        return self.vector_rows * self.model.dimension * STORED_AS.itemsize

    def to_json(self) -> bytes:
        """Return the facts as they lie in the snapshot."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def facts_from(raw: bytes) -> SnapshotFacts:
    """Return the facts of a snapshot; SnapshotDamaged if this Wenhai does not understand them."""
    try:
        values: dict[str, Any] = json.loads(raw)
        formats = (values["format"], values["library_format"])
        if formats == (SNAPSHOT_FORMAT, FORMAT_VERSION):
            return SnapshotFacts(**{**values, "model": ModelCard(**values["model"])})
    except (ValueError, TypeError, KeyError) as error:
        raise SnapshotDamaged(f"no facts of a snapshot ({error}): take another one") from error
    raise SnapshotDamaged(
        f"snapshot of format {formats[0]} with a library of format {formats[1]}, this Wenhai reads "
        f"{SNAPSHOT_FORMAT} and {FORMAT_VERSION}: use the Wenhai that made it"
    )
