"""Documents over HTTP: sent, replaced, changed, deleted; each request becomes a task."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.access.gate import Within
from api.answers import passage_out
from api.params import DocumentId, KnownNamesOnly, KnownParameters
from api.writing.bodies import JSON, LINES, Body, arrived, is_single, items_of, text_of
from api.writing.description import CONDITIONS, FILES_BODY, IDEMPOTENCY, json_body
from api.writing.library import Library
from api.writing.requests import condition_of, refuse_unfulfilled, refuse_wrong, wanted_task
from api.writing.schemas import DeletionPreview, PassageList, TaskOut
from api.writing.tasks import answered, seconds_of
from api.writing.uploads import received
from core.errors import DocumentNotFound, InvalidDocument, PreconditionFailed
from search.filtering.within import document_within
from store.tasks.types import Action, NewItem, Task, TaskKind, TaskRequest

MOST_PASSAGES = 1000

_IDS_SHOWN = 100
_KINDS: dict[Action, TaskKind] = {"put": "replace", "patch": "change", "delete": "delete"}
_PATCH = "application/merge-patch+json"
_WAITED = "How long to wait for the task to finish, at most 60s."


class WriteParams(KnownNamesOnly):
    """How long to wait for what is written."""

    wait: str | None = Field(None, max_length=20, description=_WAITED, examples=["10s"])


class DeletionParams(WriteParams):
    """Which documents to delete."""

    filter: str = Field(
        description="Documents that pass it go.", examples=['source = "old" AND price = 0']
    )
    dry_run: bool = Field(False, description="Only say how many documents that would be.")


class PassageParams(KnownNamesOnly):
    """Which passages to give."""

    limit: int = Field(100, ge=1, le=MOST_PASSAGES, description="Passages given.")
    offset: int = Field(0, ge=0, description="Passages before these.")


class DocumentWrites:
    """The operations that change the documents of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operations at their places."""
        many, one = f"{place}/documents", f"{place}/documents/{{document_id:path}}"
        app.get(
            f"{one}/passages",
            dependencies=[Depends(KnownParameters(PassageParams))],
            tags=["documents"],
        )(self.passages)
        self._write(app.post, many, json_body(JSON, *LINES))(self.add)
        self._write(app.post, f"{many}/upload", FILES_BODY)(self.upload)
        self._write(app.put, one, json_body(JSON))(self.replace)
        self._write(app.patch, one, json_body(_PATCH, JSON))(self.change)
        self._write(app.delete, many, params=DeletionParams)(self.delete_matching)
        self._write(app.delete, one)(self.delete)

    def _write(
        self,
        method: Callable[..., Any],
        path: str,
        body: dict[str, Any] | None = None,
        params: type[WriteParams] = WriteParams,
    ) -> Callable[..., Any]:
        headers = [IDEMPOTENCY, *CONDITIONS] if "{" in path else [IDEMPOTENCY]
        extra: dict[str, Any] = {"parameters": headers}
        decorate: Callable[..., Any] = method(
            path,
            status_code=202,
            dependencies=[Depends(KnownParameters(params))],
            responses={200: {"model": TaskOut, "description": "It was waited for, and is done."}},
            openapi_extra={**extra, "requestBody": body} if body else extra,
            tags=["documents"],
        )
        return decorate

    async def add(
        self, request: Request, response: Response, params: Annotated[WriteParams, Query()]
    ) -> TaskOut:
        """Add documents, an array, a line each or a single one; those that are there are replaced.

        An item that cannot be taken fails by itself, with a reason; the others are done.
        """
        seconds = seconds_of(params.wait)
        async with arrived(request, JSON, *LINES) as body:
            single = is_single(body)
            task = await self._enqueued(request, "add", body.digest, lambda: items_of(body))
        return await self._answered(task, seconds, response, single=single)

    async def upload(
        self, request: Request, response: Response, params: Annotated[WriteParams, Query()]
    ) -> TaskOut:
        """Add files, read as their suffixes say; each is an item of the task."""
        seconds = seconds_of(params.wait)
        async with received(request) as files:
            wanted = wanted_task(request, "upload", files.digest)
            task = await run_in_threadpool(files.enqueue, self._library, wanted)
        self._library.worker.wake()
        return await answered(self._library, task, seconds, response)

    async def replace(
        self,
        document_id: DocumentId,
        request: Request,
        response: Response,
        params: Annotated[WriteParams, Query()],
    ) -> TaskOut:
        """Make the document what the body says, whatever was said of it before."""
        return await self._one("put", document_id, request, response, params)

    async def change(
        self,
        document_id: DocumentId,
        request: Request,
        response: Response,
        params: Annotated[WriteParams, Query()],
    ) -> TaskOut:
        """Change what the body names (RFC 7396); without a text in it, nothing is embedded anew."""
        return await self._one("patch", document_id, request, response, params)

    async def delete(
        self,
        document_id: DocumentId,
        request: Request,
        response: Response,
        params: Annotated[WriteParams, Query()],
    ) -> TaskOut:
        """Delete the document; a file that it came from stays, and brings it back if it changes."""
        return await self._one("delete", document_id, request, response, params)

    async def delete_matching(
        self, request: Request, response: Response, params: Annotated[DeletionParams, Query()]
    ) -> TaskOut | DeletionPreview:
        """Delete the documents that pass the filter now, or only say which those are."""
        seconds = seconds_of(params.wait)
        ids = await run_in_threadpool(self._matching, params.filter)
        if params.dry_run:
            response.status_code = 200
            return DeletionPreview(count=len(ids), ids=ids[:_IDS_SHOWN])
        items = (NewItem(each, "delete") for each in ids)
        task = await self._enqueued(request, "delete", params.filter, lambda: items)
        return await answered(self._library, task, seconds, response)

    def passages(
        self, document_id: DocumentId, params: Annotated[PassageParams, Query()], within: Within
    ) -> PassageList:
        """Give passages of a document in the order of its text."""
        view = self._library.engine.view
        document = document_within(view, document_id, within)
        found = view.catalogue.passages_of(document.key)
        texts = [each for each in found if each.passage.kind == "text"]
        return PassageList(
            id=document.id,
            passages=[
                passage_out(document, each)
                for each in texts[params.offset : params.offset + params.limit]
            ],
            total=len(texts),
            limit=params.limit,
            offset=params.offset,
        )

    async def _one(
        self,
        action: Action,
        document_id: DocumentId,
        request: Request,
        response: Response,
        params: WriteParams,
    ) -> TaskOut:
        seconds, condition = seconds_of(params.wait), condition_of(request)
        async with _body(request, action) as body:
            wanted = wanted_task(request, _KINDS[action], body.digest if body else "")
            item = partial(self._item, action, document_id, body, condition)
            task = await run_in_threadpool(self._once, wanted, item)
        return await self._answered(task, seconds, response, single=True)

    async def _answered(
        self, task: Task, seconds: float, response: Response, *, single: bool
    ) -> TaskOut:
        """Return where the task stands; where a single document failed meanwhile, raise why."""
        answer = await answered(self._library, task, seconds, response)
        if answer.status == "failed" and single and seconds:
            await run_in_threadpool(self._raise_failure, task)
        return answer

    def _once(self, wanted: TaskRequest, item: Callable[[], NewItem]) -> Task:
        """Return the task; where the same request made it before, nothing is looked at again."""
        task = self._library.tasks.same(wanted)
        if task is None:
            task = self._library.tasks.enqueue(wanted, [item()])
            self._library.worker.wake()
        return task

    def _item(
        self, action: Action, document_id: str, body: Body | None, condition: str | None
    ) -> NewItem:
        """Return the item, unless it is known already that it cannot be done."""
        payload = text_of(body) if body else None
        if payload is not None:
            refuse_wrong(action, document_id, payload)
        if not self._library.tasks.something_waits():
            refuse_unfulfilled(self._library, action, document_id, condition)
        return NewItem(document_id, action, payload, condition)

    async def _enqueued(
        self,
        request: Request,
        kind: TaskKind,
        digest: str,
        items: Callable[[], Iterable[NewItem]],
    ) -> Task:
        wanted = wanted_task(request, kind, digest)
        task = await run_in_threadpool(lambda: self._library.tasks.enqueue(wanted, items()))
        self._library.worker.wake()
        return task

    def _matching(self, filter_: str) -> list[str]:
        from search.filtering.masks import passing  # noqa: PLC0415 - lark, for deletions alone

        self._library.engine.follow()
        view = self._library.engine.view
        keys = passing(filter_, view.facts).tolist()
        return list(view.catalogue.document_ids(keys).values())

    def _raise_failure(self, task: Task) -> None:
        """Raise what the only item of the task failed of."""
        (item,), _ = self._library.tasks.items(task.id, None, 1)
        reason = item.reason or "it failed"
        if item.code == PreconditionFailed.code:
            raise PreconditionFailed(reason)
        if item.code == DocumentNotFound.code:
            raise DocumentNotFound(reason)
        raise InvalidDocument(reason)


@asynccontextmanager
async def _body(request: Request, action: Action) -> AsyncIterator[Body | None]:
    """Give the body of a request on one document, None where it needs none."""
    if action == "delete":
        yield None
        return
    kinds = (JSON,) if action == "put" else (_PATCH, JSON)
    async with arrived(request, *kinds) as body:
        yield body
