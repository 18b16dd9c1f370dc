"""Are the small files beside the catalogue whole: the manifest and the calibration?"""

from core.errors import LibraryDamaged, LibraryNotFound
from store.calibration import drop_calibration, read_calibration
from store.doctor.findings import Finding
from store.layout import LibraryLayout
from store.manifest import Manifest, read_manifest
from text.terms import TERMS_VERSION


def findings(layout: LibraryLayout) -> list[Finding]:
    """Return what is wrong with either."""
    found: list[Finding] = []
    if (wrong := _manifest(layout)) is not None:
        found.append(Finding("manifest", f"manifest: {wrong}", 1, "`--repair` writes it anew"))
    try:
        read_calibration(layout.calibration)
    except LibraryDamaged:
        remedy = "`--repair` deletes it: what is shipped counts again until `wenhai calibrate`"
        found.append(Finding("calibration", "calibration: not as written", 1, remedy))
    return found


def terms_are_others(layout: LibraryLayout) -> bool:
    """Say whether the manifest does not vouch for terms of this version."""
    try:
        return read_manifest(layout).terms_version != TERMS_VERSION
    except (LibraryDamaged, LibraryNotFound):
        return True


def mend(layout: LibraryLayout) -> None:
    """Write the manifest of a whole library, and delete a calibration that nobody can read."""
    if _manifest(layout) is not None:
        Manifest().write(layout)
    try:
        read_calibration(layout.calibration)
    except LibraryDamaged:
        drop_calibration(layout.calibration)


def _manifest(layout: LibraryLayout) -> str | None:
    """Return what is wrong with the manifest of a library whose catalogue is whole."""
    try:
        manifest = read_manifest(layout)
    except LibraryNotFound:
        return "missing"
    except LibraryDamaged as error:
        return f"not that of this library ({error.__cause__ or error})"
    if manifest.terms_version != TERMS_VERSION:
        return f"terms of version {manifest.terms_version}, this Wenhai cuts {TERMS_VERSION}"
    return None
