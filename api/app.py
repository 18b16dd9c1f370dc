"""One library becomes a web application: API, pages and health, with nothing global."""

import asyncio
import copy
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import Route

from api.access.access import NO_WRITES, Access
from api.access.gate import Gate
from api.access.ring import KeyRing
from api.access.sharing import Sharing
from api.events import Events
from api.health import Health, own_version
from api.listing import Listing
from api.middleware import Envelope
from api.pictures.pictures import Pictures
from api.pictures.routes import PictureRoutes
from api.problems import Problem, Refused, add_problem_handlers, on_unexpected
from api.recommending import Recommending
from api.suggesting import Suggesting
from api.v1 import ApiV1
from api.web.compression import Compressed
from api.web.docs import Docs
from api.web.document_page import DocumentPage
from api.web.pages import Pages
from api.web.rendering import Renderer
from api.web.widget import Widget
from api.writing.collection_routes import CollectionRoutes
from api.writing.collections import Collections, EngineOpener
from api.writing.documents import DocumentWrites
from api.writing.library import Library
from api.writing.tasks import TaskRoutes
from core.errors import WenhaiError
from core.settings import Settings
from search.engine import Engine

_log = logging.getLogger("wenhai.api")

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_EVERY_FAILURE = {
    "description": "What went wrong, and what to do.",
    "content": {"application/problem+json": {"schema": _PROBLEM}},
}


def create_app(
    engine: Engine,
    access: Access = NO_WRITES,
    open_engine: EngineOpener | None = None,
    pictures: Pictures | None = None,
) -> FastAPI:
    """Return the application that answers questions to the engine's library, and changes it.

    `open_engine` opens a collection; the default has the engine's model for all of them. Without
    `pictures`, those of pages are kept in the user's cache folder. Whoever
    sets the event in `state.closing` sends home those who wait, before the server is stopped.
    """
    library = Library(engine, threading.Event())
    gate = Gate(access, KeyRing(lambda: library.layout))
    pictures = pictures or Pictures(Settings().cache)
    collections = Collections(
        library,
        open_engine or (lambda root: Engine(root, engine.encoder)),
        lambda collection: _inside(collection, gate, pictures),
    )
    health = Health(engine)
    renderer = Renderer()
    app = FastAPI(
        title="Wenhai",
        version=own_version(),
        summary="Semantic search for document libraries",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_running(health, library, collections, pictures),
        responses={"default": _EVERY_FAILURE},
        dependencies=[Depends(gate.check)],
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.closing = library.closing
    app.add_middleware(Compressed)
    app.add_middleware(Envelope)
    if access.origins:
        app.add_middleware(Sharing, origins=access.origins)
    add_problem_handlers(app)
    app.add_exception_handler(Refused, renderer.refused)
    _add_operations(app, library, pictures)
    CollectionRoutes(collections).add_to(app)
    health.add_to(app)
    Docs(renderer, _described(app)).add_to(app)
    Pages(engine, renderer).add_to(app)
    DocumentPage(engine, renderer, pictures).add_to(app)
    Widget().add_to(app)
    renderer.add_to(app)
    _answer_head(app)
    return app


def _add_operations(app: FastAPI, library: Library, pictures: Pictures, place: str = "/v1") -> None:
    """Put all that can be done with one library below that address."""
    Listing(library.engine).add_to(app, place)
    DocumentWrites(library).add_to(app, place)
    TaskRoutes(library).add_to(app, place)
    Suggesting(library.engine).add_to(app, place)
    Recommending(library.engine).add_to(app, place)
    Events(library).add_to(app, place)
    PictureRoutes(library.engine, pictures).add_to(app, place)
    ApiV1(library.engine).add_to(app, place)


def _inside(collection: Library, gate: Gate, pictures: Pictures) -> FastAPI:
    """Return what answers for one collection, mounted at its address."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(gate.check)],
    )
    add_problem_handlers(app)
    app.add_exception_handler(Exception, on_unexpected)
    _add_operations(app, collection, pictures, "")
    _answer_head(app)
    return app


def _running(
    health: Health, library: Library, collections: Collections, pictures: Pictures
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return the lifespan in which tasks are worked through.

    The first query is done beside the start, not in its way.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(asyncio.to_thread(_warm, health))
        resuming = asyncio.create_task(asyncio.to_thread(collections.resume))
        library.worker.start()
        yield
        for work in (warming, resuming):
            with suppress(asyncio.CancelledError):
                await work
        await asyncio.to_thread(library.worker.stop)
        await asyncio.to_thread(collections.stop)
        await asyncio.to_thread(pictures.close)

    return lifespan


def _warm(health: Health) -> None:
    try:
        health.warm()
    except WenhaiError as error:
        _log.warning("not ready: %s", error)


def _described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Let the app be described as it is now, with the one shape of every failure, when asked for.

    Whoever only searches need not wait for it when the server starts.
    """
    routes = [copy.copy(route) for route in app.routes]
    for route in routes:
        if isinstance(route, Route) and route.methods:
            route.methods = set(route.methods)

    @cache
    def description() -> dict[str, Any]:
        found = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=routes
        )
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        found["components"]["schemas"].update(shape.pop("$defs"), Problem=shape)
        return found

    # FastAPI's own way to replace the description
    app.openapi = description  # type: ignore[method-assign]
    return description


def _answer_head(app: FastAPI) -> None:
    """Let HEAD work wherever GET does, which the description need not say."""
    for route in app.routes:
        if isinstance(route, Route) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
