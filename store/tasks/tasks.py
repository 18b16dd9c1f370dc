"""What was asked for over HTTP: tasks with their items, entered whole, read, cancelled."""

import time
from collections.abc import Iterable

from store.catalogue.schema import reading, writing
from store.layout import LibraryLayout
from store.tasks.entry import ARRIVING, TASK_COLUMNS, enter_task, find_task, same_task, transaction
from store.tasks.progress import forget_finished
from store.tasks.types import Item, ItemStatus, NewItem, Task, TaskRequest, TaskStatus

_NEWEST = 2**62


class TaskStore:
    """The tasks of one library; safe to call from several threads and processes."""

    def __init__(self, layout: LibraryLayout) -> None:
        self._path = layout.catalogue

    def enqueue(self, request: TaskRequest, items: Iterable[NewItem]) -> Task:
        """Return the task, durable with all its items, or the one that the same request made.

        IdempotencyKeyReused if the key came with another request. Whatever `items` raises goes
        through, and nothing of the task stays.
        """
        with writing(self._path) as connection:
            return enter_task(connection, request, items)

    def same(self, request: TaskRequest) -> Task | None:
        """Return the task that the same request made; None without a key, or at its first time.

        IdempotencyKeyReused if the key came with another request.
        """
        with reading(self._path) as connection:
            return same_task(connection, request)

    def task(self, task_id: str) -> Task:
        """Return the task of that id; TaskNotFound if there is none, or no longer."""
        with reading(self._path) as connection:
            return find_task(connection, "id = ?", task_id)

    def tasks(
        self, status: TaskStatus | None = None, before: int | None = None, limit: int = 20
    ) -> list[Task]:
        """Return the newest tasks, those with a key below `before`."""
        with reading(self._path) as connection:
            rows = connection.execute(
                f"SELECT {TASK_COLUMNS} FROM tasks WHERE status IS NOT ? AND (? IS NULL OR"  # noqa: S608
                " status = ?) AND key < ? ORDER BY key DESC LIMIT ?",
                [ARRIVING, status, status, before or _NEWEST, limit],
            )
            return [Task(*row) for row in rows]

    def items(
        self, task_id: str, status: ItemStatus | None, limit: int, offset: int = 0
    ) -> tuple[list[Item], int]:
        """Return items of the task in their order, and how many there are in all."""
        with reading(self._path) as connection:
            task = find_task(connection, "id = ?", task_id).key
            # without a status, any status is asked for, so that both go by an index
            condition = "task = ? AND status = ?" if status else "task = ? AND status != ?"
            values = [task, status or ""]
            total = connection.execute(
                f"SELECT count(*) FROM task_items WHERE {condition}",  # noqa: S608
                values,
            ).fetchone()[0]
            rows = connection.execute(
                "SELECT place, document, action, status, outcome, code, reason"  # noqa: S608
                f" FROM task_items WHERE {condition} ORDER BY place LIMIT ? OFFSET ?",
                [*values, limit, offset],
            )
            return [Item(*row) for row in rows], total

    def something_waits(self) -> bool:
        """Say whether any task is not finished."""
        with reading(self._path) as connection:
            active = "SELECT 1 FROM tasks WHERE status IN ('queued', 'running') LIMIT 1"
            return connection.execute(active).fetchone() is not None

    def start(self, tasks: Iterable[int]) -> None:
        """Note that the tasks of these keys are worked on, and no longer wait for anything."""
        with writing(self._path) as connection, transaction(connection):
            connection.executemany(
                "UPDATE tasks SET status = 'running', error = NULL,"
                " started_at = coalesce(started_at, ?) WHERE key = ? AND (status = 'queued' OR"
                " (status = 'running' AND error IS NOT NULL))",
                [(time.time(), task) for task in tasks],
            )

    def wait(self, reason: str) -> None:
        """Note why all unfinished tasks have to wait."""
        with writing(self._path) as connection, transaction(connection):
            connection.execute(
                "UPDATE tasks SET error = ? WHERE status IN ('queued', 'running')", [reason]
            )

    def forget_finished(self) -> None:
        """Drop what need not be kept of finished tasks, a little at a time."""
        with writing(self._path) as connection:
            while forget_finished(connection):
                pass

    def cancel(self, task_id: str) -> Task:
        """Return the task, which does no more items from now on; a finished one stays as it is."""
        with writing(self._path) as connection, transaction(connection):
            task = find_task(connection, "id = ?", task_id)
            if task.is_finished:
                return task
            connection.execute(
                "UPDATE tasks SET status = 'cancelled', finished_at = ?, error = NULL"
                " WHERE key = ?",
                [time.time(), task.key],
            )
            connection.execute(
                "UPDATE task_items SET status = 'cancelled', payload = NULL"
                " WHERE task = ? AND status = 'waiting'",
                [task.key],
            )
            return find_task(connection, "key = ?", task.key)
