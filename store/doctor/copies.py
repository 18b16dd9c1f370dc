"""Do the notes on which documents say the same fit what the documents say?"""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field

from core.wording import counted
from store.catalogue.copies import NEAR, CopyFinder, read_minima, wording_now
from store.doctor.findings import Finding
from text.sketches import bands, resemblance


def findings(connection: sqlite3.Connection) -> list[Finding]:
    """Return how many documents have notes that do not fit."""
    wrong = _wrong(connection)
    if not wrong:
        return []
    what = f"{counted(len(wrong), 'document')} with wrong notes on their copies"
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


@dataclass(slots=True)
class _Notes:
    """What is noted of the documents whose wording is right: letters, heads, and what bands give.

    Of the bands of a document, only their number and sums are kept.
    """

    letters: dict[int, int] = field(default_factory=dict)
    heads: dict[int, int | None] = field(default_factory=dict)
    bands: dict[int, tuple[int, int, int]] = field(default_factory=dict)


def _wrong(connection: sqlite3.Connection) -> set[int]:
    """Return the documents whose wording, head or bands are not what they have to be."""
    notes, wrong = _Notes(), set[int]()
    rows = connection.execute(
        "SELECT d.key, s.letters, s.minima, s.head FROM documents d"
        " LEFT JOIN sketches s ON s.document = d.key ORDER BY d.key"
    )
    for document, letters, minima, head in rows:
        now = wording_now(connection, document)
        if (letters, minima) != ((now.letters, now.stored_minima) if now else (None, None)):
            wrong.add(document)
        elif now is not None:
            notes.letters[document], notes.heads[document] = letters, head
            if head == document and now.minima is not None:
                notes.bands[document] = _sums(bands(now.minima))
    return wrong | _with_wrong_heads(connection, notes) | _with_wrong_bands(connection, notes)


def _with_wrong_heads(connection: sqlite3.Connection, notes: _Notes) -> set[int]:
    """Return the documents whose head is none, or says something else, or not the same for all.

    Of documents with the same letters, one has to resemble their head.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for document, letters in notes.letters.items():
        groups[letters].append(document)
    wrong: set[int] = set()
    for group in groups.values():
        head = notes.heads[group[0]]
        fits = head is not None and notes.heads.get(head) == head
        fits = fits and all(notes.heads[document] == head for document in group)
        fits = fits and (head in group or any(_alike(connection, each, head) for each in group))
        wrong.update(() if fits else group)
    return wrong


def _alike(connection: sqlite3.Connection, one: int, other: int | None) -> bool:
    rows = connection.execute(
        "SELECT minima FROM sketches WHERE document IN (?, ?) AND minima IS NOT NULL", [one, other]
    ).fetchall()
    if len(rows) < 2:
        return False
    first, second = (read_minima(minima) for (minima,) in rows)
    return bool(resemblance(first, second[None])[0] >= NEAR)


def _with_wrong_bands(connection: sqlite3.Connection, notes: _Notes) -> set[int]:
    """Return the documents whose bands are not those of their minima; only heads have any."""
    rows = connection.execute(
        "SELECT document, count(*), sum(band >> 32), sum(band & 0xffffffff) FROM bands"
        " GROUP BY document"
    )
    found = {document: tuple(sums) for document, *sums in rows}
    every = found.keys() | notes.bands.keys()
    return {each for each in every if found.get(each) != notes.bands.get(each)}


def _sums(numbers: list[int]) -> tuple[int, int, int]:
    """Return how many different numbers there are, and sums of their halves."""
    every = set(numbers)
    return len(every), sum(each >> 32 for each in every), sum(each & 0xFFFFFFFF for each in every)
