"""Tasks over HTTP: listed, looked at, waited for, watched, cancelled."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.params import KnownNamesOnly, KnownParameters, NoParams
from api.problems import Refused
from api.writing.library import Library
from api.writing.schemas import ItemList, ItemOut, TaskList, TaskOut
from store.tasks.types import ItemStatus, Task, TaskStatus

MOST_SECONDS = 60
MOST_TASKS = 100
MOST_ITEMS = 1000

_WAIT = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, None: 1.0}
_FIRST_LOOK = 0.02
_LAST_LOOK = 0.5
_MOST_LOOKS = 100
_SECONDS_OF_SILENCE = 15.0
_CURSOR = re.compile(r"[0-9a-f]{1,15}")

TaskId = Annotated[str, Path(description="The id of a task.", examples=["3f0c9a52d1e8"])]


class TaskListParams(KnownNamesOnly):
    """Which tasks to give."""

    status: TaskStatus | None = Field(None, description="Only tasks that stand so.")
    limit: int = Field(20, ge=1, le=MOST_TASKS, description="Tasks given.")
    cursor: str | None = Field(
        None, max_length=40, description="The `next_cursor` of the page before this one."
    )


class ItemListParams(KnownNamesOnly):
    """Which items to give."""

    status: ItemStatus | None = Field(None, description="Only items that stand so.")
    limit: int = Field(100, ge=1, le=MOST_ITEMS, description="Items given.")
    offset: int = Field(0, ge=0, description="Items before these.")


class TaskRoutes:
    """The operations under /v1/tasks on one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operations at their places."""
        every, one = f"{place}/tasks", f"{place}/tasks/{{task_id}}"
        nothing = [Depends(KnownParameters(NoParams))]
        listed = [Depends(KnownParameters(TaskListParams))]
        of_items = [Depends(KnownParameters(ItemListParams))]
        app.get(every, dependencies=listed, tags=["tasks"])(self.tasks)
        app.get(one, dependencies=nothing, tags=["tasks"])(self.task)
        app.get(f"{one}/items", dependencies=of_items, tags=["tasks"])(self.items)
        app.get(
            f"{one}/events",
            dependencies=nothing,
            tags=["tasks"],
            response_class=StreamingResponse,
            responses={200: {"content": {"text/event-stream": {"example": _EVENT}}}},
        )(self.events)
        app.post(f"{one}/cancel", dependencies=nothing, tags=["tasks"])(self.cancel)

    def tasks(self, params: Annotated[TaskListParams, Query()]) -> TaskList:
        """List the tasks, the newest first."""
        if params.cursor is not None and not _CURSOR.fullmatch(params.cursor):
            detail = f'cursor is "{params.cursor}": give the next_cursor of an earlier answer'
            raise Refused(422, "invalid_request", detail)
        before = int(params.cursor, 16) if params.cursor is not None else None
        found = self._library.tasks.tasks(params.status, before, params.limit + 1)
        shown = found[: params.limit]
        return TaskList(
            tasks=[self._out(task) for task in shown],
            next_cursor=f"{shown[-1].key:x}" if len(found) > len(shown) else None,
        )

    def task(self, task_id: TaskId) -> TaskOut:
        """Say where a task stands."""
        return self._out(self._library.tasks.task(task_id))

    def items(self, task_id: TaskId, params: Annotated[ItemListParams, Query()]) -> ItemList:
        """Say what became of the items of a task; of more than 10,000, only failures are kept."""
        found, total = self._library.tasks.items(
            task_id, params.status, params.limit, params.offset
        )
        return ItemList(
            items=[ItemOut.of(item) for item in found],
            total=total,
            limit=params.limit,
            offset=params.offset,
        )

    def cancel(self, task_id: TaskId) -> TaskOut:
        """Do no more items of a task; what is done stays."""
        return self._out(self._library.tasks.cancel(task_id))

    async def events(self, task_id: TaskId) -> StreamingResponse:
        """Send where the task stands as server-sent events (`task`), until it is finished."""
        first = await run_in_threadpool(self._library.tasks.task, task_id)
        return StreamingResponse(
            self._events(first),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def _events(self, task: Task) -> AsyncIterator[str]:
        told, silence = "", 0.0
        while True:
            data = self._out(task).model_dump_json()
            if data != told:
                yield f"event: task\ndata: {data}\n\n"
                told, silence = data, 0.0
            elif silence >= _SECONDS_OF_SILENCE:
                yield ": still at it\n\n"
                silence = 0.0
            if task.is_finished or self._library.closing.is_set():
                return
            await asyncio.sleep(_LAST_LOOK)
            silence += _LAST_LOOK
            task = await run_in_threadpool(self._library.tasks.task, task.id)

    def _out(self, task: Task) -> TaskOut:
        return TaskOut.of(task, self._library.worker.trouble)


async def answered(library: Library, task: Task, seconds: float, response: Response) -> TaskOut:
    """Return the task once it is finished, or after so many seconds, with status and Location."""
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + seconds, _FIRST_LOOK
    while not task.is_finished and not library.closing.is_set():
        if (left := deadline - loop.time()) <= 0:
            break
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LAST_LOOK)
        task = await run_in_threadpool(library.tasks.task, task.id)
    if seconds and task.is_finished:
        await _found(library)
    response.status_code = 200 if task.is_finished else 202
    response.headers["location"] = f"{library.prefix}/tasks/{task.id}"
    return TaskOut.of(task, library.worker.trouble)


async def _found(library: Library) -> None:
    """Wait until searches find what is committed now, which takes a moment after each commit."""
    commit = await run_in_threadpool(library.last_commit)
    for _ in range(_MOST_LOOKS):
        if await run_in_threadpool(library.finds, commit):
            return
        await asyncio.sleep(_FIRST_LOOK)


def seconds_of(wait: str | None) -> float:
    """Return how long `wait` says, 0 for None; Refused if it says nothing or too much."""
    if wait is None:
        return 0.0
    match = _WAIT.fullmatch(wait)
    seconds = float(match[1]) * _UNITS[match[2]] if match else MOST_SECONDS + 1.0
    if seconds > MOST_SECONDS:
        detail = f'wait is "{wait}": give a time of at most {MOST_SECONDS} seconds, like 10s'
        raise Refused(422, "invalid_request", detail)
    return seconds


_EVENT = 'event: task\ndata: {"id": "3f0c9a52d1e8", "status": "running", "done": 740, …}\n\n'
