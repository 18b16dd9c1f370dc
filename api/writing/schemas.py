"""The shapes of tasks and their items as JSON, and an example of what may be sent."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from api.schemas import PassageOut
from store.tasks.types import Action, Item, ItemStatus, Outcome, Task, TaskKind, TaskStatus

_TASK: JsonDict = {
    "id": "3f0c9a52d1e8",
    "kind": "add",
    "status": "running",
    "total": 2000,
    "done": 740,
    "failed": 1,
    "rate": 92.5,
    "created_at": "2026-03-01T09:30:00.120Z",
    "started_at": "2026-03-01T09:30:00.310Z",
    "finished_at": None,
    "error": None,
}
_ITEM: JsonDict = {
    "place": 17,
    "id": "weibo-online-learning",
    "action": "put",
    "status": "failed",
    "outcome": None,
    "code": "invalid_document",
    "reason": "unknown field 'titel': did you mean 'title'?",
}
DOCUMENT_EXAMPLE: dict[str, Any] = {
    "id": "weibo-online-learning",
    "title": "微博在线机器学习和深度学习实践",
    "text": "高可用靠 checkpoint：节点宕机后，新节点从最近一次快照恢复。",
    "authors": ["黄波"],
    "tags": ["参数服务器"],
    "uploaded_at": "2024-05",
    "price": 0,
    "fields": {"course": "ML-2024", "rating": 4.5, "public": True},
}


class TaskOut(BaseModel):
    """Where a task stands: `done` items of `total` went well, `failed` did not, the others wait.

    `succeeded` means that all were looked at, `failed` that none went well; `error` is why it
    waits. `rate` is items a second while it is worked on.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_TASK]})

    id: str
    kind: TaskKind
    status: TaskStatus
    total: int
    done: int
    failed: int
    rate: float | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    error: str | None

    @classmethod
    def of(cls, task: Task, trouble: str | None = None) -> "TaskOut":
        """Return the task as it goes out; `trouble` is why nothing goes on now."""
        return cls(
            id=task.id,
            kind=task.kind,
            status=task.status,
            total=task.total,
            done=task.done,
            failed=task.failed,
            rate=round(task.rate, 2) if task.rate is not None else None,
            created_at=_moment(task.created_at),
            started_at=_moment(task.started_at) if task.started_at else None,
            finished_at=_moment(task.finished_at) if task.finished_at else None,
            error=task.error or (None if task.is_finished else trouble),
        )


class TaskList(BaseModel):
    """Tasks, the newest first; `next_cursor` asks for those before them, null at the end."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tasks": [_TASK], "next_cursor": None}]}
    )

    tasks: list[TaskOut]
    next_cursor: str | None


class ItemOut(BaseModel):
    """What became of one item; `place` counts from 0, `code` and `reason` say why it failed.

    The id of an uploaded file is its name until it is read, and then that of its document.
    """

    place: int
    id: str | None
    action: Action
    status: ItemStatus
    outcome: Outcome | None
    code: str | None
    reason: str | None

    @classmethod
    def of(cls, item: Item) -> "ItemOut":
        """Return the item as it goes out."""
        return cls(
            place=item.place,
            id=item.document,
            action=item.action,
            status=item.status,
            outcome=item.outcome,
            code=item.code,
            reason=item.reason,
        )


class ItemList(BaseModel):
    """Items of a task in their order; `total` counts all that were asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_ITEM], "total": 1, "limit": 100, "offset": 0}]}
    )

    items: list[ItemOut]
    total: int
    limit: int
    offset: int


class DeletionPreview(BaseModel):
    """How many documents the filter would delete, and the ids of the first hundred."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"count": 2, "ids": ["listed/1", "listed/2"]}]}
    )

    count: int
    ids: list[str]


class CollectionOut(BaseModel):
    """A collection, and how many documents it holds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "papers", "documents": 1204}]}
    )

    name: str
    documents: int


class CollectionList(BaseModel):
    """The collections by name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"collections": [{"name": "papers", "documents": 1204}]}]}
    )

    collections: list[CollectionOut]


class PassageList(BaseModel):
    """Passages of a document in the order of its text; `total` counts all of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "weibo-online-learning",
                    "passages": [
                        {
                            "id": 412,
                            "text": DOCUMENT_EXAMPLE["text"],
                            "page": 22,
                            "char_range": [8120, 8155],
                            "link": "/v1/documents/weibo-online-learning/file#page=22",
                        }
                    ],
                    "total": 1,
                    "limit": 100,
                    "offset": 0,
                }
            ]
        }
    )

    id: str
    passages: list[PassageOut]
    total: int
    limit: int
    offset: int


def _moment(seconds: float) -> str:
    """Return the moment in UTC as ISO 8601 has it."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
