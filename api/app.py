"""One library becomes a web application: API, pages and health, with nothing global."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route

from api.health import Health, own_version
from api.listing import Listing
from api.middleware import Envelope
from api.problems import Problem, add_problem_handlers
from api.v1 import ApiV1
from api.web.docs import Docs
from api.web.pages import Pages
from api.web.rendering import Renderer
from api.writing.access import NO_WRITES, Access
from api.writing.documents import DocumentWrites
from api.writing.library import Library
from api.writing.tasks import TaskRoutes
from core.errors import WenhaiError
from search.engine import Engine

_log = logging.getLogger("wenhai.api")

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_EVERY_FAILURE = {
    "description": "What went wrong, and what to do.",
    "content": {"application/problem+json": {"schema": _PROBLEM}},
}


def create_app(engine: Engine, access: Access = NO_WRITES) -> FastAPI:
    """Return the application that answers questions to the engine's library, and changes it."""
    library = Library(engine)
    health = Health(engine)
    app = FastAPI(
        title="Wenhai",
        version=own_version(),
        summary="Semantic search for document libraries",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_running(health, library),
        responses={"default": _EVERY_FAILURE},
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(Envelope)
    add_problem_handlers(app)
    Listing(engine).add_to(app)
    DocumentWrites(library, access).add_to(app)
    TaskRoutes(library, access).add_to(app)
    ApiV1(engine).add_to(app)
    health.add_to(app)
    renderer = Renderer()
    Docs(renderer, _describe(app)).add_to(app)
    Pages(engine, renderer).add_to(app)
    renderer.add_to(app)
    _answer_head(app)
    return app


def _running(
    health: Health, library: Library
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return the lifespan in which tasks are worked through.

    The first query is done beside the start, not in its way.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(asyncio.to_thread(_warm, health))
        library.worker.start()
        yield
        await asyncio.to_thread(library.worker.stop)
        with suppress(asyncio.CancelledError):
            await warming

    return lifespan


def _warm(health: Health) -> None:
    try:
        health.warm()
    except WenhaiError as error:
        _log.warning("not ready: %s", error)


def _describe(app: FastAPI) -> dict[str, Any]:
    """Fix the description of the API, with the one shape of every failure in it, and return it."""
    schema = app.openapi()
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["components"]["schemas"].update(shape.pop("$defs"), Problem=shape)
    # FastAPI's own way to replace the description
    app.openapi = lambda: schema  # type: ignore[method-assign]
    return schema


def _answer_head(app: FastAPI) -> None:
    """Let HEAD work wherever GET does, once the description that need not say so is fixed."""
    for route in app.routes:
        if isinstance(route, Route) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
