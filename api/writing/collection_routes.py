"""Collections over HTTP: `/v1/collections/{name}/…` has every operation that `/v1/…` has."""

from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from api.links import leading_into
from api.params import KnownNamesOnly, KnownParameters
from api.writing.collections import Collections
from api.writing.schemas import CollectionList, CollectionOut

Name = Annotated[
    str, Path(description="A name of small letters, digits, - and _.", examples=["papers"])
]


class DropParams(KnownNamesOnly):
    """Whether to delete a collection with all that it holds."""

    force: bool = Field(False, description="Delete it with its documents.")


class CollectionRoutes:
    """The operations under /v1/collections."""

    def __init__(self, collections: Collections) -> None:
        self._collections = collections

    def add_to(self, app: FastAPI) -> None:
        """Put the operations at their places."""
        every, one = "/v1/collections", "/v1/collections/{name}"
        nothing = [Depends(KnownParameters())]
        droppable = [Depends(KnownParameters(DropParams))]
        app.get(every, dependencies=nothing, tags=["collections"])(self.collections)
        app.get(one, dependencies=nothing, tags=["collections"])(self.collection)
        app.put(one, dependencies=nothing, tags=["collections"])(self.create)
        app.delete(one, dependencies=droppable, tags=["collections"])(self.drop)
        app.router.routes.append(Mount(one, self.inside))

    def collections(self) -> CollectionList:
        """List the collections; the default library is not among them."""
        return CollectionList(
            collections=[
                CollectionOut(name=each.name, documents=each.documents)
                for each in self._collections.facts()
            ]
        )

    def collection(self, name: Name) -> CollectionOut:
        """Say how many documents a collection holds."""
        found = self._collections.facts_of(name)
        return CollectionOut(name=found.name, documents=found.documents)

    def create(self, name: Name, response: Response) -> CollectionOut:
        """Make a collection (201); one that is there stays as it is (200)."""
        response.status_code = 201 if self._collections.create(name) else 200
        return self.collection(name)

    def drop(self, name: Name, params: Annotated[DropParams, Query()]) -> CollectionOut:
        """Delete a collection; with documents in it, only by force."""
        found = self.collection(name)
        self._collections.drop(name, force=params.force)
        return found

    async def inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the collection answer."""
        name = scope["path_params"]["name"]
        app = await run_in_threadpool(self._collections.application, name)
        with leading_into(f"/v1/collections/{name}"):
            await app(scope, receive, send)
