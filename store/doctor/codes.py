"""Are the codes of a large library whole, and of its vectors? Without them searches are exact."""

import sqlite3

from core.errors import LibraryDamaged
from store.catalogue.reading import Catalogue
from store.derived.vectors import VectorFile
from store.doctor.findings import Finding
from store.doctor.vectors import active
from store.layout import LibraryLayout
from store.nearest.codes import open_codes
from store.nearest.mapped import MappedRows
from store.nearest.opening import newest_codes


def findings(layout: LibraryLayout, connection: sqlite3.Connection) -> list[Finding]:
    """Return what is wrong with the codes; under the write lock."""
    state, own = Catalogue(connection, layout.root).state(), active(connection)
    path = newest_codes(layout, own.number)
    if path is None:
        return []
    file = VectorFile(layout.vectors(own.number), own.model.dimension)
    try:
        open_codes(path, MappedRows(file, min(file.rows(), state.vector_rows)))
    except LibraryDamaged as error:
        remedy = "searches do without; `--repair` makes them anew"
        return [Finding("codes", str(error), 1, remedy)]
    return []


def mend(layout: LibraryLayout, connection: sqlite3.Connection) -> None:
    """Delete codes that nobody can use; under the write lock."""
    while findings(layout, connection):
        layout.codes_of(active(connection).number)[-1].unlink()
