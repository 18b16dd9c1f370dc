"""What is asked of a library, and how far it is: tasks and their items."""

from dataclasses import dataclass
from typing import Literal

TaskKind = Literal["add", "upload", "replace", "change", "delete"]
TaskStatus = Literal["queued", "running", "succeeded", "cancelled", "failed"]
ItemStatus = Literal["waiting", "done", "failed", "cancelled"]
Action = Literal["put", "patch", "delete", "upload"]
Outcome = Literal["created", "updated", "unchanged", "deleted"]


@dataclass(frozen=True, slots=True)
class NewItem:
    """One thing to do with one document; `payload` is JSON, `condition` as conditions.py has it."""

    document: str | None
    action: Action
    payload: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """What a task is to be; the same `key` with the same `fingerprint` is the same task."""

    kind: TaskKind
    key: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Where a task stands; times are seconds since 1970, `done` are items that did not fail."""

    key: int
    id: str
    kind: TaskKind
    status: TaskStatus
    total: int
    done: int
    failed: int
    created_at: float
    started_at: float | None
    finished_at: float | None
    worked_seconds: float
    error: str | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in ("queued", "running")

    @property
    def rate(self) -> float | None:
        """Items a second while it was worked on, None before."""
        worked = self.done + self.failed
        return worked / self.worked_seconds if worked and self.worked_seconds else None


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one item; `code` and `reason` where it failed."""

    place: int
    document: str | None
    action: Action
    status: ItemStatus
    outcome: Outcome | None
    code: str | None
    reason: str | None
