"""Do the notes on which documents say the same fit what the documents say?"""

import sqlite3
from collections import defaultdict

from store.catalogue.copies import NEAR, CopyFinder, Wording, wording_now
from store.doctor.findings import Finding, counted
from text.sketches import bands, resemblance


def findings(connection: sqlite3.Connection) -> list[Finding]:
    """Return how many documents have notes that do not fit."""
    wrong = _wrong(connection)
    if not wrong:
        return []
    what = f"{counted(len(wrong), 'document', 'documents')} with wrong notes on their copies"
    return [Finding("copies", what, len(wrong), "`--repair` looks for their copies anew")]


def mend(connection: sqlite3.Connection) -> None:
    """Look anew for the copies of the documents whose notes do not fit."""
    wrong = _wrong(connection)
    finder = CopyFinder(connection)
    connection.executemany("DELETE FROM bands WHERE document = ?", ([key] for key in wrong))
    connection.executemany(
        "UPDATE sketches SET minima = NULL WHERE document = ?", ([key] for key in wrong)
    )
    for document in wrong:
        finder.changed(document)
    finder.settle()


def _wrong(connection: sqlite3.Connection) -> set[int]:
    """Return the documents whose wording, head or bands are not what they have to be."""
    documents = connection.execute("SELECT key FROM documents").fetchall()
    rows = connection.execute("SELECT document, letters, minima, head FROM sketches").fetchall()
    stored = {document: (letters, minima) for document, letters, minima, _ in rows}
    now = {key: wording_now(connection, key) for (key,) in documents}
    wrong = {key for key, wording in now.items() if stored.get(key) != _as_stored(wording)}
    right = {key: wording for key, wording in now.items() if wording and key not in wrong}
    heads = {document: head for document, _, _, head in rows if document in right}
    return wrong | _with_wrong_heads(right, heads) | _with_wrong_bands(connection, right, heads)


Wordings = dict[int, Wording]
Heads = dict[int, int | None]


def _as_stored(wording: Wording | None) -> tuple[int, bytes | None] | None:
    return None if wording is None else (wording.letters, wording.stored_minima)


def _with_wrong_heads(wordings: Wordings, heads: Heads) -> set[int]:
    """Return the documents whose head is none, or says something else, or not the same for all.

    Of documents with the same letters, one has to resemble their head.
    """
    groups: dict[int, set[int]] = defaultdict(set)
    for document, wording in wordings.items():
        groups[wording.letters].add(document)
    wrong: set[int] = set()
    for group in groups.values():
        head = heads[min(group)]
        fits = head is not None and heads.get(head) == head
        fits = fits and all(heads[document] == head for document in group)
        if not fits or not any(_alike(wordings[each], wordings[head or 0]) for each in group):
            wrong |= group
    return wrong


def _alike(one: Wording, other: Wording) -> bool:
    if one.letters == other.letters:
        return True
    if one.minima is None or other.minima is None:
        return False
    return bool(resemblance(one.minima, other.minima[None])[0] >= NEAR)


def _with_wrong_bands(connection: sqlite3.Connection, wordings: Wordings, heads: Heads) -> set[int]:
    """Return the documents whose bands are not those of their minima; only heads have any."""
    found: dict[int, set[int]] = defaultdict(set)
    for band, document in connection.execute("SELECT band, document FROM bands"):
        found[document].add(band)
    expected = {
        document: set(bands(wording.minima))
        for document, wording in wordings.items()
        if wording.minima is not None and heads[document] == document
    }
    every = found.keys() | expected.keys()
    return {each for each in every if found.get(each) != expected.get(each)}
