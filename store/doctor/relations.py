"""Do files, parts, documents and passages hold together?

Each rule finds rows that contradict others, and says how they are mended: what cannot be told any
more goes, so that the next `wenhai index` reads it anew.
"""

import sqlite3
from dataclasses import dataclass

from core.wording import counted
from store.catalogue.changes import PASSAGES_A_SECTION, SECTION_BITS
from store.doctor.findings import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows that must not be: how they are called, counted and mended."""

    code: str
    one: str
    many: str
    remedy: str
    among: str
    """The table and what must not hold in it, as it stands behind FROM."""
    mend: str


_IN_PLACE = (
    f"(SELECT key, part << {SECTION_BITS} |"  # noqa: S608
    f" (row_number() OVER (PARTITION BY part ORDER BY key) - 1) / {PASSAGES_A_SECTION} AS place"
    " FROM passages)"
)
_LOST_PART = (
    "parts WHERE document NOT IN (SELECT key FROM documents) OR file NOT IN (SELECT key FROM files)"
)
_LOST_EVENT = (
    "events WHERE document NOT IN (SELECT id FROM documents)"
    " OR origin NOT IN (SELECT id FROM documents)"
)
_OUT = "`--repair` takes them out"
_READ_AGAIN = "run `wenhai index` on the files again, and send again what came over HTTP"

RULES = (
    Rule(
        "parts_of_nothing",
        "part of no document or no file",
        "parts of no document or no file",
        _OUT,
        _LOST_PART,
        f"DELETE FROM {_LOST_PART}",  # noqa: S608
    ),
    Rule(
        "passages_of_nothing",
        "passage of no part",
        "passages of no part",
        _OUT,
        "passages WHERE part NOT IN (SELECT key FROM parts)",
        "DELETE FROM passages WHERE part NOT IN (SELECT key FROM parts)",
    ),
    Rule(
        "passages_of_others",
        "passage that counts as another document's",
        "passages that count as another document's",
        "`--repair` gives them back",
        "passages p JOIN parts t ON t.key = p.part WHERE p.document != t.document",
        "UPDATE passages SET document = (SELECT document FROM parts t WHERE t.key = part)"
        " WHERE document != (SELECT document FROM parts t WHERE t.key = part)",
    ),
    Rule(
        "documents_without_parts",
        "document of which no file says anything",
        "documents of which no file says anything",
        _OUT,
        "documents WHERE key NOT IN (SELECT document FROM parts)",
        "DELETE FROM documents WHERE key NOT IN (SELECT document FROM parts)",
    ),
    Rule(
        "sections",
        "passage in a wrong section",
        "passages in wrong sections",
        "`--repair` puts them right",
        f"passages p JOIN {_IN_PLACE} i ON i.key = p.key WHERE p.section != i.place",
        f"UPDATE passages SET section = i.place FROM {_IN_PLACE} i WHERE i.key = passages.key",  # noqa: S608
    ),
    Rule(
        "passage_commits",
        "passage of a commit that does not fit",
        "passages of commits that do not fit",
        "`--repair` counts them to a new commit",
        "(SELECT sequence, lag(sequence) OVER (ORDER BY key) AS before FROM passages)"
        " WHERE sequence < before OR sequence > (SELECT sequence FROM state)",
        "UPDATE passages SET sequence = :sequence",
    ),
    Rule(
        "document_commits",
        "document of a commit that is not there",
        "documents of commits that are not there",
        "`--repair` counts them to a new commit",
        "documents WHERE sequence > (SELECT sequence FROM state)",
        "UPDATE documents SET sequence = :sequence WHERE sequence > (SELECT sequence FROM state)",
    ),
    Rule(
        "removed_notes",
        "note that something went which is there",
        "notes that something went which is there",
        "`--repair` drops them",
        "(SELECT sequence FROM removed WHERE passage IN (SELECT key FROM passages)"
        " UNION ALL SELECT sequence FROM removed_documents"
        " WHERE document IN (SELECT key FROM documents)"
        " UNION ALL SELECT notes_since FROM state WHERE notes_since > sequence)",
        "DELETE FROM removed WHERE passage IN (SELECT key FROM passages)",
    ),
    Rule(
        "copies_of_nothing",
        "note on the wording of no document",
        "notes on the wording of no document",
        "`--repair` drops them",
        "sketches WHERE document NOT IN (SELECT key FROM documents)",
        "DELETE FROM sketches WHERE document NOT IN (SELECT key FROM documents)",
    ),
    Rule(
        "items_of_no_task",
        "item of no task",
        "items of no task",
        "`--repair` drops them",
        "task_items WHERE task NOT IN (SELECT key FROM tasks)",
        "DELETE FROM task_items WHERE task NOT IN (SELECT key FROM tasks)",
    ),
    Rule(
        "events_of_nothing",
        "event of no document",
        "events of no document",
        "`--repair` drops them",
        _LOST_EVENT,
        f"DELETE FROM {_LOST_EVENT}",  # noqa: S608
    ),
)


def findings(connection: sqlite3.Connection) -> list[Finding]:
    """Return which rules are broken, and how often."""
    return [_finding(rule, count) for rule in RULES if (count := _count(connection, rule))]


def mend(connection: sqlite3.Connection, sequence: int) -> None:
    """Mend what breaks a rule, in the order of the rules.

    A file of which something was taken out is read anew when it is next indexed.
    """
    broken = [rule for rule in RULES if _mended(connection, rule, sequence)]
    if any(rule.remedy == _OUT for rule in broken):
        connection.execute("UPDATE files SET digest = NULL")
        connection.execute("UPDATE parts SET digest = ''")


def _mended(connection: sqlite3.Connection, rule: Rule, sequence: int) -> bool:
    if not _count(connection, rule):
        return False
    values = {"sequence": sequence} if ":sequence" in rule.mend else {}
    connection.execute(rule.mend, values)
    return True


def _finding(rule: Rule, count: int) -> Finding:
    afterwards = _READ_AGAIN if rule.remedy == _OUT else None
    what = counted(count, rule.one, rule.many)
    return Finding(rule.code, what, count, rule.remedy, afterwards=afterwards)


def _count(connection: sqlite3.Connection, rule: Rule) -> int:
    row = connection.execute(f"SELECT count(*) FROM {rule.among}").fetchone()  # noqa: S608
    return int(row[0])
