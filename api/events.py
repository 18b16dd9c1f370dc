"""What visitors did, if a site wants to tell: `POST` and `DELETE /v1/events`."""

import threading
import time
from collections.abc import Container, Iterator
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.access.gate import Within
from api.params import DocumentRef, KnownNamesOnly, KnownParameters, NoParams, json_only, own_error
from api.problems import Refused
from api.writing.library import Library
from search.filtering.within import keys_within
from store.events.events import LONGEST_SESSION, Event, EventStore, EventType
from store.view import LibraryView

MOST_AT_ONCE = 1000

_WRITING_AT_ONCE = 4
"""So many requests may wait for the disk; the threads of all others stay free for searches."""

_EXAMPLE: dict[str, Any] = {
    "type": "click",
    "document": "parameter-server-architecture",
    "from": "weibo-online-learning",
    "session": "f3b1c9",
    "at": "2026-03-01T09:30:00Z",
}


class EventBody(KnownNamesOnly):
    """Something that a visitor did with a document.

    `session` is whatever tells one visit from another; `from` the document on whose page this one
    was recommended. Without `at`, it is now; a time to come counts as now.
    """

    type: EventType
    document: DocumentRef
    session: str | None = Field(None, min_length=1, max_length=LONGEST_SESSION)
    origin: DocumentRef | None = Field(None, alias="from")
    at: AwareDatetime | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    @classmethod
    def known(cls) -> list[str]:
        """Return the names that are allowed."""
        return [each.alias or name for name, each in cls.model_fields.items()]


class RemoveParams(KnownNamesOnly):
    """Which events to remove."""

    session: str | None = Field(
        None, min_length=1, max_length=LONGEST_SESSION, description="Only those of this session."
    )


class EventsKept(BaseModel):
    """How many events are kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kept": 1}]})

    kept: int


class EventsRemoved(BaseModel):
    """How many events are gone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"removed": 12}]})

    removed: int


_ONE = TypeAdapter(EventBody)
_MANY = TypeAdapter(Annotated[list[EventBody], Field(max_length=MOST_AT_ONCE)])


class Events:
    """The operations on the events of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._writing = threading.BoundedSemaphore(_WRITING_AT_ONCE)

    def add_to(self, app: FastAPI, place: str = "/v1") -> None:
        """Put the operations at their place."""
        checks = [Depends(KnownParameters(NoParams)), Depends(json_only)]
        app.post(f"{place}/events", dependencies=checks, tags=["events"], status_code=202)(
            self.report
        )
        known = [Depends(KnownParameters(RemoveParams))]
        app.delete(f"{place}/events", dependencies=known, tags=["events"])(self.remove_events)

    def report(
        self,
        within: Within,
        body: Annotated[Any, Body(openapi_examples={"one": {"value": _EXAMPLE}})],
    ) -> EventsKept:
        """Keep what a visitor did: one event, or an array of at most 1,000; all, or none."""
        events = _events(body)
        _require_there(events, self._library.engine.view, within, single=isinstance(body, dict))
        if not self._writing.acquire(blocking=False):
            raise Refused(503, "busy", "too many report events now: send these again later")
        try:
            kept = EventStore(self._library.layout).add([_new(each) for each in events])
        finally:
            self._writing.release()
        return EventsKept(kept=kept)

    def remove_events(self, params: Annotated[RemoveParams, Query()]) -> EventsRemoved:
        """Remove all events, or those of one session, for good."""
        return EventsRemoved(removed=EventStore(self._library.layout).remove(params.session))


def _events(body: Any) -> list[EventBody]:
    try:
        return (
            [_ONE.validate_python(body)] if isinstance(body, dict) else _MANY.validate_python(body)
        )
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from None


def _require_there(
    events: list[EventBody], view: LibraryView, within: str | None, *, single: bool
) -> None:
    """Raise the error that points at each id that is no document's."""
    named = {each for event in events for each in (event.document, event.origin) if each}
    there = keys_within(view, list(named), within)
    errors = list(_unknown(events, there, single=single))
    if errors:
        raise RequestValidationError(errors)


def _unknown(
    events: list[EventBody], there: Container[str], *, single: bool
) -> Iterator[dict[str, Any]]:
    for place, event in enumerate(events):
        for name, value in (("document", event.document), ("from", event.origin)):
            if value is not None and value not in there:
                way = (name,) if single else (place, name)
                message = f'no document "{value}" here: leave the event out'
                yield own_error(("body", *way), message)


def _new(event: EventBody) -> Event:
    now = time.time()
    at = now if event.at is None else min(event.at.timestamp(), now)
    return Event(event.type, event.document, at, event.origin, event.session)
