"""Which documents say the same? Found when documents are committed, so that a search only looks up.

A group of copies has a head, mostly the oldest; the text of every other one is the same as the
head's or resembles it at 0.7 or more. New documents are compared with heads only: ten thousand
copies of one file take ten thousand comparisons, and no chain of small changes puts documents into
one group that are far apart.

Why 0.7 (`python -m benchmarks.copies`): of 300 texts in Chinese and English, every copy with 3 % of
its words changed resembles the original at 0.73 or more, in traditional characters at 0.98, without
one of its pages at 0.90. The most alike that are no copies: slides of one teacher, 0.38; paragraphs
of one encyclopaedia, 0.52; what a result page shows of two courses that begin alike, 0.63.
"""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from text.folding import fold
from text.sketches import Minima, Sketch, bands, number_of, resemblance, sketch

NEAR = 0.7
"""Texts that resemble one another as much are copies."""

ENOUGH_TO_TELL = 100
"""So many different shingles, about as many Chinese characters or English words, tell a copy. What
is less is a title, a slogan or the first lines of a preface, and two documents of which a catalogue
shows no more may be different ones."""

ENOUGH_OF_A_FILE = 30
"""So many tell a copy where they are the whole text of a file: more than the mark that a site puts
on each of its scans. With fewer, the files have to be of the same size as well."""

_STORED_AS = np.dtype("<u4")
_MOST_OF_A_BAND = 50
_MOST_COMPARED = 64

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """What a document is compared by; without `minima`, only the same text makes it a copy."""

    letters: int
    minima: Minima | None = None

    @property
    def stored_minima(self) -> bytes | None:
        """The minima as they lie in the catalogue."""
        return None if self.minima is None else self.minima.astype(_STORED_AS).tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class CopyGroups:
    """The documents that have copies, one row each, ascending by key.

    `heads` tells the groups apart; where `letters` are equal, the text is the same.
    """

    documents: Keys
    heads: Keys
    letters: Keys

    def of(self, documents: Keys) -> Keys:
        """Return each document's group: the key of its head, its own where it has no copies."""
        if len(self.documents) == 0:
            return documents
        rows = np.searchsorted(self.documents, documents)
        rows = np.minimum(rows, len(self.documents) - 1)
        return np.where(self.documents[rows] == documents, self.heads[rows], documents)

    def others(self, document: int) -> dict[int, bool]:
        """Return the other documents of its group, and of each whether the text is the same.

        Those of the same text come first, the older ones before the newer.
        """
        own = self.documents == document
        if not own.any():
            return {}
        rows = np.flatnonzero((self.heads == self.heads[own]) & ~own)
        same = self.letters[rows] == self.letters[own]
        order = np.argsort(~same, kind="stable")
        return dict(zip(self.documents[rows[order]].tolist(), same[order].tolist(), strict=True))

    def count(self) -> int:
        """Return how many documents are copies of another, the heads not counted."""
        return int(np.count_nonzero(self.documents != self.heads))


class CopyFinder:
    """Keeps the groups right while documents come, change and go, in the open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._unsettled: set[int] = set()

    def changed(self, document: int) -> None:
        """Forget what the document said, and that others are copies of it, until `settle`."""
        of_the_same_head = self._connection.execute(
            "SELECT document FROM sketches WHERE head = ? AND head != document", [document]
        )
        self._unsettled.update([document, *(copy for (copy,) in of_the_same_head)])
        self._connection.execute(
            "UPDATE sketches SET head = NULL WHERE head = ? AND head != document", [document]
        )
        known = self._known(document)
        if known is not None and known.minima is not None:
            self._connection.executemany(
                "DELETE FROM bands WHERE band = ? AND document = ?",
                ([band, document] for band in bands(known.minima)),
            )
        self._connection.execute("DELETE FROM sketches WHERE document = ?", [document])

    def settle(self) -> None:
        """Find the group of each document that has none, the oldest first."""
        for document in sorted(self._unsettled):
            wording = self._known(document) or self._new(document)
            if wording is not None:
                self._settle(document, wording)
        self._unsettled.clear()

    def _settle(self, document: int, wording: Wording) -> None:
        head = self._same(wording.letters)
        if head is None and wording.minima is not None:
            head = self._nearest(wording.minima)
            if head is None:
                self._connection.executemany(
                    "INSERT INTO bands (band, document) VALUES (?, ?)",
                    ([band, document] for band in bands(wording.minima)),
                )
        self._connection.execute(
            "UPDATE sketches SET head = ? WHERE document = ?",
            [document if head is None else head, document],
        )

    def _known(self, document: int) -> Wording | None:
        row = self._connection.execute(
            "SELECT letters, minima FROM sketches WHERE document = ?", [document]
        ).fetchone()
        if row is None:
            return None
        letters, minima = row
        return Wording(letters, None if minima is None else read_minima(minima))

    def _new(self, document: int) -> Wording | None:
        """Return the wording of the text that the document has now, noted in its sketch."""
        wording = wording_now(self._connection, document)
        if wording is not None:
            self._connection.execute(
                "INSERT INTO sketches (document, letters, minima) VALUES (?, ?, ?)",
                [document, wording.letters, wording.stored_minima],
            )
        return wording

    def _same(self, letters: int) -> int | None:
        """Return the head of the documents with that text, None where there is none."""
        row = self._connection.execute(
            "SELECT head FROM sketches WHERE letters = ? AND head IS NOT NULL LIMIT 1", [letters]
        ).fetchone()
        return None if row is None else int(row[0])

    def _nearest(self, minima: Minima) -> int | None:
        """Return the head whose text resembles this one most, None where none does enough."""
        candidates = self._with_a_band_of(minima)
        marks = ",".join("?" * len(candidates))
        rows = self._connection.execute(
            f"SELECT document, minima FROM sketches WHERE document IN ({marks}) ORDER BY document",  # noqa: S608
            candidates,
        ).fetchall()
        if not rows:
            return None
        theirs = np.stack([read_minima(stored) for _, stored in rows])
        likenesses = resemblance(minima, theirs)
        best = int(np.argmax(likenesses))
        return int(rows[best][0]) if likenesses[best] >= NEAR else None

    def _with_a_band_of(self, minima: Minima) -> list[int]:
        """Return the heads that have most bands in common with these minima, at most 64.

        Of a band that many have, the 50 oldest are looked at: it says little.
        """
        shared: Counter[int] = Counter()
        for band in bands(minima):
            rows = self._connection.execute(
                "SELECT document FROM bands WHERE band = ? LIMIT ?", [band, _MOST_OF_A_BAND]
            )
            shared.update(document for (document,) in rows)
        return [document for document, _ in shared.most_common(_MOST_COMPARED)]


def wording_now(connection: sqlite3.Connection, document: int) -> Wording | None:
    """Return what the text that the document has now is compared by, None if it says too little."""
    rows = connection.execute(
        "SELECT text FROM passages WHERE document = ? AND kind = 'text' ORDER BY key", [document]
    )
    text = sketch(fold(text) for (text,) in rows)
    facts = connection.execute(
        "SELECT d.metadata, max(p.whole_file) FROM documents d"
        " JOIN parts p ON p.document = d.key WHERE d.key = ?",
        [document],
    ).fetchone()
    size = json.loads(facts[0]).get("size_bytes") if facts[1] else None
    return _wording(text, size)


def read_minima(stored: bytes) -> Minima:
    """Return the minima that lie in the catalogue so."""
    return np.frombuffer(stored, _STORED_AS)


def _wording(text: Sketch, file_size: int | None) -> Wording | None:
    """Return what a text is compared by, None where it says too little.

    `file_size` is that of the file whose whole text it is, None where there is more than the text.
    """
    if text.shingles >= ENOUGH_TO_TELL:
        return Wording(text.letters, text.minima)
    if file_size is None or not text.shingles:
        return None
    if text.shingles >= ENOUGH_OF_A_FILE:
        return Wording(text.letters)
    return Wording(number_of(b"%d %d" % (file_size, text.letters)))
