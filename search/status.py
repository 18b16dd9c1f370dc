"""What is in this library, which model made it, and how much disk does it take?"""

from pathlib import Path
from typing import Any

from search.verdict import Calibration
from store.nearest.index import VectorIndex
from store.nearest.large import LargeIndex
from store.view import LibraryView


def library_status(root: Path) -> dict[str, Any]:
    """Return the library's facts, ready for JSON; LibraryNotFound if there is none."""
    view = LibraryView(root)
    counts = view.catalogue.counts()
    return {
        "library": str(root.absolute()),
        "documents": counts["documents"],
        "copies": view.copies.count(),
        "passages": counts["passages"],
        "files": counts["files"],
        "languages": view.catalogue.languages(),
        "model": view.model.name,
        "dimension": view.model.dimension,
        **_by_meaning(view.vectors),
        "calibration": Calibration.of(view).provenance,
        "format_version": view.manifest.format_version,
        "generation": view.state.sequence,
        "size_bytes": sum(each.stat().st_size for each in root.rglob("*") if each.is_file()),
    }


def _by_meaning(vectors: VectorIndex) -> dict[str, Any]:
    """Return how many vectors have codes, and which share of the nearest is found by them.

    Without any, searches are exact.
    """
    facts = vectors.codes.facts if isinstance(vectors, LargeIndex) and vectors.codes else None
    if facts is None:
        return {"coded": 0, "recall": 1.0}
    return {"coded": facts.coded, "recall": min(part.recall for part in facts.parts)}
