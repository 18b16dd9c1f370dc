"""`wenhai tasks`: what was sent over HTTP, and how far it is."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.indexing import SOME_LEFT_OUT, STOPPED
from cli.options import CollectionOption, JsonOption, LibraryOption, settings
from core.errors import TaskNotFound
from store.layout import LibraryLayout
from store.manifest import read_manifest
from store.tasks.tasks import TaskStore
from store.tasks.types import Item, Task
from text.readable import plain

_SHOWN = 20
_FAILURES_SHOWN = 10
_SECONDS_BETWEEN_LOOKS = 0.25


def tasks(  # noqa: PLR0913 - one parameter for each option
    task_id: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
    library: LibraryOption = None,
    collection: CollectionOption = None,
    *,
    cancel: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Do no more of this task.", show_default=False),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Watch the task, or the one under way.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the newest tasks, or one with what failed of it.

    Exit code after --follow: 0 if all went well, 3 if some of it failed.
    """
    layout = LibraryLayout(settings(library, collection=collection).library)
    read_manifest(layout)
    store = TaskStore(layout)
    if cancel is not None:
        task_id = store.cancel(cancel).id
    if follow:
        _follow(store, _to_follow(store, task_id))
    if task_id is not None:
        _show_one(store, store.task(task_id), as_json=as_json)
    elif not follow:
        _show_all(store.tasks(limit=_SHOWN), as_json=as_json)


def _to_follow(store: TaskStore, task_id: str | None) -> Task:
    """Return the task of that id, or the oldest that is not finished."""
    if task_id is not None:
        return store.task(task_id)
    active = [*store.tasks("queued", limit=_SHOWN), *store.tasks("running", limit=_SHOWN)]
    if not active:
        raise TaskNotFound("no task is under way: name one to look at")
    return min(active, key=lambda task: task.key)


def _follow(store: TaskStore, task: Task) -> None:
    from cli.progress import following

    try:
        with following(task.total) as told:
            while True:
                rate = f"{task.rate:.0f} documents/s" if task.rate else ""
                told(task.done + task.failed, rate, task.error or task.status)
                if task.is_finished:
                    break
                time.sleep(_SECONDS_BETWEEN_LOOKS)
                task = store.task(task.id)
    except KeyboardInterrupt:
        typer.echo("no longer watched: the server goes on with the task", err=True)
        raise typer.Exit(STOPPED) from None
    if task.failed or task.status == "cancelled":
        raise typer.Exit(SOME_LEFT_OUT)


def _show_all(found: list[Task], *, as_json: bool) -> None:
    if as_json:
        from api.writing.schemas import TaskList, TaskOut

        shown = [TaskOut.of(task) for task in found]
        typer.echo(TaskList(tasks=shown, next_cursor=None).model_dump_json())
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "created", "task", "status"):
        table.add_column(name)
    for name in ("items", "done", "failed"):
        table.add_column(name, justify="right")
    for task in found:
        counts = (f"{number:,}" for number in (task.total, task.done, task.failed))
        table.add_row(task.id, _moment(task), task.kind, task.status, *counts)
    Console(highlight=False).print(table if found else "no tasks")


def _show_one(store: TaskStore, task: Task, *, as_json: bool) -> None:
    from api.writing.schemas import TaskOut

    if as_json:
        typer.echo(TaskOut.of(task).model_dump_json())
        return
    console = Console(highlight=False)
    for name, value in TaskOut.of(task).model_dump().items():
        if value is not None:
            console.print(f"{name.replace('_', ' '):<12}{value}")
    items, total = store.items(task.id, "failed", _FAILURES_SHOWN)
    for item in items:
        console.print(_failure(item), soft_wrap=True)
    if total > len(items):
        console.print(f"and {total - len(items):,} more", style="dim")


def _failure(item: Item) -> Text:
    name = plain(item.document) if item.document else "without id"
    return Text.assemble(f"item {item.place} ", (name, "bold"), f": {plain(item.reason or '')}")


def _moment(task: Task) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(task.created_at))
