"""How does a task come into the catalogue? Whole, or not at all."""

import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from core.errors import IdempotencyKeyReused, TaskNotFound
from store.tasks.types import NewItem, Task, TaskRequest

ARRIVING = "arriving"
"""The status of a task whose items are not all there yet: nobody sees it."""

TASK_COLUMNS = (
    "key, id, kind, status, total, done, failed, created_at, started_at, finished_at,"
    " worked_seconds, error"
)
_BLOCK = 2000
_STALE_SECONDS = 3600


def enter_task(
    connection: sqlite3.Connection, request: TaskRequest, items: Iterable[NewItem]
) -> Task:
    """Return the task, durable with all its items, or the one that the same request made.

    Items come in blocks, a transaction each, so that others write between; the last one lets the
    task be seen. Whatever `items` raises goes through, and nothing of the task stays.
    """
    if (same := same_task(connection, request)) is not None:
        return same
    _drop_stale(connection)
    key = 0
    try:
        for first_place, block, is_last in _blocks(items):
            with transaction(connection):
                entered = key or _begin(connection, request)
                _enter(connection, entered, first_place, block)
                if is_last:
                    _activate(connection, entered, first_place + len(block), request)
            key = entered  # not before: what was rolled back may be another's key now
    except sqlite3.IntegrityError:
        # another request with the same key was faster
        _drop(connection, key)
        if (same := same_task(connection, request)) is None:
            raise
        return same
    except BaseException:
        _drop(connection, key)
        raise
    return find_task(connection, "key = ?", key)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block writes, or nothing of it if it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def find_task(connection: sqlite3.Connection, condition: str, value: int | str) -> Task:
    """Return the task for which the condition holds; TaskNotFound if there is none."""
    row = connection.execute(
        f"SELECT {TASK_COLUMNS} FROM tasks WHERE {condition} AND status != ?",  # noqa: S608
        [value, ARRIVING],
    ).fetchone()
    if row is None:
        raise TaskNotFound(
            f'no task "{value}" here: /v1/tasks lists those that there are; of the finished ones, '
            "the newest 1,000 are kept"
        )
    return Task(*row)


def same_task(connection: sqlite3.Connection, request: TaskRequest) -> Task | None:
    """Return the task that this very request made before."""
    if request.key is None:
        return None
    row = connection.execute(
        "SELECT key, fingerprint FROM tasks WHERE idempotency_key = ?", [request.key]
    ).fetchone()
    if row is None:
        return None
    key, fingerprint = row
    if fingerprint != request.fingerprint:
        raise IdempotencyKeyReused(
            f'idempotency key "{request.key}" came before with another request: give each '
            "request a key of its own"
        )
    return find_task(connection, "key = ?", key)


def _blocks(items: Iterable[NewItem]) -> Iterator[tuple[int, list[NewItem], bool]]:
    """Yield place and items of each block, and whether it is the last; an empty one for none."""
    rest, place = iter(items), 0
    block = list(islice(rest, _BLOCK))
    while True:
        following = list(islice(rest, _BLOCK))
        yield place, block, not following
        if not following:
            return
        place, block = place + len(block), following


def _begin(connection: sqlite3.Connection, request: TaskRequest) -> int:
    entered = connection.execute(
        "INSERT INTO tasks (id, kind, status, created_at) VALUES (?, ?, ?, ?)",
        [secrets.token_hex(6), request.kind, ARRIVING, time.time()],
    )
    return entered.lastrowid or 0


def _enter(
    connection: sqlite3.Connection, task: int, first_place: int, block: list[NewItem]
) -> None:
    connection.executemany(
        "INSERT INTO task_items (task, place, document, action, condition, payload, status)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting')",
        (
            (task, place, each.document, each.action, each.condition, each.payload)
            for place, each in enumerate(block, first_place)
        ),
    )


def _activate(connection: sqlite3.Connection, task: int, total: int, request: TaskRequest) -> None:
    """Let the task be seen and worked on; one without items is finished."""
    values: list[Any] = ["queued", None] if total else ["succeeded", time.time()]
    connection.execute(
        "UPDATE tasks SET status = ?, finished_at = ?, total = ?, idempotency_key = ?,"
        " fingerprint = ? WHERE key = ?",
        [*values, total, request.key, request.fingerprint, task],
    )


def _drop(connection: sqlite3.Connection, task: int) -> None:
    """Drop what has arrived of the task; 0 for nothing."""
    with transaction(connection):
        connection.execute("DELETE FROM task_items WHERE task = ?", [task])
        connection.execute("DELETE FROM tasks WHERE key = ?", [task])


def _drop_stale(connection: sqlite3.Connection) -> None:
    """Drop what a process left behind that was killed while a task arrived."""
    stale = connection.execute(
        "SELECT key FROM tasks WHERE status = ? AND created_at < ?",
        [ARRIVING, time.time() - _STALE_SECONDS],
    ).fetchall()
    for (task,) in stale:
        _drop(connection, task)
