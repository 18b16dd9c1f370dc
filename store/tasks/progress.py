"""How far tasks are: what waits, in which order, and what became of it.

Results are written in the transaction that changes the documents: a kill leaves neither a document
without its result nor a result without its document.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from store.tasks.types import Action, Outcome

KEPT_TASKS = 1000
KEPT_WHOLE = 10_000
"""Of a longer task, only the items that failed are kept when it is finished."""

_BLOCK = 5000


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One thing to do; `first_place` is where the task named the same document before."""

    key: int
    task: int
    place: int
    document: str | None
    action: Action
    condition: str | None
    payload: str | None
    first_place: int | None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of an item: its outcome, or a code and the reason why it failed.

    `document` is the id of the document that an uploaded file has become.
    """

    item: WaitingItem
    outcome: Outcome | None
    code: str | None = None
    reason: str | None = None
    document: str | None = None


def waiting_items(connection: sqlite3.Connection) -> Iterator[WaitingItem]:
    """Yield what waits, the oldest task first, its items in their order."""
    rows = connection.execute(
        "SELECT i.key, i.task, i.place, i.document, i.action, i.condition, i.payload,"
        " (SELECT min(f.place) FROM task_items f WHERE f.task = i.task"
        "  AND f.document = i.document AND f.place < i.place)"
        " FROM tasks t CROSS JOIN task_items i ON i.task = t.key AND i.status = 'waiting'"
        " WHERE t.status IN ('queued', 'running') ORDER BY t.key, i.place"
    )
    try:
        for row in rows:
            yield WaitingItem(*row)
    finally:
        rows.close()  # an open question would show the same commit for ever


def still_waiting(connection: sqlite3.Connection, items: Sequence[WaitingItem]) -> set[int]:
    """Return the keys of those that nobody has cancelled or done meanwhile."""
    found: set[int] = set()
    for item in items:
        row = connection.execute(
            "SELECT status = 'waiting' FROM task_items WHERE key = ?", [item.key]
        ).fetchone()
        if row and row[0]:
            found.add(item.key)
    return found


def record(
    connection: sqlite3.Connection, results: Sequence[ItemResult], worked_seconds: float
) -> None:
    """Write down the results; a task whose last item is among them is finished."""
    connection.executemany(
        "UPDATE task_items SET status = ?, outcome = ?, code = ?, reason = ?,"
        " document = coalesce(?, document), payload = NULL WHERE key = ?",
        [
            (status, each.outcome, each.code, each.reason, each.document, each.item.key)
            for each in results
            for status in ["done" if each.outcome else "failed"]
        ],
    )
    done = Counter(each.item.task for each in results if each.outcome)
    every = Counter(each.item.task for each in results)
    for task, count in every.items():
        share = worked_seconds * count / len(results)
        connection.execute(
            "UPDATE tasks SET done = done + ?, failed = failed + ?, error = NULL,"
            " worked_seconds = worked_seconds + ? WHERE key = ?",
            [done[task], count - done[task], share, task],
        )
        connection.execute(
            "UPDATE tasks SET finished_at = ?,"
            " status = CASE WHEN failed = total THEN 'failed' ELSE 'succeeded' END"
            " WHERE key = ? AND done + failed = total AND status = 'running'",
            [time.time(), task],
        )


def forget_finished(connection: sqlite3.Connection) -> bool:
    """Drop some of what need not be kept of finished tasks; False if there is nothing left.

    Tasks older than the newest KEPT_TASKS finished ones go, and items of long tasks but the failed.
    """
    done = connection.execute(
        "DELETE FROM task_items WHERE key IN (SELECT i.key FROM tasks t CROSS JOIN task_items i"
        " ON i.task = t.key AND i.status IN ('done', 'cancelled')"
        " WHERE t.finished_at IS NOT NULL AND t.total > ? LIMIT ?)",
        [KEPT_WHOLE, _BLOCK],
    ).rowcount
    oldest = connection.execute(
        "SELECT key FROM tasks WHERE finished_at IS NOT NULL ORDER BY key DESC LIMIT 1 OFFSET ?",
        [KEPT_TASKS - 1],
    ).fetchone()
    if oldest is None:
        return done > 0
    old = connection.execute(
        "DELETE FROM task_items WHERE key IN (SELECT i.key FROM tasks t CROSS JOIN task_items i"
        " ON i.task = t.key WHERE t.finished_at IS NOT NULL AND t.key < ? LIMIT ?)",
        [oldest[0], _BLOCK],
    ).rowcount
    if done + old == 0:
        connection.execute(
            "DELETE FROM tasks WHERE finished_at IS NOT NULL AND key < ?", [oldest[0]]
        )
    return done + old > 0
